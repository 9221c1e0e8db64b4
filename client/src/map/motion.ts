/**
 * Motion that we animate ourselves: wheel, keys, double click, going somewhere. The point under the hand stays under the
 * hand in every frame.
 */
import type { Point } from '../core/viewer';
import { type Camera, scaleOf, snapCenter, snapZoom, toWorld } from './camera';
import { prefersStill } from './still';

/** What is moved: a series of frames begins, each shows exactly one camera, and it ends. */
export interface Stage {
  readonly camera: Camera;
  begin(): void;
  show(camera: Camera): void;
  end(): void;
  /** Smallest and largest zoom. */
  readonly lowest: number;
  readonly highest: number;
}

/** Time constant (ms) with which the zoom follows the wheel. */
const FOLLOW = 42;
/** Wheel pixels for a factor of two; with the pinch of a touch pad, that browsers report as Ctrl and wheel. */
const WHEEL_STEP = 190;
const PINCH_STEP = 70;
const TRAVEL = 150;
/** Farther than this many views, going somewhere is a jump. */
const FAR = 3;

export class Motion {
  private frame = 0;
  private zoomTarget: { zoom: number; at: Point; world: Point } | null = null;

  constructor(private readonly stage: Stage) {}

  get isMoving(): boolean {
    return this.frame !== 0;
  }

  wheel(event: WheelEvent, at: Point): void {
    const lines = event.deltaMode === 1 ? 20 : event.deltaMode === 2 ? 300 : 1;
    const delta = Math.max(-300, Math.min(300, event.deltaY * lines));
    if (delta) this.zoomBy(-delta / (event.ctrlKey ? PINCH_STEP : WHEEL_STEP), at);
  }

  /** `at`: the point of the screen that stays; the middle without. */
  zoomBy(steps: number, at?: Point): void {
    const camera = this.stage.camera;
    this.zoomTo((this.zoomTarget?.zoom ?? camera.zoom) + steps, at);
  }

  zoomTo(zoom: number, at?: Point): void {
    const camera = this.stage.camera;
    const point = at ?? { x: camera.width / 2, y: camera.height / 2 };
    const target = Math.min(this.stage.highest, Math.max(this.stage.lowest, snapZoom(zoom, camera.ratio)));
    const moved = !this.zoomTarget || this.zoomTarget.at.x !== point.x || this.zoomTarget.at.y !== point.y;
    const world = moved || !this.zoomTarget ? toWorld(camera, point.x, point.y) : this.zoomTarget.world;
    if (!this.zoomTarget) this.stop();
    this.zoomTarget = { zoom: target, at: point, world };
    if (!this.frame) this.animateZoom();
  }

  private animateZoom(): void {
    this.stage.begin();
    let last = performance.now();
    const still = prefersStill();
    const step = (now: number) => {
      const goal = this.zoomTarget;
      if (!goal) return;
      const camera = this.stage.camera;
      const elapsed = Math.max(1, now - last);
      last = now;
      let zoom = camera.zoom + (goal.zoom - camera.zoom) * (1 - Math.exp(-elapsed / FOLLOW));
      const done = still || Math.abs(goal.zoom - zoom) < 0.002;
      if (done) zoom = goal.zoom;
      const next = around(camera, goal.world, goal.at, zoom);
      this.stage.show(done ? snapCenter(next) : next);
      if (done) this.finish();
      else this.frame = requestAnimationFrame(step);
    };
    this.frame = requestAnimationFrame(step);
  }

  /** Centre (world) and zoom; animated when it is near. */
  goTo(target: { x: number; y: number; zoom: number }, animate: boolean): void {
    this.stop();
    const start = this.stage.camera;
    const zoom = Math.min(this.stage.highest, Math.max(this.stage.lowest, snapZoom(target.zoom, start.ratio)));
    const goal = snapCenter({ ...start, ...target, zoom });
    const scale = Math.min(scaleOf(start), scaleOf(goal));
    const distance = Math.hypot(goal.x - start.x, goal.y - start.y) * scale;
    const near = distance < FAR * start.width && Math.abs(goal.zoom - start.zoom) < FAR;
    this.stage.begin();
    if (!animate || !near || prefersStill()) {
      this.stage.show(goal);
      this.finish();
      return;
    }
    this.travel(start, goal);
  }

  private travel(start: Camera, goal: Camera): void {
    const began = performance.now();
    const step = (now: number) => {
      const t = Math.min(1, Math.max(0, (now - began) / TRAVEL));
      const eased = 1 - (1 - t) ** 3;
      const between = (a: number, b: number) => a + (b - a) * eased;
      const camera = {
        ...goal,
        x: between(start.x, goal.x),
        y: between(start.y, goal.y),
        zoom: between(start.zoom, goal.zoom),
      };
      this.stage.show(t < 1 ? camera : goal);
      if (t < 1) this.frame = requestAnimationFrame(step);
      else this.finish();
    };
    this.frame = requestAnimationFrame(step);
  }

  /** End where we are. */
  stop(): void {
    if (!this.frame) return;
    cancelAnimationFrame(this.frame);
    this.finish();
  }

  private finish(): void {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    this.zoomTarget = null;
    this.stage.end();
  }
}

/** The camera at `zoom` that has `world` at the point `at` of the screen. */
export function around(camera: Camera, world: Point, at: Point, zoom: number): Camera {
  const scale = 2 ** zoom;
  return {
    ...camera,
    zoom,
    x: world.x - (at.x - camera.width / 2) / scale,
    y: world.y - (at.y - camera.height / 2) / scale,
  };
}
