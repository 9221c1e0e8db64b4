/** Lengths for the scale bar: round numbers in the unit of the field. */
import { countText } from '../base/i18n';

export interface ScaleLength {
  /** Of the bar, in CSS pixels. */
  pixels: number;
  label: string;
}

const DEGREE = 3600;
const MINUTE = 60;

/** Round angles (arcsec) from 1 mas to 90°. */
const ANGLES: readonly number[] = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500].map((mas) => mas / 1000),
  ...[1, 2, 5, 10, 20, 30],
  ...[1, 2, 5, 10, 20, 30].map((minutes) => minutes * MINUTE),
  ...[1, 2, 5, 10, 20, 30, 45, 60, 90].map((degrees) => degrees * DEGREE),
];

export function angleText(arcsec: number): string {
  const text = (value: number) => String(Number(value.toPrecision(4)));
  if (arcsec < 0.9995) return `${text(arcsec * 1000)} mas`;
  if (arcsec < MINUTE) return `${text(arcsec)}″`;
  return arcsec < DEGREE ? `${text(arcsec / MINUTE)}′` : `${text(arcsec / DEGREE)}°`;
}

/** The longest round angle of at most `longest` CSS pixels. */
export function angleBar(arcsecPerPixel: number, longest: number): ScaleLength | null {
  const fitting = ANGLES.filter((angle) => angle / arcsecPerPixel <= longest);
  const angle = fitting[fitting.length - 1];
  return angle === undefined ? null : { pixels: angle / arcsecPerPixel, label: angleText(angle) };
}

/** The same in image pixels, where there is no sky. */
export function pixelBar(pixelsPerScreenPixel: number, longest: number): ScaleLength {
  const limit = longest * pixelsPerScreenPixel;
  const power = 10 ** Math.floor(Math.log10(limit));
  const length = Math.max(1, [5, 2, 1].map((step) => step * power).find((value) => value <= limit) ?? power);
  return { pixels: length / pixelsPerScreenPixel, label: `${countText(length)} px` };
}
