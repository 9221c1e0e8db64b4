import type { CardRow } from '../core/api';

const JD_OF_MJD = 2_400_000.5;
const JD_OF_1970 = 2_440_587.5;
const DAY = 86_400_000;
const GEOCENTRE = '500';

/** When and where from an image was taken. */
export interface Epoch {
  /** Middle of the exposure, Julian date (UTC). */
  readonly jd: number;
  /** Seconds; 0: not told. */
  readonly exposure: number;
  /** IAU code of the observatory; that of the Earth's centre when the header names none that is known. */
  readonly observatory: string;
}

type ValueOf = (keyword: string) => string | number | boolean | null;

/** As far as a header tells; null: no time. */
export function epochOf(cards: readonly CardRow[]): Epoch | null {
  const value: ValueOf = (keyword) => cards.find(([key]) => key === keyword)?.[1] ?? null;
  const start = startOf(value);
  if (start === null) return null;
  const end = value('MJD-END') ?? value('MJDEND');
  const told = Number(value('EXPTIME') ?? value('EXPOSURE') ?? 0) || 0;
  const exposure = told || (typeof end === 'number' ? Math.max(0, (end + JD_OF_MJD - start) * 86_400) : 0);
  return { jd: start + exposure / 2 / 86_400, exposure, observatory: observatoryOf(value) };
}

function observatoryOf(value: ValueOf): string {
  const site = ['TELESCOP', 'OBSERVAT', 'INSTRUME', 'ORIGIN'].map((keyword) => value(keyword) ?? '').join(' ');
  return SITES.find(([name]) => name.test(site))?.[1] ?? GEOCENTRE;
}

function startOf(value: ValueOf): number | null {
  for (const keyword of ['MJD-OBS', 'MJD-BEG', 'MJDSTART']) {
    const mjd = value(keyword);
    if (typeof mjd === 'number') return mjd + JD_OF_MJD;
  }
  const date = value('DATE-OBS') ?? value('DATE-BEG');
  if (typeof date !== 'string') return null;
  const time = value('TIME-OBS') ?? value('UT') ?? value('UTC-OBS');
  const text = date.includes('T') || typeof time !== 'string' ? date : `${date}T${time}`;
  const milliseconds = Date.parse(/T/.test(text) ? `${text.replace(/Z$/, '')}Z` : `${text}T00:00:00Z`);
  return Number.isNaN(milliseconds) ? null : milliseconds / DAY + JD_OF_1970;
}

/** IAU codes of a few observatories; parallax matters for near objects only. */
const SITES: readonly (readonly [RegExp, string])[] = [
  [/CFHT|MegaP(rime|Cam)|Mauna ?Kea|Subaru|Keck|Gemini.?N|UKIRT|IRTF/i, '568'],
  [/VLT|UT[1-4]\b|VST\b|OMEGACAM|VISTA|VIRCAM|Paranal/i, '309'],
  [/ESO.*(2\.2|3\.6)|NTT|La ?Silla/i, '809'],
  [/CTIO|Blanco|DECam/i, '807'],
  [/Gemini.?S|Pachon|SOAR|LSST|Rubin/i, 'I11'],
  [/KPNO|Kitt|WIYN|Bok|90prime/i, '695'],
  [/\bINT\b|\bWHT|La ?Palma|\bGTC|\bNOT\b/i, '950'],
  [/Palomar|ZTF/i, '675'],
  [/SDSS|Apache/i, '705'],
];
