/** Follows an image on the server: overviews being made, the file being replaced. */
import type { Api, ImageInfo, Overviews } from '../core/api';

export interface FreshnessEvents {
  /** How far the overviews are now. */
  told(overviews: Overviews): void;
  /** Something is wrong with them that was not known before. */
  notice(text: string): void;
  /** The overviews are there: approximate pictures can be asked for again. */
  finished(): void;
  changed(): void;
}

/** Nothing is on the way. */
export const complete: Overviews = { preview: false, progress: 1, notice: '' };

/** How often (ms) an open page asks whether the file is still the same. */
const INTERVAL = 20_000;
/** When (ms) it is asked for the first time: what is wrong with the overviews is known by then. */
const FIRST = 4000;
/** First pause (ms) before watching again what was finished at once; it doubles each time. */
const PAUSE = 1000;

export class Freshness {
  private source: EventSource | null = null;
  private readonly timer: ReturnType<typeof setInterval>;
  private readonly first: ReturnType<typeof setTimeout>;
  private stopped = false;
  private notice = '';
  private notBefore = 0;
  private pause = PAUSE;

  constructor(
    private readonly api: Api,
    private readonly image: ImageInfo,
    private readonly events: FreshnessEvents,
  ) {
    this.timer = setInterval(this.check, INTERVAL);
    this.first = setTimeout(this.check, FIRST);
    document.addEventListener('visibilitychange', this.check);
  }

  stop(): void {
    this.stopped = true;
    this.source?.close();
    clearInterval(this.timer);
    clearTimeout(this.first);
    document.removeEventListener('visibilitychange', this.check);
  }

  /** An approximate picture came: follow the overviews. The stream is open only meanwhile, it occupies a connection. */
  watch(): void {
    if (this.source || this.stopped || performance.now() < this.notBefore) return;
    const source = this.api.events(this.image.id);
    let seen = 0;
    this.source = source;
    source.addEventListener('progress', (event) => {
      const overviews = JSON.parse((event as MessageEvent<string>).data) as Overviews;
      this.tell(overviews);
      if (overviews.preview || overviews.progress < 1) seen++;
      else this.finish(seen > 0);
    });
    source.addEventListener('changed', () => this.events.changed());
  }

  private tell(overviews: Overviews): void {
    this.events.told(overviews);
    if (overviews.notice && overviews.notice !== this.notice) this.events.notice(overviews.notice);
    this.notice = overviews.notice;
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
      (info) => {
        if (this.stopped) return;
        if (info.version !== this.image.version) this.events.changed();
        else if (info.notice) this.tell(info);
      },
      () => undefined,
    );
  };
}
