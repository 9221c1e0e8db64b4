import { expect, test } from 'vitest';
import { type LabelledLine, placeLabels } from './graticule-labels';

const map = { left: 0, top: 0, right: 400, bottom: 300 };
const width = (text: string) => 7 * text.length;
const line = (kind: 'lon' | 'lat', label: string, ...points: [number, number][]): LabelledLine => ({
  kind,
  label,
  paths: [points.map(([x, y]) => ({ x, y }))],
});

test('meridians are named at the bottom, parallels at the left', () => {
  const lines = [line('lon', '1h', [200, -10], [210, 310]), line('lat', '+5°', [-10, 100], [410, 120])];
  const [lon, lat] = placeLabels(lines, map, [], width);
  expect(lon).toMatchObject({ text: '1h', side: 'bottom', y: 234 });
  expect(lon?.x).toBeCloseTo(200 + (10 * 244) / 320);
  expect(lat).toMatchObject({ text: '+5°', side: 'left', x: 66 });
});

test('what floats over the map is avoided: elsewhere along the edge, then at the other side', () => {
  const parallel = line('lat', '+5°', [-10, 100], [410, 100]);
  const narrow = { left: 60, right: 110, top: 0, bottom: 300 };
  expect(placeLabels([parallel], map, [narrow], width)[0]).toMatchObject({ side: 'left', x: 10 });
  const broad = { ...narrow, left: 0, right: 150 };
  expect(placeLabels([parallel], map, [broad], width)[0]).toMatchObject({ side: 'right', x: 334 });
});

test('no label lies on another: where a meridian and a parallel meet, one gives way', () => {
  const lines = [
    line('lon', '23h59m15s', [355, -10], [355, 310]),
    line('lat', '+11°45′', [-10, 232], [410, 232]),
    line('lat', '+11°46′', [-10, 230], [410, 230]),
  ];
  const placed = placeLabels(lines, map, [], width);
  expect(placed).toHaveLength(3);
  for (const one of placed) {
    for (const other of placed) {
      if (one !== other) expect(Math.hypot(one.x - other.x, one.y - other.y)).toBeGreaterThan(30);
    }
  }
});

test('a line that leaves the map nowhere is named in its middle, on all-sky maps and around the poles', () => {
  const circle = line('lat', '+89°', [180, 150], [200, 130], [220, 150], [200, 170], [180, 150]);
  expect(placeLabels([circle], map, [], width)[0]).toMatchObject({ side: 'inside', x: 220, y: 150 });
});

test('a label that fits nowhere is left out', () => {
  expect(placeLabels([line('lon', '1h', [1, 1], [2, 2])], map, [], width)).toEqual([]);
});
