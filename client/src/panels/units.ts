const SUPERSCRIPTS: Record<string, string> = {
  '-': '⁻',
  '0': '⁰',
  '1': '¹',
  '2': '²',
  '3': '³',
  '4': '⁴',
  '5': '⁵',
  '6': '⁶',
  '7': '⁷',
  '8': '⁸',
  '9': '⁹',
};

const NAMES: readonly (readonly [RegExp, string])[] = [
  [/\bangstroms?\b/gi, 'Å'],
  [/\b(um|micron)\b/gi, 'µm'],
  [/\bcounts?\b/gi, 'counts'],
  [/\belectrons?\b/gi, 'e⁻'],
  [/\bjy\/beam\b/gi, 'Jy/beam'],
];

const raised = (digits: string): string =>
  [...digits.replace('+', '')].map((sign) => SUPERSCRIPTS[sign] ?? sign).join('');

/**
 * A unit as FITS writes it, "10**(-20) erg s-1 cm-2 Angstrom-1", as people do: "10⁻²⁰ erg s⁻¹ cm⁻² Å⁻¹". What is not
 * understood stays as it is.
 */
export function unitText(unit: string): string {
  let text = unit
    .trim()
    .replace(/(\*\*|\^)\(?([+-]?\d+)\)?/g, (_, _power: string, digits: string) => `${raised(digits)} `);
  text = text.replace(/([A-Za-z])([+-]?\d+)(?![\w.])/g, (_, letter: string, digits: string) => letter + raised(digits));
  for (const [pattern, name] of NAMES) text = text.replace(pattern, name);
  return text
    .replace(/\s*\*\s*/g, ' ')
    .replace(/\s*\/\s*/g, '/')
    .replace(/\s+/g, ' ')
    .trim();
}
