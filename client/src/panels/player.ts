import type { Viewer } from '../core/viewer';

export type Direction = 1 | -1;

/**
 * Shows one channel after the other. The next comes when the picture of the last is complete and its time is over, so
 * that a slow line slows the animation and never leaves half a picture behind.
 */
export class Player {
  private direction: Direction | 0 = 0;
  private round = 0;

  constructor(
    private readonly viewer: Viewer,
    private readonly changed: () => void,
  ) {}

  get playing(): Direction | 0 {
    return this.direction;
  }

  /** Starts, turns round, or (asked again in the same direction) stops. */
  toggle(direction: Direction): void {
    if (this.direction === direction) this.stop();
    else void this.play(direction);
  }

  stop(): void {
    this.round++;
    this.direction = 0;
    this.changed();
  }

  /** One channel on or back, from the last to the first. Ends the animation. */
  step(by: number): void {
    if (this.direction) this.stop();
    this.show(wrap(this.channel + by, this.count), false);
  }

  goTo(channel: number): void {
    if (this.direction) this.stop();
    this.show(Math.min(Math.max(channel, 1), this.count), false);
  }

  private async play(direction: Direction): Promise<void> {
    const round = ++this.round;
    this.direction = direction;
    this.changed();
    while (round === this.round) {
      const next = new Promise((resolve) => setTimeout(resolve, 1000 / this.viewer.state.value.rate));
      this.show(wrap(this.channel + direction, this.count), false);
      await Promise.all([next, this.viewer.map.whenSettled()]);
      if (this.viewer.state.value.display.mode !== 'single' && round === this.round) this.stop();
    }
  }

  private get channel(): number {
    return this.viewer.state.value.display.channel;
  }

  private get count(): number {
    return this.viewer.image?.channels.length ?? 1;
  }

  private show(channel: number, live: boolean): void {
    if (channel !== this.channel) this.viewer.state.setDisplay({ channel }, { live });
  }
}

const wrap = (channel: number, count: number): number => ((channel - 1 + count) % count) + 1;

const players = new WeakMap<Viewer, Player>();
const listeners = new WeakMap<Player, Set<() => void>>();

/** The one player of a viewer: it goes on when its panel is closed. */
export function playerOf(viewer: Viewer): Player {
  const there = players.get(viewer);
  if (there) return there;
  const heard = new Set<() => void>();
  const made = new Player(viewer, () => {
    for (const listener of heard) listener();
  });
  viewer.on('image', () => made.playing && made.stop());
  players.set(viewer, made);
  listeners.set(made, heard);
  return made;
}

export function onPlayer(player: Player, listener: () => void): () => void {
  const heard = listeners.get(player);
  heard?.add(listener);
  return () => heard?.delete(listener);
}
