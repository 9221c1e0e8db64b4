import { expect, test } from 'vitest';
import { defaultDisplay } from '../core/state';
import { channel, fakeViewer, imageInfo } from '../panels/testing';
import { fittingTone, toneChange } from './tone';

test('what is shared of a display is what changed, and never the channel', () => {
  const now = { ...defaultDisplay, gamma: 2, channel: 3, cuts: { 1: 'zscale' } };
  expect(toneChange(now, defaultDisplay)).toEqual({ gamma: 2, cuts: { 1: 'zscale' } });
  expect(toneChange(defaultDisplay, defaultDisplay)).toEqual({});
});

test('cuts in numbers are shared by images of the same unit only, rules by all', () => {
  const [a, b] = [fakeViewer(imageInfo()), fakeViewer(imageInfo({ id: 'b.fits' }))];
  const other = fakeViewer(imageInfo({ channels: [channel(1, { unit: 'Jy/beam' })] }));
  const change = { gamma: 2, cuts: { 1: [0, 5] as const }, defaultCuts: '99%' };
  expect(fittingTone(change, a, b)).toEqual(change);
  expect(fittingTone(change, a, other)).toEqual({ gamma: 2, defaultCuts: '99%' });
  expect(fittingTone({ defaultCuts: '1,2' }, a, other)).toEqual({});
});
