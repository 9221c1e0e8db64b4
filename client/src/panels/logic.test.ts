import { describe, expect, it } from 'vitest';
import { defaultDisplay } from '../core/state';
import { automaticColors } from './automatic';
import { colormapItems } from './colormap-items';
import { displayCurve, stretchCurve, stretches } from './curves';
import { resolveCuts } from './data';
import { baseName, fileOf, shapeText } from './hdus';
import { cardText } from './header';
import { angleText, spectralText } from './labels';
import { binsFor } from './levels';
import { keyText, mapShortcuts } from './shortcuts';
import { channel, statistics } from './testing';
import { unitText } from './units';

describe('stretches', () => {
  it.each(stretches.map(({ name }) => name))('%s leads from 0 to 1 without a step back', (name) => {
    const curve = stretchCurve(name, null);
    expect(curve(0)).toBeCloseTo(0);
    expect(curve(1)).toBeCloseTo(1);
    for (let t = 0.1; t < 1; t += 0.1) expect(curve(t)).toBeGreaterThan(curve(t - 0.1));
  });

  it('has the values of astropy.visualization', () => {
    expect(stretchCurve('asinh', 0.1)(0.25)).toBeCloseTo(0.5494025, 6);
    expect(stretchCurve('log', 1000)(0.1)).toBeCloseTo(0.6680105, 6);
    expect(stretchCurve('sinh', 1 / 3)(0.5)).toBeCloseTo(0.212548, 6);
    expect(stretchCurve('power', 2)(0.5)).toBeCloseTo(0.25);
    expect(stretchCurve('pow', 1000)(0.5)).toBeCloseTo(0.0306534, 6);
  });

  it('contrast, bias, gamma and inversion come after the stretch', () => {
    const tone = { ...defaultDisplay, stretch: 'linear' as const };
    expect(displayCurve({ ...tone, contrast: 2 })(0.5)).toBeCloseTo(0.5);
    expect(displayCurve({ ...tone, contrast: 2 })(0.2)).toBe(0);
    expect(displayCurve({ ...tone, bias: 0.25 })(0.25)).toBeCloseTo(0.5);
    expect(displayCurve({ ...tone, gamma: 2 })(0.25)).toBeCloseTo(0.5);
    expect(displayCurve({ ...tone, invert: true })(0)).toBe(1);
  });
});

describe('resolveCuts', () => {
  it.each([
    ['default', [4, 120]],
    ['zscale', [4, 20]],
    ['minmax', [-5, 1000]],
    ['compatible', [5.5, 809.5]],
    ['99%', [3, 90]],
    ['90%', [5, 40]],
    ['5,7.5', [5, 7.5]],
  ])('%s', (spec, cuts) => expect(resolveCuts(spec, statistics)).toEqual(cuts));

  it('knows what it cannot know', () => {
    expect(resolveCuts('zscale', null)).toBeNull();
    expect(resolveCuts([1, 2], null)).toEqual([1, 2]);
  });
});

describe('automaticColors', () => {
  it('puts filters in the order of light', () => {
    const colors = automaticColors([
      channel(1, { filter: 'g' }),
      channel(2, { filter: 'r' }),
      channel(3, { filter: 'i' }),
    ]);
    expect(colors).toEqual([
      { channel: 1, color: '#0000ff' },
      { channel: 2, color: '#00ff00' },
      { channel: 3, color: '#ff0000' },
    ]);
  });

  it('takes low frequencies for red', () => {
    const spectral = (value: number) => ({ value, unit: 'Hz', type: 'FREQ' });
    const [low] = automaticColors([channel(1, { spectral: spectral(1e9) }), channel(2, { spectral: spectral(5e9) })]);
    expect(low).toEqual({ channel: 1, color: '#ff8000' });
  });

  it('leaves a single channel white', () => {
    expect(automaticColors([channel(4)])).toEqual([{ channel: 4, color: '#ffffff' }]);
  });
});

