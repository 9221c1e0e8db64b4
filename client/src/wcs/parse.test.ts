import { describe, expect, test } from 'vitest';
import { parsePosition } from './parse';

const RA = 15 * (10 + 12 / 60 + 45.3 / 3600);
const DEC = -(45 + 17 / 60 + 50 / 3600);

describe('a position on the sky', () => {
  test.each([
    ['12.34 -56.7', 12.34, -56.7],
    ['12.34, -56.7', 12.34, -56.7],
    ['12.34,-56.7', 12.34, -56.7],
    ['12.34-56.7', 12.34, -56.7],
    ['(12.34, -56.7)', 12.34, -56.7],
    ['1.234e1 -5.67e1', 12.34, -56.7],
    ['RA=12.34 Dec=-56.7', 12.34, -56.7],
    ['ra 12.34 dec -56.7', 12.34, -56.7],
    ['12.34° −56.7°', 12.34, -56.7],
    ['12.34 deg -56.7 deg', 12.34, -56.7],
    ['-12.34 56.7', 347.66, 56.7],
    ['350.123456d-17.33333d', 350.123456, -17.33333],
    ['12.34567h-17.87654d', 15 * 12.34567, -17.87654],
    ['10:12:45.3 -45:17:50', RA, DEC],
    ['10:12:45.3,-45:17:50', RA, DEC],
    ['10:12:45.3-45:17:50', RA, DEC],
    ['10 12 45.3 -45 17 50', RA, DEC],
    ['10 12 45.3 45 17 50', RA, -DEC],
    ['10h12m45.3s -45d17m50s', RA, DEC],
    ['10h12m45.3s-45d17m50s', RA, DEC],
    ['10h 12m 45.3s, −45° 17′ 50″', RA, DEC],
    ['10ʰ12ᵐ45.3ˢ −45°17′50″', RA, DEC],
    ['10h12\'45.3" -45d17\'50"', RA, DEC],
    ['10h12m45.3s 45d17m50s', RA, -DEC],
    ['15h17m -11d10m', 229.25, -(11 + 10 / 60)],
    ['15h17m-11d10m', 229.25, -(11 + 10 / 60)],
    ['15h17m+89d15m', 229.25, 89.25],
    ['15h+89d', 225, 89],
    ['15 17 -11 10', 229.25, -(11 + 10 / 60)],
    ['15:17 -11:10', 229.25, -(11 + 10 / 60)],
    ['15 17.5 +89 15.5', 15 * (15 + 17.5 / 60), 89 + 15.5 / 60],
    ['275d11m15.7s+17d59m59.9s', 275 + 11 / 60 + 15.7 / 3600, 17 + 59 / 60 + 59.9 / 3600],
    ['00:00:10 -00:30:00', 15 * (10 / 3600), -0.5],
    ['10:12:45.3 -45.5', RA, -45.5],
  ])('%s', (text, lon, lat) => {
    const position = parsePosition(text);
    expect(position).toMatchObject({ kind: 'sky', frame: 'icrs' });
    if (position.kind === 'sky') {
      expect(position.lon).toBeCloseTo(lon, 9);
      expect(position.lat).toBeCloseTo(lat, 9);
    }
  });

  test.each([
    ['120.3 -5 galactic', 'galactic', 120.3, -5],
    ['gal 120.3 -5', 'galactic', 120.3, -5],
    ['120.3, -5 (Galactic)', 'galactic', 120.3, -5],
    ['l=120.3 b=-5', 'galactic', 120.3, -5],
    ['l 120.3 b -5', 'galactic', 120.3, -5],
    ['gal 10:30:00 -05:30:00', 'galactic', 10.5, -5.5],
    ['ecl 120.3 -5', 'ecliptic', 120.3, -5],
    ['120.3 -5 ecliptic', 'ecliptic', 120.3, -5],
    ['sgal 47.4 6.3', 'supergalactic', 47.4, 6.3],
    ['supergalactic 47.4 6.3', 'supergalactic', 47.4, 6.3],
    ['fk4 10:30:00 -05:30:00', 'fk4', 157.5, -5.5],
    ['B1950 10:30:00 -05:30:00', 'fk4', 157.5, -5.5],
    ['10:30:00 -05:30:00 (B1950.0)', 'fk4', 157.5, -5.5],
    ['J2000 10:30:00 -05:30:00', 'fk5', 157.5, -5.5],
    ['10h30m -05d30m fk5', 'fk5', 157.5, -5.5],
    ['icrs 157.5 -5.5', 'icrs', 157.5, -5.5],
  ])('with its frame: %s', (text, frame, lon, lat) => {
    expect(parsePosition(text)).toMatchObject({ kind: 'sky', frame });
    const position = parsePosition(text);
    if (position.kind === 'sky') {
      expect(position.lon).toBeCloseTo(lon, 9);
      expect(position.lat).toBeCloseTo(lat, 9);
    }
  });

  test('is in the frame that the caller prefers when none is named', () => {
    expect(parsePosition('120.3 -5', 'galactic')).toMatchObject({ frame: 'galactic' });
    expect(parsePosition('icrs 120.3 -5', 'galactic')).toMatchObject({ frame: 'icrs' });
  });
});

describe('a pixel', () => {
  test.each([
    ['px 100 200', 100, 200],
    ['pixel 100, 200', 100, 200],
    ['100,200 image', 100, 200],
    ['image 100.5 200.25', 100.5, 200.25],
    ['x 512, y 300', 512, 300],
    ['x=512 y=300', 512, 300],
    ['2048 1024', 2048, 1024],
    ['2048,1024', 2048, 1024],
  ])('%s', (text, x, y) => expect(parsePosition(text)).toEqual({ kind: 'pixel', x, y }));

  test.each([
    ['ccd10 100,200', 'ccd10', 100, 200],
    ['SCI 4 12.5, 40', 'SCI 4', 12.5, 40],
    ['im13[100,200]', 'im13', 100, 200],
  ])('of a chip: %s', (text, chip, x, y) => expect(parsePosition(text)).toEqual({ kind: 'pixel', x, y, chip }));
});

describe('a name', () => {
  test.each([
    'M 31',
    'NGC 1316',
    'Crab nebula',
    'ccd10',
    '3C 273',
    'G120.1+1.4',
    'PSR J0534+2200',
    '10:70:00 +99:00:00',
    '',
  ])('“%s”', (name) => expect(parsePosition(name)).toEqual({ kind: 'name', name }));
});
