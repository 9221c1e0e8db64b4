/** Degrees from decimal or sexagesimal text ("12:34:56.7" with `hours` for longitudes, "0.2r" in radians); null when it is none. */
export function angleFrom(text: string, hours = false): number | null {
  const cleaned = text.trim().replace(/\u2212/g, '-');
  const parts = /^([+-]?)(\d+(?:\.\d*)?)(?:[:hd°\s]+(\d+(?:\.\d*)?))(?:[:m'′\s]+(\d+(?:\.\d*)?)?)?[s"″]?$/i.exec(
    cleaned,
  );
  if (!parts) {
    const plain = Number(cleaned.replace(/[dr°]$/i, ''));
    if (cleaned === '' || !Number.isFinite(plain)) return null;
    return /r$/i.test(cleaned) ? (plain * 180) / Math.PI : plain;
  }
  const [, sign, first, second, third] = parts;
  const degrees = Number(first) + Number(second) / 60 + Number(third ?? 0) / 3600;
  const isHours = hours || /h/i.test(cleaned);
  return (sign === '-' ? -1 : 1) * degrees * (isHours ? 15 : 1);
}
