import { describe, expect, it } from 'vitest';
import { makeScale, snap } from './scales';

describe('makeScale', () => {
  it.each([
    ['linear', -2, 6],
    ['log', 0.1, 10],
    ['asinh', -1000, 5000],
  ] as const)('%s maps its ends to the ends of the track and back', (name, min, max) => {
    const scale = makeScale(name, min, max);
    expect(scale.toTrack(min)).toBeCloseTo(0);
    expect(scale.toTrack(max)).toBeCloseTo(1);
    for (const t of [0, 0.2, 0.5, 0.9, 1]) expect(scale.toTrack(scale.toValue(t))).toBeCloseTo(t, 9);
  });

  it('keeps what lies outside at the ends', () => {
    const scale = makeScale('log', 1, 100);
    expect(scale.toTrack(0)).toBe(0);
    expect(scale.toValue(2)).toBeCloseTo(100);
  });
});

describe('snap', () => {
  it('is free of binary noise', () => {
    expect(snap(0.1 + 0.2, 0.05)).toBe(0.3);
    expect(snap(7.4, 2, 1)).toBe(7);
    expect(snap(1.234, 0)).toBe(1.234);
  });
});
