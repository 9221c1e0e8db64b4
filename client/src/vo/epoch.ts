import type { CardRow } from '../core/api';
import { type CardValue, observatoryOf } from './observatory';

const JD_OF_MJD = 2_400_000.5;
const JD_OF_1970 = 2_440_587.5;
const DAY = 86_400_000;

/** When and where from an image was taken. */
export interface Epoch {
  /** Middle of the exposure, Julian date (UTC). */
  readonly jd: number;
  /** Seconds; 0: not told. */
  readonly exposure: number;
  /** IAU code of the observatory; that of the Earth's centre when the header names none that is known. */
  readonly observatory: string;
}

/** As far as a header tells; null: no time. */
export function epochOf(cards: readonly CardRow[]): Epoch | null {
  const value: CardValue = (keyword) => cards.find(([key]) => key === keyword)?.[1] ?? null;
  const start = startOf(value);
  if (start === null) return null;
  const end = value('MJD-END') ?? value('MJDEND');
  const told = Number(value('EXPTIME') ?? value('EXPOSURE') ?? 0) || 0;
  const exposure = told || (typeof end === 'number' ? Math.max(0, (end + JD_OF_MJD - start) * 86_400) : 0);
  return { jd: start + exposure / 2 / 86_400, exposure, observatory: observatoryOf(value) };
}

function startOf(value: CardValue): number | null {
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
