/** Where an image was taken from, as the IAU code that services of the solar system understand. */
import { angleFrom } from './angles';

/** Value of a card of a header, null where there is none. */
export type CardValue = (keyword: string) => string | number | boolean | null;

const GEOCENTRE = '500';

/** Cards that give the code itself. */
const CODES = ['IAUCODE', 'MPCCODE', 'OBSCODE', 'OBS-CODE'];

/** Cards of longitude and latitude in degrees, decimal or sexagesimal. */
const POSITIONS: readonly (readonly [string, string])[] = [
  ['LONGITUD', 'LATITUDE'],
  ['OBSGEO-L', 'OBSGEO-B'],
  ['SITELONG', 'SITELAT'],
  ['LONG-OBS', 'LAT-OBS'],
  ['OBS-LONG', 'OBS-LAT'],
  ['GEOLON', 'GEOLAT'],
];

/** Degrees within which a position is that of a site: 0.2 degree moves an object at 1 au by less than 0.04 arcsec. */
const NEAR = 0.2;

interface Site {
  readonly code: string;
  /** Degrees, east positive. */
  readonly lon: number;
  readonly lat: number;
  /** What headers call it; parallax matters for near objects only. */
  readonly name: RegExp;
}

/** The header's code, the known site at its position or of its name; else the Earth's centre. */
export function observatoryOf(value: CardValue): string {
  return codeOf(value) ?? siteAt(value)?.code ?? siteNamed(value)?.code ?? GEOCENTRE;
}

function codeOf(value: CardValue): string | null {
  const texts = CODES.map((keyword) => String(value(keyword) ?? '').trim());
  return (
    texts.map((text) => text.padStart(3, '0')).find((text) => /^[0-9A-Z]\d\d$/.test(text) && text !== '000') ?? null
  );
}

function siteAt(value: CardValue): Site | null {
  for (const [longitude, latitude] of POSITIONS) {
    const [lon, lat] = [longitude, latitude].map((keyword) => angleFrom(String(value(keyword) ?? '')));
    if (lon == null || lat == null) continue;
    const found = sites.map((site) => ({ site, away: awayFrom(site, lon, lat) })).sort((a, b) => a.away - b.away)[0];
    if (found && found.away < NEAR) return found.site;
  }
  return null;
}

/** Degrees; some headers count longitudes to the west. */
function awayFrom({ lon, lat }: Site, longitude: number, latitude: number): number {
  const gaps = [longitude, -longitude].map((one) => Math.abs(((((one - lon + 180) % 360) + 360) % 360) - 180));
  return Math.hypot(Math.min(...gaps) * Math.cos((lat * Math.PI) / 180), latitude - lat);
}

function siteNamed(value: CardValue): Site | null {
  const text = ['TELESCOP', 'OBSERVAT', 'INSTRUME', 'ORIGIN'].map((keyword) => value(keyword) ?? '').join(' ');
  return sites.find(({ name }) => name.test(text)) ?? null;
}

const site = (code: string, lon: number, lat: number, name: RegExp): Site => ({ code, lon, lat, name });

/** The first that fits a name counts. */
const sites: readonly Site[] = [
  site('568', -155.472, 19.826, /CFHT|MegaP(rime|Cam)|Mauna ?Kea|Subaru|Keck|Gemini.?N|UKIRT|IRTF/i),
  site('309', -70.403, -24.627, /VLT|UT[1-4]\b|VST\b|OMEGACAM|VISTA|VIRCAM|Paranal/i),
  site('809', -70.737, -29.258, /ESO.*(2\.2|3\.6)|NTT|La ?Silla/i),
  site('807', -70.806, -30.169, /CTIO|Blanco|DECam/i),
  site('I11', -70.737, -30.241, /Gemini.?S|Pachon|SOAR|LSST|Rubin/i),
  site('304', -70.702, -29.015, /Magellan|Las ?Campanas/i),
  site('695', -111.595, 31.958, /KPNO|Kitt|WIYN|Bok|90prime/i),
  site('950', -17.882, 28.761, /\bINT\b|\bWHT|La ?Palma|\bGTC|\bNOT\b/i),
  site('675', -116.859, 33.356, /Palomar|ZTF/i),
  site('705', -105.82, 32.78, /SDSS|Apache/i),
  site('413', 149.066, -31.277, /Siding|\bAAT\b|SkyMapper/i),
  site('511', 5.716, 43.932, /Haute.?Provence|\bOHP\b/i),
  site('493', -2.546, 37.223, /Calar ?Alto|\bCAHA\b/i),
];
