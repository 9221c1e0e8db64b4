/** Position of the read-out in the chosen frame, as rows of name and text. */
import { mark, t } from '../base/i18n';
import { Latest } from '../core/latest';
import type { ReadoutFrame } from '../core/state';
import type { Point } from '../core/viewer';
import { formatSky, inDegrees } from '../wcs/format';
import type { FrameName, LinearMap, PixelFrame, Sky } from '../wcs/index';
import { chipAt, chipPixel, skyOf } from './sky';
import type { ViewerCore } from './viewer';

export interface Position {
  rows: [name: string, text: string][];
}

const CELESTIAL: readonly [ReadoutFrame & FrameName, string, string, string][] = [
  ['icrs', 'ICRS', mark('RA'), mark('Dec')],
  ['fk5', 'FK5 J2000', mark('RA'), mark('Dec')],
  ['fk4', 'FK4 B1950', mark('RA'), mark('Dec')],
  ['galactic', mark('Galactic'), 'l', 'b'],
  ['ecliptic', mark('Ecliptic'), 'λ', 'β'],
  ['supergalactic', mark('Supergalactic'), 'SGL', 'SGB'],
];

const PIXELS: readonly [PixelFrame & ReadoutFrame, string][] = [
  ['physical', mark('Physical')],
  ['detector', mark('Detector')],
];

const anySky = (viewer: ViewerCore): Sky | null => viewer.sky ?? viewer.chips.find((chip) => chip.sky)?.sky ?? null;

/** The frames that this image has, in the order of the menu. */
export function framesOf(viewer: ViewerCore): [ReadoutFrame, string][] {
  const sky = anySky(viewer);
  const frames: [ReadoutFrame, string][] = [];
  if (sky?.description.to_icrs) {
    for (const [id, title] of CELESTIAL) frames.push([id, t(title)]);
    if (!CELESTIAL.some(([, title]) => title === sky.title))
      frames.push(['native', t('{frame} (header)', { frame: t(sky.title) })]);
  } else if (sky) frames.push(['native', sky.title || t('World')]);
  frames.push(['pixel', t('Pixels')]);
  for (const [id, title] of PIXELS) if (sky?.description.pixel_maps[id]) frames.push([id, t(title)]);
  return frames;
}

/** The chosen frame, or the first that the image has. */
export function frameOf(viewer: ViewerCore): ReadoutFrame {
  const frames = framesOf(viewer);
  const { frame } = viewer.state.value;
  return frames.some(([id]) => id === frame) ? frame : (frames[0]?.[0] ?? 'pixel');
}

/** `style`: with letters to be read, with colons to be pasted elsewhere. */
export function coordinates(
  viewer: ViewerCore,
  at: Point,
  arrived: () => void,
  style: 'letters' | 'colons' = 'letters',
): Position {
  const frame = frameOf(viewer);
  if (frame === 'pixel') return pixelRows(viewer, at);
  const sky = skyOf({ sky: viewer.sky, chips: viewer.chips }, at.x, at.y);
  if (frame === 'physical' || frame === 'detector')
    return mappedRows(sky?.description.pixel_maps[frame], at, digitsOf(viewer));
  return skyRows(viewer, sky, at, frame, { arrived, style });
}

/** A tenth of a screen pixel is enough. */
const digitsOf = (viewer: ViewerCore): number => Math.min(3, Math.max(1, Math.ceil(viewer.map.zoom) + 1));

function pixelRows(viewer: ViewerCore, { x, y }: Point): Position {
  const digits = digitsOf(viewer);
  const rows: Position['rows'] = [
    ['x', x.toFixed(digits)],
    ['y', y.toFixed(digits)],
  ];
  const chip = chipAt(viewer.chips, x, y);
  if (chip) {
    const own = chipPixel(chip, x, y).map((value) => value.toFixed(digits));
    rows.push([chip.name, own.join(', ')]);
  }
  return { rows };
}

function mappedRows(map: LinearMap | undefined, { x, y }: Point, digits: number): Position {
  if (!map) return { rows: [] };
  const value = ([a, b, c]: readonly [number, number, number]) => (a * x + b * y + c).toFixed(digits);
  return {
    rows: [
      ['x', value(map[0])],
      ['y', value(map[1])],
    ],
  };
}

interface Manner {
  arrived: () => void;
  style: 'letters' | 'colons';
}

function skyRows(
  viewer: ViewerCore,
  sky: Sky | null,
  at: Point,
  frame: ReadoutFrame,
  { arrived, style }: Manner,
): Position {
  const [, , lonName, latName] = CELESTIAL.find(([id]) => id === frame) ?? [
    '',
    '',
    ...(sky?.description.names ?? ['', '']),
  ];
  const name = frame as FrameName;
  const position =
    sky?.method === 'server' ? fromServer(viewer, at, name, arrived) : (sky?.pixelToSky(at.x, at.y, name) ?? null);
  if (!position) {
    return {
      rows: [
        [t(lonName), '–'],
        [t(latName), '–'],
      ],
    };
  }
  // The header's own frame is spelt as its family: right ascensions of any equinox are hours.
  const family = name === 'native' && sky ? sky.frame : name;
  const sexagesimal = Boolean(sky?.description.to_icrs) && !inDegrees(viewer.state.value.degrees, family);
  const pixelScale = (viewer.pixelScale(at.x, at.y) ?? 1) / Math.max(1, viewer.map.view.scale);
  const [lon, lat] = formatSky(position[0], position[1], family, { sexagesimal, pixelScale, style });
  return {
    rows: [
      [t(lonName), lon],
      [t(latName), lat],
    ],
  };
}

// ------------------------------------------------------------------------------------ where only the server knows

interface Asked {
  key: string;
  position: [number, number] | null;
  latest: Latest<() => Promise<[number, number] | null>, [number, number] | null>;
}

const asked = new WeakMap<ViewerCore, Asked>();

function fromServer(
  viewer: ViewerCore,
  { x, y }: Point,
  frame: FrameName,
  arrived: () => void,
): [number, number] | null {
  let memory = asked.get(viewer);
  if (!memory) {
    const fresh: Asked = {
      key: '',
      position: null,
      latest: new Latest(
        (question) => question(),
        (position) => {
          fresh.position = position;
          arrived();
        },
      ),
    };
    asked.set(viewer, fresh);
    memory = fresh;
  }
  const key = `${viewer.image?.id} ${x.toFixed(2)} ${y.toFixed(2)} ${frame}`;
  if (key !== memory.key) {
    memory.key = key;
    memory.latest.request(() => viewer.skyAtAsync(x, y, frame));
  }
  return memory.position;
}
