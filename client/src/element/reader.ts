/** Keeps the read-out: where it is, and the values there. */
import type { PointerPosition, Readout } from '../core/viewer';
import { ValueProbe } from './values';
import type { ViewerCore } from './viewer';

const samePixel = (a: { x: number; y: number }, b: { x: number; y: number }): boolean =>
  Math.round(a.x) === Math.round(b.x) && Math.round(a.y) === Math.round(b.y);

export class Reader {
  readout: Readout | null = null;
  /** Where the pointer is; null: not on the map. */
  pointer: PointerPosition | null = null;
  private readonly probe: ValueProbe;

  constructor(
    private readonly viewer: ViewerCore,
    private readonly changed: (readout: Readout) => void,
  ) {
    this.probe = new ValueProbe(viewer.api, (question, { values, exact }) => {
      const { readout } = this;
      if (!readout || !samePixel(readout, question)) return;
      this.set({ ...readout, channels: question.channels, values, exact: exact ?? null });
    });
  }

  pointAt(position: PointerPosition | null): void {
    this.pointer = position;
    this.refresh();
  }

  lock(locked: boolean): void {
    if (!this.readout || this.readout.locked === locked) return;
    this.set({ ...this.readout, locked });
    if (!locked) this.refresh();
  }

  clear(): void {
    this.readout = null;
    this.probe.cancel();
  }

  /** To the pointer, or to the middle of the map when it is elsewhere; `again`: the values may have changed. */
  refresh(again = false): void {
    const { image } = this.viewer;
    if (!image) return;
    if (again) this.probe.forget();
    const old = this.readout;
    const locked = old?.locked ?? false;
    const { x, y } = (locked ? old : this.pointer) ?? this.viewer.map.center;
    const inside = x >= 0.5 && y >= 0.5 && x < image.width + 0.5 && y < image.height + 0.5;
    const channels = this.viewer.shownChannels();
    const known = inside && !again && old && samePixel(old, { x, y });
    this.set({ x, y, inside, channels, values: known ? old.values : null, exact: known ? old.exact : null, locked });
    if (inside) this.probe.ask({ image: image.id, x, y, channels });
    else this.probe.cancel();
  }

  private set(readout: Readout): void {
    this.readout = readout;
    this.changed(readout);
  }
}
