import { afterEach, describe, expect, it, vi } from 'vitest';
import type { CanvasLayer, Viewer } from '../core/viewer';
import { plotCsv } from '../plots/csv';
import { fieldInView, sourcesOf } from './catalog-sources';
import { LIMIT, overlaysOf } from './overlays-manager';
import { profilePlot, spectrumPlot } from './plots-data';
import { plotsOf } from './plots-manager';
import { openSession } from './session';
import { channel, type FakeViewer, fakeViewer, imageInfo } from './testing';

/** A fake viewer with a sky of 1″ a pixel and a map that keeps its layers. */
function withSky(answers: Record<string, unknown> = {}): FakeViewer & { layers: CanvasLayer[] } {
  const viewer = fakeViewer(imageInfo(), answers);
  const layers: CanvasLayer[] = [];
  const map = {
    ...viewer.map,
    addLayer: (layer: CanvasLayer) => {
      layers.push(layer);
      const remove = (): void => void layers.splice(layers.indexOf(layer), 1);
      return { redraw: () => undefined, setShown: () => undefined, toFront: () => undefined, remove };
    },
    setTool: () => () => undefined,
  };
  const sky: Pick<Viewer, 'skyAt' | 'pixelAt' | 'pixelScale'> = {
    skyAt: (x, y) => [180 - (x - 50) / 3600, (y - 40) / 3600],
    pixelAt: (lon, lat) => [50 - (lon - 180) * 3600, 40 + lat * 3600],
    pixelScale: () => 1,
  };
  return Object.assign(viewer, { layers, map, ...sky }) as unknown as FakeViewer & { layers: CanvasLayer[] };
}

/** Stands in for a catalogue that has one star wherever it is asked; returns what it is asked. */
function oneStar(): string[] {
  const urls: string[] = [];
  vi.stubGlobal('fetch', async (url: string) => {
    urls.push(url);
    return new Response('_RAJ2000\t_DEJ2000\tGmag\ndeg\tdeg\tmag\n---\t---\t---\n180\t0\t12\n');
  });
  return urls;
}

const file = (name: string, text: string): File => new File([text], name);

afterEach(() => vi.unstubAllGlobals());

