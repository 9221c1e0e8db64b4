import type { CardRow } from '../core/api';

const JD_OF_MJD = 2_400_000.5;
const JD_OF_1970 = 2_440_587.5;
const DAY = 86_400_000;
const GEOCENTRE = '500';

/** Middle of the exposure as a Julian date and the IAU code of the observatory, as far as a header tells; null: no time. */
export function epochOf(cards: readonly CardRow[]): { jd: number; observatory: string } | null {
  const value = (keyword: string): string | number | boolean | null =>
    cards.find(([key]) => key === keyword)?.[1] ?? null;
  const start = startOf(value);
  if (start === null) return null;
  const exposure = Number(value('EXPTIME') ?? value('EXPOSURE') ?? 0) || 0;
  const site = `${value('TELESCOP') ?? ''} ${value('OBSERVAT') ?? ''}`;
  return { jd: start + exposure / 2 / 86_400, observatory: SITES.find(([name]) => name.test(site))?.[1] ?? GEOCENTRE };
}

function startOf(value: (keyword: string) => string | number | boolean | null): number | null {
  const mjd = value('MJD-OBS');
  if (typeof mjd === 'number') return mjd + JD_OF_MJD;
  const date = value('DATE-OBS');
  if (typeof date !== 'string') return null;
  const time = value('TIME-OBS') ?? value('UT') ?? value('UTC-OBS');
  const text = date.includes('T') || typeof time !== 'string' ? date : `${date}T${time}`;
  const milliseconds = Date.parse(/T/.test(text) ? `${text.replace(/Z$/, '')}Z` : `${text}T00:00:00Z`);
  return Number.isNaN(milliseconds) ? null : milliseconds / DAY + JD_OF_1970;
}

/** IAU codes of a few observatories; parallax matters for near objects only. */
const SITES: readonly (readonly [RegExp, string])[] = [
  [/CFHT|Mauna ?Kea|Subaru|Keck|Gemini.?N|UKIRT|IRTF/i, '568'],
  [/VLT|UT[1-4]\b|VST|VISTA|Paranal/i, '309'],
  [/ESO.*(2\.2|3\.6)|NTT|La ?Silla/i, '809'],
  [/CTIO|Blanco|Gemini.?S|Pachon|SOAR|LSST|Rubin/i, 'I11'],
  [/KPNO|Kitt|WIYN|Bok|90prime/i, '695'],
  [/INT\b|WHT|La ?Palma|GTC|NOT\b/i, '950'],
  [/Palomar|ZTF/i, '675'],
  [/SDSS|Apache/i, '705'],
];
