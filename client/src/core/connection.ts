/** Whether the server answers. Everything that fetches reports here; the banner and the repeaters listen. */
import { Emitter } from '../base/emitter';
import { equal } from '../base/equal';

export interface ConnectionState {
  online: boolean;
  /** Failures in a row. */
  failures: number;
}

/** How many failures in a row before the banner shows: one lost packet is nobody's business. */
const PATIENCE = 2;
const PROBE_FIRST = 500;
const PROBE_MAX = 5000;

export class Connection {
  private readonly events = new Emitter<{ change: ConnectionState }>();
  private current: ConnectionState = { online: true, failures: 0 };
  private timer: ReturnType<typeof setTimeout> | undefined;
  private probe: (() => Promise<unknown>) | null = null;

  get state(): ConnectionState {
    return this.current;
  }

  onChange(listener: (state: ConnectionState) => void): () => void {
    return this.events.on('change', listener);
  }

  /** Ask with `probe` from time to time while the line is down; its success or failure must be reported here. */
  probeWith(probe: (() => Promise<unknown>) | null): void {
    this.probe = probe;
    if (!probe) clearTimeout(this.timer);
  }

  succeeded(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.update({ online: true, failures: 0 });
  }

  failed(): void {
    const failures = this.current.failures + 1;
    this.update({ online: failures < PATIENCE, failures });
    if (!this.probe || this.timer) return;
    const wait = Math.min(PROBE_MAX, PROBE_FIRST * 2 ** (failures - 1));
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.probe?.().catch(() => undefined);
    }, wait);
  }

  private update(next: ConnectionState): void {
    if (equal(next, this.current)) return;
    this.current = next;
    this.events.emit('change', next);
  }
}
