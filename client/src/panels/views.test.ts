import { beforeEach, expect, it } from 'vitest';
import { openDropped } from './dropped';
import { showState } from './session';
import { fakeViewer, imageInfo } from './testing';
import { forgetView, keepView, keptViews } from './views';

beforeEach(() => localStorage.clear());

it('a kept view comes back with everything but the panel, the newest first, until it is forgotten', async () => {
  const viewer = fakeViewer(imageInfo());
  Object.assign(viewer, { skyAt: () => null, pixelScale: () => null });
  viewer.state.set({ panel: 'snapshot', view: { x: 12, y: 40.4, zoom: 2 }, display: { gamma: 2 } });
  keepView(viewer);
  viewer.state.set({ view: { x: null, y: null, zoom: null }, display: { gamma: 1 } });
  keepView(viewer);
  expect(keptViews(viewer).map(({ name }) => name)).toEqual(['field.fits', 'field.fits · 50, 40']);
  const [, first] = keptViews(viewer);
  await showState(viewer, first?.state ?? {});
  expect(viewer.state.value).toMatchObject({ view: { x: 12, zoom: 2 }, display: { gamma: 2 }, panel: '' });
  expect(viewer.opened).toEqual([]);
  forgetView(viewer, 0);
  expect(keptViews(viewer).map(({ name }) => name)).toEqual(['field.fits · 50, 40']);
});

it('what somebody else left in the storage is no view', () => {
  const viewer = fakeViewer(imageInfo());
  localStorage.setItem(
    `visiomatic.views${viewer.api.base}`,
    '[{"name": 1}, {"name": "x", "state": {"image": 3}}, null]',
  );
  expect(keptViews(viewer)).toEqual([]);
});

it('a FITS image that is dropped where no files are taken is refused with what to do', async () => {
  const viewer = fakeViewer(imageInfo());
  await openDropped(viewer, [new File(['x'], 'm31.fits.fz')]);
  expect(viewer.said.join()).toContain('visiomatic m31.fits.fz');
  expect(viewer.opened).toEqual([]);
});
