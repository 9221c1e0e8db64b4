/** Follows an image on the server: overviews being made, the file being replaced. */
import type { Api, ImageInfo } from '../core/api';

export interface FreshnessEvents {
  /** Of the overviews, 0…1; `preview` while pictures are approximate. */
  progress(progress: number, preview: boolean): void;
  changed(): void;
}

/** How often (ms) an open page asks whether the file is still the same. */
const INTERVAL = 20_000;

export class Freshness {
  private source: EventSource | null = null;
  private readonly timer: ReturnType<typeof setInterval>;
  private stopped = false;

  constructor(
    private readonly api: Api,
    private readonly image: ImageInfo,
    private readonly events: FreshnessEvents,
  ) {
    if (image.preview) this.listen();
    this.timer = setInterval(() => this.check(), INTERVAL);
    document.addEventListener('visibilitychange', this.check);
  }

  stop(): void {
    this.stopped = true;
    this.source?.close();
    clearInterval(this.timer);
    document.removeEventListener('visibilitychange', this.check);
  }

  /** A stream only while overviews are made: it occupies one of the browser's few connections. */
  private listen(): void {
    const source = this.api.events(this.image.id);
    this.source = source;
    source.addEventListener('progress', (event) => {
      const { progress, preview } = JSON.parse((event as MessageEvent<string>).data) as ImageInfo;
      this.events.progress(progress, preview);
      if (!preview) source.close();
    });
    source.addEventListener('changed', () => this.events.changed());
  }

  private readonly check = (): void => {
    if (document.visibilityState !== 'visible' || this.stopped) return;
    this.api.info(this.image.id, { retries: 0 }).then(
      ({ version, preview, progress }) => {
        if (this.stopped) return;
        if (version !== this.image.version) this.events.changed();
        else if (this.image.preview) this.events.progress(progress, preview);
      },
      () => undefined,
    );
  };
}
