/** Fields of catalogues in addresses: "266.41683,-29.00781,0.2x0.1", degrees. */
import type { Field } from '../vo/vizier';

const round = (value: number, digits: number): string => String(Number(value.toFixed(digits)));

/** A tenth of an arcsec for the place, four digits for the size: as precise as anybody sees. */
export const fieldText = ({ lon, lat, width, height }: Field): string =>
  `${round(lon, 5)},${round(lat, 5)},${Number(width.toPrecision(4))}x${Number(height.toPrecision(4))}`;

/** Null for what is no field. */
export function fieldFrom(text: string): Field | null {
  const numbers = /^([^,x]+),([^,x]+),([^,x]+)x([^,x]+)$/.exec(text)?.slice(1).map(Number) ?? [];
  const [lon, lat, width, height] = numbers;
  if (lon === undefined || lat === undefined || width === undefined || height === undefined) return null;
  const good = Math.abs(lat) <= 90 && width > 0 && width <= 360 && height > 0 && height <= 180 && Number.isFinite(lon);
  return good ? { lon, lat, width, height } : null;
}
