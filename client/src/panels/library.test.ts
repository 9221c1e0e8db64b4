import { afterEach, describe, expect, it } from 'vitest';
import './library';
import type { LibraryPanel } from './library';
import { type FakeViewer, fakeViewer, imageInfo } from './testing';

afterEach(() => document.body.replaceChildren());

const images = {
  directory: 'a',
  directories: ['deep'],
  images: [
    { id: 'a/field.fits', name: 'field.fits', bytes: 4_000_000, modified: '2026-01-02T00:00:00+00:00' },
    { id: 'a/other.fits', name: 'other.fits', bytes: 10, modified: 0 },
  ],
  total: 2,
  offset: 0,
  limit: 200,
};

async function show(viewer: FakeViewer): Promise<LibraryPanel> {
  const panel = document.createElement('vm-library-panel');
  panel.viewer = viewer;
  document.body.append(panel);
  await new Promise((resolve) => setTimeout(resolve, 20));
  return panel;
}

const choose = (panel: LibraryPanel, value: string): void => {
  panel.shadowRoot
    ?.querySelector('vm-list')
    ?.dispatchEvent(new CustomEvent('vm-change', { detail: { value, live: false } }));
};

describe('library', () => {
  it('lists folders and images with size, date and thumbnail, in the folder of the open image', async () => {
    const panel = await show(fakeViewer(imageInfo(), { images }));
    const items = panel.shadowRoot?.querySelector('vm-list')?.items ?? [];
    expect(items.map(({ id }) => id)).toEqual(['/a/deep', 'a/field.fits', 'a/other.fits']);
    expect(items[1]).toMatchObject({ detail: '4.0 MB · 2026-01-02' });
    expect(items[1]?.image).toContain('images/a%2Ffield.fits/view.jpg?size=');
  });

  it('opens an image, and says why one cannot be opened', async () => {
    const viewer = fakeViewer(imageInfo(), { images });
    const panel = await show(viewer);
    choose(panel, 'a/other.fits');
    expect(viewer.opened).toEqual(['a/other.fits']);
    viewer.open = async () => {
      throw new Error('it holds no image');
    };
    choose(panel, 'a/other.fits');
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(panel.shadowRoot?.querySelector('vm-banner')?.message).toBe('other.fits: it holds no image');
  });

  it('ticks images to be compared with the one that is open', async () => {
    const viewer = fakeViewer(imageInfo(), { images });
    viewer.state.set({ compare: { mode: 'side', images: [] } });
    const panel = await show(viewer);
    choose(panel, 'a/other.fits');
    choose(panel, 'a/field.fits');
    expect(viewer.state.value.compare.images).toEqual(['a/other.fits']);
    choose(panel, 'a/other.fits');
    expect(viewer.state.value.compare.images).toEqual([]);
    expect(viewer.opened).toEqual([]);
  });

  it('explains an empty folder', async () => {
    const panel = await show(fakeViewer(imageInfo(), { images: { ...images, directories: [], images: [], total: 0 } }));
    expect(panel.shadowRoot?.querySelector('vm-empty')?.label).toBe('No images here');
  });
});