describe('overlays', () => {
  it('take a dropped catalogue, count what has a place, and tell of a source', async () => {
    const viewer = withSky();
    const manager = overlaysOf(viewer);
    await manager.addFile(file('stars.csv', 'name,ra,dec\nA,180,0\nB,180.001,0.001\nC,,\n'));
    expect(manager.list[0]).toMatchObject({ title: 'stars.csv', count: 2, local: true });
    expect(manager.list[0]?.note).toContain('1 ');
    const told = vi.fn();
    manager.onPick(told);
    viewer.emit('click', { picked: { layer: viewer.layers[0], item: 0, distance: 0 } } as never);
    expect(told.mock.calls[0]?.[0]).toMatchObject({ title: 'A', x: 50, y: 40 });
    expect(viewer.state.value.overlays).toEqual([]);
  });

  it('say what is wrong with a file and keep nothing of it', async () => {
    const viewer = withSky();
    const manager = overlaysOf(viewer);
    await manager.addFile(file('notes.txt', 'hello'));
    await manager.addFile(file('table.csv', 'flux,size\n1,2\n'));
    expect(viewer.said[0]).toContain('notes.txt');
    expect(viewer.said[1]).toContain('positions');
    expect(manager.list).toEqual([]);
  });

  it('ask a catalogue for the field in view, write it into the state, and take it away', async () => {
    const viewer = withSky();
    const urls = oneStar();
    const manager = overlaysOf(viewer);
    await manager.addCatalog('gaiaDR3');
    expect(urls[0]).toContain('I%2F355%2Fgaiadr3');
    expect(manager.list[0]).toMatchObject({ count: 1, color: '#eee83e' });
    expect(viewer.state.value.overlays).toEqual([
      { kind: 'catalog', id: 'gaiaDR3@180.00403,-0.00264,0.01389x0.01111', color: '#eee83e', shown: true },
    ]);
    manager.remove(manager.list[0]?.key ?? 0);
    expect(viewer.layers).toEqual([]);
    expect(viewer.state.value.overlays).toEqual([]);
  });

  it('come back from an address with their field, colour and visibility, and go when it no longer names them', async () => {
    const viewer = withSky();
    const urls = oneStar();
    const manager = overlaysOf(viewer);
    const saved = { kind: 'catalog', id: 'gaiaDR3@10.5,-20.25,0.5x0.25', color: '#123456', shown: false };
    manager.restore([saved]);
    await vi.waitFor(() => expect(manager.list[0]?.count).toBe(1));
    const asked = new URL(urls[0] ?? '');
    expect([asked.searchParams.get('-c'), asked.searchParams.get('-c.bd')]).toEqual([
      '10.500000-20.250000',
      '0.500000x0.250000',
    ]);
    expect(viewer.state.value.overlays).toEqual([saved]);
    manager.restore([{ ...saved, color: '#654321', shown: true }]);
    expect(manager.list[0]).toMatchObject({ color: '#654321', shown: true });
    expect(urls).toHaveLength(1);
    manager.restore([]);
    expect(manager.list).toEqual([]);
    expect(viewer.layers).toEqual([]);
  });

  it('say that a service gave no more than the limit', async () => {
    const viewer = withSky();
    const rows = Array.from({ length: LIMIT + 1 }, (_, k) => `180\t0\t${10 + k / 1e4}`).join('\n');
    vi.stubGlobal(
      'fetch',
      async () => new Response(`_RAJ2000\t_DEJ2000\tGmag\ndeg\tdeg\tmag\n---\t---\t---\n${rows}\n`),
    );
    const manager = overlaysOf(viewer);
    await manager.addCatalog('gaiaDR3');
    expect(manager.list[0]).toMatchObject({ count: LIMIT, note: 'only the 10,000 brightest of this field' });
  });

  it('stay where they are on the sky when another image opens, without being asked again', async () => {
    const viewer = withSky();
    const manager = overlaysOf(viewer);
    await manager.addFile(file('stars.csv', 'name,ra,dec\nA,180,0\n'));
    Object.assign(viewer, { pixelAt: () => [7, 8] });
    viewer.emit('image', imageInfo({ id: 'other.fits' }));
    expect(manager.list[0]).toMatchObject({ title: 'stars.csv', count: 1 });
    expect(viewer.layers).toHaveLength(1);
    const told = vi.fn();
    manager.onPick(told);
    viewer.emit('click', { picked: { layer: viewer.layers[0], item: 0, distance: 0 } } as never);
    expect(told.mock.calls[0]?.[0]).toMatchObject({ x: 7, y: 8 });
  });

  it('keep identifiers of nineteen digits to the last one', async () => {
    const viewer = withSky();
    const manager = overlaysOf(viewer);
    await manager.addFile(file('gaia.csv', 'source_id,ra,dec\n4057481720127104641,180,0\n'));
    const told = vi.fn();
    manager.onPick(told);
    viewer.emit('click', { picked: { layer: viewer.layers[0], item: 0, distance: 0 } } as never);
    expect(told.mock.calls[0]?.[0].title).toBe('4057481720127104641');
  });

  it('draw sizes of any table in their unit, and how far objects move during the exposure', () => {
    const viewer = withSky();
    const numbers = (name: string, value: number, unit = '') =>
      ({ name, unit, ucd: '', description: '', values: Float64Array.of(value) }) as const;
    const at = [numbers('ra', 180, 'deg'), numbers('dec', 0, 'deg')];
    const sized = [...at, numbers('A_WORLD', 10 / 3600), numbers('B_WORLD', 5 / 3600), numbers('THETA_J2000', 90)];
    const { sources } = sourcesOf(viewer, { name: 't', length: 1, columns: sized }, null);
    expect(sources.a?.[0]).toBeCloseTo(10, 4);
    expect(sources.b?.[0]).toBeCloseTo(5, 4);
    expect(Math.abs(Math.cos(sources.angle?.[0] ?? 0))).toBeCloseTo(1, 6);
    const moving = [...at, numbers('dRA(arcsec/h)', 30), numbers('dDEC(arcsec/h)', -10)];
    const epoch = { jd: 2453006.5, exposure: 1800, observatory: '568' };
    const { sources: moved } = sourcesOf(viewer, { name: 't', length: 1, columns: moving }, null, epoch);
    expect([moved.dx?.[0], moved.dy?.[0]].map((v) => Number(v?.toFixed(4)))).toEqual([-15, -5]);
  });

  it('are stepped through where nothing covers them', async () => {
    const viewer = withSky();
    const manager = overlaysOf(viewer);
    await manager.addFile(file('a.csv', 'name,x,y\nA,20,20\nB,30,30\nC,40,40\n'));
    const told = vi.fn();
    manager.onPick(told);
    const shadow = viewer.element.attachShadow({ mode: 'open' });
    shadow.innerHTML = '<div class="at"><i part="readout"></i></div>';
    const card = shadow.querySelector('i') as HTMLElement;
    card.getBoundingClientRect = () => new DOMRect(15, 15, 10, 10); // pixels 25…35 of both axes
    manager.step(1);
    manager.step(1);
    manager.step(1);
    expect(told.mock.calls.map(([one]) => one?.title)).toEqual(['A', 'C', 'A']);
    viewer.element.style.setProperty('--vm-inset-top', '20px'); // what lies above pixel 30
    document.body.append(viewer.element);
    manager.step(1);
    expect(told.mock.lastCall?.[0]?.title).toBe('A');
    viewer.element.remove();
  });

  it('know the field in view', () => {
    const field = fieldInView(withSky());
    expect(field?.width).toBeCloseTo(50 / 3600, 6);
    expect(field?.lat).toBeCloseTo((30.5 - 40) / 3600, 6);
  });
});

