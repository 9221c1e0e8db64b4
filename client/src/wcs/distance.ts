/** Great circles. Degrees. */
import { atan2d, cosd, sind, turn } from './math';

/** Angular distance by Vincenty's formula: exact for the smallest angles and for antipodes. */
export function separation(lon1: number, lat1: number, lon2: number, lat2: number): number {
  const difference = lon2 - lon1;
  const [c1, s1, c2, s2] = [cosd(lat1), sind(lat1), cosd(lat2), sind(lat2)];
  const across = c2 * sind(difference);
  const up = c1 * s2 - s1 * c2 * cosd(difference);
  return atan2d(Math.hypot(across, up), s1 * s2 + c1 * c2 * cosd(difference));
}

/** Direction from the first position to the second: 0 is north, 90 east. In [0, 360). */
export function positionAngle(lon1: number, lat1: number, lon2: number, lat2: number): number {
  const difference = lon2 - lon1;
  const [c1, s1, c2, s2] = [cosd(lat1), sind(lat1), cosd(lat2), sind(lat2)];
  return turn(atan2d(c2 * sind(difference), c1 * s2 - s1 * c2 * cosd(difference)));
}

/** The position at that distance and position angle from the first. */
export function offsetPosition(lon: number, lat: number, distance: number, angle: number): [number, number] {
  const [c, s, cd, sd] = [cosd(lat), sind(lat), cosd(distance), sind(distance)];
  const up = s * cd + c * sd * cosd(angle);
  const along = c * cd - s * sd * cosd(angle);
  const across = sd * sind(angle);
  return [turn(lon + atan2d(across, along)), atan2d(up, Math.hypot(along, across))];
}

/** Longitude and latitude of the second position in the frame whose origin is the first, with the same north there. */
export function skyOffset(lon1: number, lat1: number, lon2: number, lat2: number): [number, number] {
  const [c1, s1, c2, s2] = [cosd(lat1), sind(lat1), cosd(lat2), sind(lat2)];
  const [along, across] = [c2 * cosd(lon2 - lon1), c2 * sind(lon2 - lon1)];
  const [x, z] = [c1 * along + s1 * s2, c1 * s2 - s1 * along];
  return [atan2d(across, x), atan2d(z, Math.hypot(x, across))];
}
