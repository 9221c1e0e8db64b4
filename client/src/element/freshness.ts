/** Follows an image on the server: overviews being made, the file being replaced. */
import type { Api, ImageInfo } from '../core/api';

export interface FreshnessEvents {
  /** Of the overviews, 0…1. */
  progress(progress: number): void;
  /** The overviews are there: approximate pictures can be asked for again. */
  finished(): void;
  changed(): void;
}

/** How often (ms) an open page asks whether the file is still the same. */
const INTERVAL = 20_000;
/** First pause (ms) before watching again what was finished at once; it doubles each time. */
const PAUSE = 1000;

export class Freshness {
  private source: EventSource | null = null;
  private readonly timer: ReturnType<typeof setInterval>;
  private stopped = false;
  private notBefore = 0;
  private pause = PAUSE;

  constructor(
    private readonly api: Api,
    private readonly image: ImageInfo,
    private readonly events: FreshnessEvents,
  ) {
    this.timer = setInterval(this.check, INTERVAL);
    document.addEventListener('visibilitychange', this.check);
  }

  stop(): void {
    this.stopped = true;
    this.source?.close();
    clearInterval(this.timer);
    document.removeEventListener('visibilitychange', this.check);
  }

  /** An approximate picture came: follow the overviews. The stream is open only meanwhile, it occupies a connection. */
  watch(): void {
    if (this.source || this.stopped || performance.now() < this.notBefore) return;
    const source = this.api.events(this.image.id);
    let seen = 0;
    this.source = source;
    source.addEventListener('progress', (event) => {
      const { progress, preview } = JSON.parse((event as MessageEvent<string>).data) as ImageInfo;
      this.events.progress(progress);
      if (preview || progress < 1) seen++;
      else this.finish(seen > 0);
    });
    source.addEventListener('changed', () => this.events.changed());
  }

  private finish(took: boolean): void {
    this.source?.close();
    this.source = null;
    this.pause = took ? PAUSE : this.pause * 2;
    this.notBefore = performance.now() + this.pause;
    this.events.finished();
  }

  private readonly check = (): void => {
    if (document.visibilityState !== 'visible' || this.stopped) return;
    this.api.info(this.image.id, { retries: 0 }).then(
      ({ version }) => !this.stopped && version !== this.image.version && this.events.changed(),
      () => undefined,
    );
  };
}
