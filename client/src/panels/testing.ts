/** What the tests of the panels stand on: a viewer with a real store, and answers of a server in memory. */
import { Emitter } from '../base/emitter';
import { Api, type ChannelInfo, type ImageInfo, type Statistics } from '../core/api';
import { Connection } from '../core/connection';
import { defaultDisplay, Store } from '../core/state';
import type { Viewer, ViewerEvents } from '../core/viewer';

export function channel(index: number, more: Partial<ChannelInfo> = {}): ChannelInfo {
  return { index, label: `channel ${index}`, unit: 'adu', filter: '', stokes: '', spectral: null, ...more };
}

export function imageInfo(more: Partial<ImageInfo> = {}): ImageInfo {
  return {
    id: 'a/field.fits',
    name: 'field.fits',
    title: 'field.fits - M 13',
    object: 'M 13',
    version: 'v1',
    width: 100,
    height: 80,
    channels: [channel(1)],
    dtype: 'float32',
    bitpix: -32,
    tile_size: 256,
    levels: 1,
    preview: false,
    progress: 1,
    notice: '',
    warnings: [],
    hdus: [],
    chips: [],
    display: { ...defaultDisplay, stretch_parameter: null, cuts: null, color: [] },
    ...more,
  };
}

export const statistics: Statistics = {
  channel: 1,
  min: -5,
  max: 1000,
  mean: 12,
  median: 10,
  sigma: 8,
  mad: 2,
  background: 9.5,
  n: 8000,
  nan: 3,
  percentiles: { '0.5': 3, '5': 5, '95': 40, '99.5': 90, '0.1': 1, '99.7': 120, '99.9': 200 },
  zscale: [4, 20],
  default: [4, 120],
  compatible: [5.5, 809.5],
  unit: 'adu',
  sample: true,
};

type Answers = Record<string, unknown>;

const usual: Answers = {
  '': { name: 'VisiOmatic', version: '4', links: {}, auto_image: null, limits: { dropped_bytes: 0 } },
  statistics,
  histogram: { channel: 1, edges: [0, 130], counts: [1, 8, 3], below: 0, above: 0, nan: 3, unit: 'adu' },
  colormaps: [
    { name: 'grey', category: 'sequential', colors: ['#000000', '#ffffff'] },
    { name: 'viridis', category: 'sequential', colors: ['#440154', '#fde725'] },
  ],
};

export interface FakeViewer extends Viewer {
  readonly opened: string[];
  readonly said: string[];
  emit<K extends keyof ViewerEvents>(type: K, detail: ViewerEvents[K]): void;
}

/** A viewer that shows `image` and whose server answers by the last word of the path. */
export function fakeViewer(image: ImageInfo | null, answers: Answers = {}): FakeViewer {
  const connection = new Connection();
  const events = new Emitter<ViewerEvents>();
  const api = new Api('/api/v1/', connection);
  api.fetch = async (url: string): Promise<Response> => {
    const word = /([\w-]+)(?:\?.*)?$/.exec(url)?.[1] ?? '';
    return new Response(JSON.stringify({ ...usual, ...answers }[word] ?? {}));
  };
  const opened: string[] = [];
  const said: string[] = [];
  const view = {
    scale: 1,
    box: [10.5, 10.5, 60.5, 50.5],
    width: 50,
    height: 40,
    devicePixelRatio: 1,
    toScreen: (x: number, y: number) => ({ x: x - 10.5, y: 50.5 - y }),
    fromScreen: (px: number, py: number) => ({ x: px + 10.5, y: 50.5 - py }),
  };
  const viewer = {
    element: document.createElement('div'),
    state: new Store({ image: image?.id ?? '' }),
    api,
    connection,
    map: {
      container: document.createElement('div'),
      view,
      center: { x: 50, y: 40 },
      zoom: 0,
      whenSettled: async () => undefined,
    },
    service: null,
    image,
    sky: null,
    chips: [],
    wcs: null,
    readout: null,
    overviews: { preview: false, progress: 1, notice: '', ...image },
    compared: { viewers: [], seen: null },
    shortcuts: [],
    opened,
    said,
    on: <K extends keyof ViewerEvents>(type: K, listener: (detail: ViewerEvents[K]) => void) =>
      events.on(type, listener),
    emit: <K extends keyof ViewerEvents>(type: K, detail: ViewerEvents[K]) => events.emit(type, detail),
    open: async (id: string) => {
      opened.push(id);
      return image;
    },
    notify: (message: string) => {
      said.push(message);
      return () => undefined;
    },
    openPanel: (id: string) => viewer.state.set({ panel: id }),
    shownChannels: () => [viewer.state.value.display.channel],
    styleQuery: () => 'channel=1',
  };
  return viewer as unknown as FakeViewer;
}