const profile = {
  channels: [1],
  x: [1, 2, 3],
  y: [1, 1, 1],
  distance: [0, 1, 2],
  sky_distance: [0, 90, 180],
  values: [[5, null, 'Infinity']],
  unit: 'adu',
};

describe('plots', () => {
  it('have the distance on the sky in a unit that suits it, and gaps where there is no value', () => {
    const plot = profilePlot(profile as never, imageInfo(), [{ channel: 1, color: '#ff0000' }]);
    expect(plot).toMatchObject({ xUnit: '′', x: [0, 1.5, 3] });
    expect(plot.series[0]).toMatchObject({ color: '#ff0000', unit: 'adu', values: [5, null, null] });
    expect(profilePlot({ ...profile, sky_distance: null } as never, imageInfo(), [])).toMatchObject({
      xUnit: 'pixels',
    });
  });

  it('draw spectra over the axis in ascending order', () => {
    const spectral = { type: 'FREQ', unit: 'Hz', values: [3e9, 2e9, 1e9] };
    const plot = spectrumPlot({ channels: [1, 2, 3], labels: [], values: [1, 2, 3], unit: 'Jy', spectral }, 'p');
    expect(plot).toMatchObject({ xLabel: 'Frequency', xUnit: 'GHz', x: [1, 2, 3] });
    expect(plot.series[0]?.values).toEqual([3, 2, 1]);
  });

  it('are saved as CSV with units', () => {
    const plot = profilePlot(profile as never, imageInfo({ channels: [channel(1, { label: 'a "b", c' })] }), []);
    expect(plotCsv(plot)).toBe('Distance (′),x (pixel),y (pixel),"a ""b"", c (adu)"\n0,1,1,5\n1.5,2,1,\n3,3,1,\n');
    const onSky = profilePlot(profile as never, imageInfo(), [], (x) => [x * 10, -5]);
    expect(plotCsv(onSky).split('\n')[1]).toBe('0,1,1,10,-5,5');
  });

  it('are part of the state, and come back from it', async () => {
    const viewer = withSky({ profile });
    const manager = plotsOf(viewer);
    const key = manager.add('profile', [
      { x: 1, y: 1 },
      { x: 3.5, y: 1 },
    ]);
    expect(manager.chosen?.title).toBe('2.5″');
    manager.move(key, [
      { x: 1, y: 1 },
      { x: 5, y: 1 },
    ]);
    manager.addInView('spectrum');
    expect(viewer.state.value.overlays).toEqual([
      { kind: 'profile', id: '1,1,5,1', color: '', shown: true },
      { kind: 'spectrum', id: '50,40', color: '', shown: true },
    ]);
    const other = withSky({ profile });
    other.state.set({ overlays: viewer.state.value.overlays });
    expect(plotsOf(other).list.map(({ kind }) => kind)).toEqual(['profile', 'spectrum']);
  });

  it('follow a session, a step back or a reset while they are on the image', () => {
    const viewer = withSky({ profile });
    const manager = plotsOf(viewer);
    manager.add('profile', [
      { x: 1, y: 1 },
      { x: 5, y: 1 },
    ]);
    const spectrum = { kind: 'spectrum', id: '7.25,8', color: '', shown: true };
    viewer.state.restore({ overlays: [spectrum] });
    expect(manager.list.map(({ points }) => points)).toEqual([[{ x: 7.25, y: 8 }]]);
    viewer.state.restore({});
    expect(manager.list).toEqual([]);
    expect(manager.chosen).toBeNull();
  });
});

describe('sessions', () => {
  it('come back with the image and everything that was seen', async () => {
    const viewer = fakeViewer(imageInfo());
    const state = { ...viewer.state.toJSON(), image: 'other.fits', degrees: true };
    await openSession(viewer, file('a.json', JSON.stringify({ format: 'visiomatic-session', state })));
    expect(viewer.opened).toEqual(['other.fits']);
    expect(viewer.state.value).toMatchObject({ image: 'other.fits', degrees: true });
  });

  it('refuse other files with a reason', async () => {
    const viewer = fakeViewer(imageInfo());
    await openSession(viewer, file('b.json', '{"state":{}}'));
    await openSession(viewer, file('c.json', 'not json'));
    expect(viewer.said.every((text) => text.includes('not a session'))).toBe(true);
    expect(viewer.said).toHaveLength(2);
  });
});
