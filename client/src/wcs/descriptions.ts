/** Descriptions for the tests of this room: small skies without a server. */
import { cosd, sind } from './math';
import type { SkyDescription } from './types';

const plain: SkyDescription = {
  frame: 'icrs',
  title: 'ICRS',
  equinox: null,
  to_icrs: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  e_terms: null,
  names: ['RA', 'Dec'],
  units: ['deg', 'deg'],
  projection: 'TAN',
  pv: [],
  longitude_axis: 0,
  crpix: [500.5, 500.5],
  cd: [
    [-1e-3, 0],
    [0, 1e-3],
  ],
  crval: [0, 0],
  euler: [0, 0, 180, 1, 0],
  offset: [0, 0],
  sip: null,
  tpv: null,
  chip_pixels: null,
  checks: [],
  grid: null,
  pixel_scale: [3.6, 3.6],
  pixel_maps: {},
};

/** A field of `scale` degrees a pixel around a position, 1000 × 1000 pixels; its reference point is its only check. */
export function field(lon: number, lat: number, scale = 1e-3, more: Partial<SkyDescription> = {}): SkyDescription {
  return {
    ...plain,
    crval: [lon, lat],
    cd: [
      [-scale, 0],
      [0, scale],
    ],
    euler: [lon, 90 - lat, 180, sind(lat), cosd(lat)],
    checks: [[500.5, 500.5, lon, lat]],
    pixel_scale: [scale * 3600, scale * 3600],
    ...more,
  };
}

/** All the sky in 400 × 200 pixels, longitude 0 in the middle. */
export function allSky(projection: string, more: Partial<SkyDescription> = {}): SkyDescription {
  return {
    ...plain,
    projection,
    crpix: [200.5, 100.5],
    cd: [
      [-0.9, 0],
      [0, 0.9],
    ],
    euler: [180, 0, 0, 1, 0],
    checks: [[200.5, 100.5, 0, 0]],
    pixel_scale: [3240, 3240],
    ...more,
  };
}

/** Axes that are no angles. */
export const linear: SkyDescription = {
  ...plain,
  frame: 'other',
  title: 'X, VELO',
  to_icrs: null,
  names: ['X', 'VELO'],
  units: ['mm', 'm/s'],
  projection: 'LIN',
  crval: [10, -200],
  cd: [
    [0.5, 0],
    [0, 2],
  ],
  checks: [[500.5, 500.5, 10, -200]],
  pixel_scale: null,
};
