import { expect, it } from 'vitest';
import { holdsImage } from './dropped';

const card = (keyword: string, value: string): string => `${keyword.padEnd(8)}= ${value}`.padEnd(80);
const header = (...cards: string[]): string => {
  const text = `${cards.join('')}${'END'.padEnd(80)}`;
  return text.padEnd(Math.ceil(text.length / 2880) * 2880);
};
const EMPTY = header(card('SIMPLE', 'T'), card('BITPIX', '8'), card('NAXIS', '0'));
const file = (name: string, ...parts: string[]): File => new File(parts, name);

it('an image in the primary HDU, in the first extension, or compressed in a table is an image', async () => {
  const size = [card('NAXIS', '2'), card('NAXIS1', '40'), card('NAXIS2', '30')];
  expect(await holdsImage(file('a.fits', header(card('SIMPLE', 'T'), card('BITPIX', '16'), ...size)))).toBe(true);
  expect(await holdsImage(file('b', EMPTY, header(card('XTENSION', "'IMAGE   '"), ...size)))).toBe(true);
  const table = [card('XTENSION', "'BINTABLE'"), ...size];
  expect(await holdsImage(file('c', EMPTY, header(...table, card('ZIMAGE', 'T'))))).toBe(true);
  expect(await holdsImage(file('d', EMPTY, header(...table)))).toBe(false);
});

it('the second header is found behind the data of the first', async () => {
  const line = header(card('SIMPLE', 'T'), card('BITPIX', '-32'), card('NAXIS', '1'), card('NAXIS1', '1000'));
  const image = header(card('XTENSION', "'IMAGE   '"), card('NAXIS', '2'), card('NAXIS1', '4'), card('NAXIS2', '4'));
  expect(await holdsImage(file('a.fits', line, ' '.repeat(2 * 2880), image))).toBe(true);
});

it('text, catalogues and cut files are no images; packed files are taken by their name', async () => {
  expect(await holdsImage(file('a.csv', 'ra,dec\n1,2\n'))).toBe(false);
  expect(await holdsImage(file('a.fits', EMPTY.slice(0, 400)))).toBe(false);
  expect(await holdsImage(file('a.fits', ''))).toBe(false);
  expect(await holdsImage(file('m31.fits.gz', '\x1f\x8b'))).toBe(true);
});