describe('bins', () => {
  it('are as wide as whole numbers need', () => {
    expect(binsFor([0, 100], true)).toEqual({ bins: 101, range: [-0.5, 100.5] });
    const { bins, range } = binsFor([3, 1000], true);
    expect((range[1] - range[0]) / bins).toBe(4);
    expect(binsFor([0.2, 0.4], false)).toEqual({ bins: 288, range: [0.2, 0.4] });
  });
});

describe('words', () => {
  it.each([
    ['10**-20 Angstrom-1 cm-2 erg s-1', '10⁻²⁰ Å⁻¹ cm⁻² erg s⁻¹'],
    ['10**(-6)counts/s', '10⁻⁶ counts/s'],
    ['MJy/sr', 'MJy/sr'],
    ['JY/BEAM', 'Jy/beam'],
    ['erg/s/cm^2/Angstrom', 'erg/s/cm²/Å'],
    ['K', 'K'],
    ['', ''],
  ])('unit %s', (unit, text) => expect(unitText(unit)).toBe(text));

  it('scales spectral values to readable units', () => {
    expect(spectralText({ value: 1.420405752e9, unit: 'Hz', type: 'FREQ' })).toBe('1.420406 GHz');
    expect(spectralText({ value: 6.563e-7, unit: 'm', type: 'AWAV' })).toBe('656.3 nm');
    expect(spectralText({ value: -12400, unit: 'm/s', type: 'VRAD' })).toBe('−12.4 km/s');
    expect(spectralText({ value: 3, unit: 'erg', type: 'ENER' })).toBe('3 erg');
  });

  it('gives angles the unit that suits them', () => {
    expect([0.00138, 0.2, 95, 7200].map((arcsec) => angleText(arcsec))).toEqual(['1.38 mas', '0.2″', '1.583′', '2°']);
  });

  it('takes the HDU off an image id', () => {
    expect(fileOf('a/b.fits[SCI,2][1:10,*]')).toBe('a/b.fits');
    expect(baseName('a/b.fits[1]')).toBe('b.fits');
  });

  it('writes cards as FITS does', () => {
    expect(cardText(['OBJECT', "O'Brien", 'name'])).toBe("OBJECT  = 'O''Brien' / name");
    expect(cardText(['SIMPLE', true, ''])).toBe('SIMPLE  = T');
    expect(cardText(['HISTORY', 'flat fielded', ''])).toBe('HISTORY  flat fielded');
  });

  it('says shapes of images and tables', () => {
    const hdu = { index: 1, name: '', version: 1, dtype: '', unit: '', role: '', selector: '', shown: false };
    expect(shapeText({ ...hdu, kind: 'image', shape: [300, 200, 3] })).toBe('300 × 200 × 3');
    expect(shapeText({ ...hdu, kind: 'table', shape: [1, 12] })).toBe('1 row, 12 columns');
  });

  it('lists the keys of the map in few lines', () => {
    expect(keyText('Shift+ArrowLeft')).toBe('Shift ←');
    expect(keyText('+')).toBe('+');
    const lines = mapShortcuts([
      { keys: ['ArrowLeft', 'h'], title: 'Move left' },
      { keys: ['+', '=', 'z'], title: 'Zoom in' },
    ]);
    expect(lines).toEqual([
      { keys: ['←', '→', '↑', '↓', 'h j k l'], title: 'Move the view' },
      { keys: ['+', 'z'], title: 'Zoom in' },
    ]);
  });
});

describe('colour maps', () => {
  it('are listed kind by kind, grey before all others', () => {
    const map = (name: string, category: string) => ({ name, category, colors: ['#000000', '#ffffff'] });
    const maps = [
      map('grey', 'sequential'),
      map('b', 'DS9'),
      map('jet', 'odd'),
      map('ice', 'cyclic'),
      map('viridis', 'sequential'),
    ];
    const items = colormapItems(maps).map(({ id, group }) => [id, group]);
    expect(items).toEqual([
      ['grey', ''],
      ['b', 'DS9'],
      ['viridis', 'Sequential'],
      ['ice', 'Cyclic'],
      ['jet', 'odd'],
    ]);
  });
});
