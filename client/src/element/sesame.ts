/** Positions of objects by name: CDS Sesame (SIMBAD, NED, VizieR), asked by the browser. */
const SERVICE = 'https://cds.unistra.fr/cgi-bin/nph-sesame/-ox/SNV?';
const PATIENCE = 10_000;

export class NameError extends Error {
  override readonly name = 'NameError';
}

/** ICRS degrees. Throws a `NameError` whose message can be shown. */
export async function resolveName(name: string): Promise<[lon: number, lat: number]> {
  const text = await ask(name);
  const position = readSesame(text);
  if (!position) throw new NameError(`No object called “${name}” is known to SIMBAD, NED or VizieR`);
  return position;
}

async function ask(name: string): Promise<string> {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), PATIENCE);
  try {
    const response = await fetch(SERVICE + encodeURIComponent(name), { signal: controller.signal });
    if (!response.ok)
      throw new NameError(`The name service of CDS answered ${response.status}: try again, or type a position`);
    return await response.text();
  } catch (error) {
    if (error instanceof NameError) throw error;
    throw new NameError('The name service of CDS cannot be reached from here: type a position instead of a name');
  } finally {
    clearTimeout(timer);
  }
}

/** First position in an answer of Sesame (XML). */
export function readSesame(xml: string): [number, number] | null {
  const number = (tag: string) => Number(new RegExp(`<${tag}>\\s*([^<]+?)\\s*</${tag}>`).exec(xml)?.[1] ?? 'x');
  const [lon, lat] = [number('jradeg'), number('jdedeg')];
  return Number.isFinite(lon) && Number.isFinite(lat) ? [lon, lat] : null;
}
