/** Positions of objects by name: CDS Sesame (SIMBAD, NED, VizieR). */
import { t } from '../base/i18n';
import type { Api } from '../core/api';
import { askOutside, OutsideError } from '../core/outside';

const SERVICE = 'https://cds.unistra.fr/cgi-bin/nph-sesame/-ox/SNV?';
const PATIENCE = 20_000;

/** ICRS degrees. Throws an error whose message can be shown. */
export async function resolveName(api: Api, name: string): Promise<[lon: number, lat: number]> {
  const position = readSesame(await ask(api, name));
  if (!position) throw new Error(t('No object called “{name}” is known to SIMBAD, NED or VizieR', { name }));
  return position;
}

async function ask(api: Api, name: string): Promise<string> {
  try {
    return await askOutside(api, SERVICE + encodeURIComponent(name), { patience: PATIENCE });
  } catch (error) {
    if (!(error instanceof OutsideError)) throw error;
    throw new Error(
      t('The name service of CDS: {message}. Type a position instead of a name', { message: error.message }),
    );
  }
}

/** First position in an answer of Sesame (XML). */
export function readSesame(xml: string): [number, number] | null {
  const number = (tag: string) => Number(new RegExp(`<${tag}>\\s*([^<]+?)\\s*</${tag}>`).exec(xml)?.[1] ?? 'x');
  const [lon, lat] = [number('jradeg'), number('jdedeg')];
  return Number.isFinite(lon) && Number.isFinite(lat) ? [lon, lat] : null;
}
