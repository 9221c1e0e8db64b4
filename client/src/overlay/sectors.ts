import type { Length, SectorGeometry } from '../core/shapes';
import { inUnits, type LocalFrame } from './local';

/** Positions along the axes of a frame, in its unit. */
export interface FlatPath {
  readonly points: readonly (readonly [number, number])[];
  readonly closed: boolean;
}

const CORNERS = 96;
const RAD = Math.PI / 180;

/** Rings and rays of DS9's pandas: round, elliptical and of boxes. */
export function sectors({ outline, axes, angle, angles }: SectorGeometry, local: LocalFrame): FlatPath[] {
  const sizes = axes.map((pair) => pair.map((length: Length) => inUnits(length, local)) as [number, number]);
  const reach = (size: readonly [number, number], direction: number): number =>
    (outline === 'box' ? toBox : toEllipse)(size, (direction - angle) * RAD);
  const at = (size: readonly [number, number], direction: number): [number, number] => {
    const distance = reach(size, direction);
    return [distance * Math.cos(direction * RAD), distance * Math.sin(direction * RAD)];
  };
  const [inner = [0, 0], outer = [0, 0]] = [sizes[0], sizes[sizes.length - 1]] as [number, number][];
  const rays = angles.map((direction) => ({ points: [at(inner, direction), at(outer, direction)], closed: false }));
  const arcs = sizes
    .filter(([a, b]) => a > 0 && b > 0)
    .map((size) => ({
      points: directions(angles, outline === 'box' ? size : null, angle).map((one) => at(size, one)),
      closed: false,
    }));
  return [...arcs, ...rays];
}

/** From the first ray to the last, with the corners of a box among them. */
function directions(angles: readonly number[], box: readonly [number, number] | null, angle: number): number[] {
  const [from, to] = [angles[0] ?? 0, angles[angles.length - 1] ?? 360];
  const steps = Array.from({ length: CORNERS + 1 }, (_, k) => from + ((to - from) * k) / CORNERS);
  if (!box) return steps;
  const corner = Math.atan2(box[1], box[0]) / RAD;
  const corners = [corner, -corner, 180 + corner, 180 - corner]
    .flatMap((one) => [-720, -360, 0, 360, 720].map((turn) => angle + one + turn))
    .filter((one) => one > from && one < to);
  return [...steps, ...corners].sort((p, q) => p - q);
}

/** Distance from the centre to an ellipse with half axes, along a direction from its own axis. */
const toEllipse = ([a, b]: readonly [number, number], direction: number): number =>
  (a * b) / Math.max(Math.hypot(b * Math.cos(direction), a * Math.sin(direction)), 1e-300);

/** The same to a box with whole sides. */
const toBox = ([width, height]: readonly [number, number], direction: number): number =>
  Math.min(
    width / 2 / Math.max(Math.abs(Math.cos(direction)), 1e-12),
    height / 2 / Math.max(Math.abs(Math.sin(direction)), 1e-12),
  );
