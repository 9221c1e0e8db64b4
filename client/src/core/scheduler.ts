/**
 * Who may ask the server for a tile, and when. At most `limit` requests are in flight for the whole page, so that two of
 * a browser's six connections stay free for previews and values. Sources are asked for their best job at the moment a
 * place is free: what was wanted meanwhile and is no longer costs nothing.
 */
export interface TileSource {
  /** The most urgent job now, marked as started; null: nothing to do. */
  nextJob(): (() => Promise<void>) | null;
}

export class Scheduler {
  private readonly sources: TileSource[] = [];
  private turn = 0;
  private running = 0;

  constructor(readonly limit: number) {}

  get inFlight(): number {
    return this.running;
  }

  add(source: TileSource): void {
    this.sources.push(source);
  }

  remove(source: TileSource): void {
    const index = this.sources.indexOf(source);
    if (index >= 0) this.sources.splice(index, 1);
  }

  /** Something changed: fill the free places, the sources taking turns. */
  wake(): void {
    let idle = 0;
    while (this.running < this.limit && idle < this.sources.length) {
      const source = this.sources[this.turn++ % this.sources.length] as TileSource;
      const job = source.nextJob();
      if (job) {
        idle = 0;
        this.start(job);
      } else idle++;
    }
  }

  private start(job: () => Promise<void>): void {
    this.running++;
    job().finally(() => {
      this.running--;
      this.wake();
    });
  }
}

/** The one scheduler of the page: viewers share it. */
export const pageScheduler = new Scheduler(4);
