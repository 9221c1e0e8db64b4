/** The coordinate grid over the image, in the frame of the read-out. */
import type { CanvasLayer, LayerHandle, Point, ViewTransform } from '../core/viewer';
import { type GraticuleLine, graticule } from '../wcs/graticule';
import type { FrameName } from '../wcs/index';
import { frameOf } from './coordinates';
import { skyOf } from './sky';
import type { ViewerCore } from './viewer';

const FRAMES: readonly string[] = ['icrs', 'fk5', 'fk4', 'galactic', 'ecliptic', 'supergalactic', 'native'];
/** CSS pixels between lines, about, and how many there may be across the layer. */
const SPACING = 130;
const MOST = 11;
/** CSS pixels that labels keep from the edges of the map, where other things float. */
const WIDE = { left: 68, right: 12, top: 12, bottom: 56 };
const NARROW = { left: 12, right: 12, top: 12, bottom: 108 };
/** Height of the compass in its corner. */
const CORNER = 64;
const LABEL_FONT = '600 11px system-ui, sans-serif';

interface Edges {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

class GraticuleLayer implements CanvasLayer {
  readonly id = 'graticule';

  constructor(private readonly viewer: ViewerCore) {}

  draw(context: CanvasRenderingContext2D, view: ViewTransform): void {
    const { map, sky, chips } = this.viewer;
    const valid = skyOf({ sky, chips }, map.center.x, map.center.y);
    if (!valid || valid.method === 'server') return;
    const frame = frameOf(this.viewer);
    const { lines } = graticule(valid, view.box, {
      frame: (FRAMES.includes(frame) ? frame : 'native') as FrameName,
      lines: Math.min(MOST, Math.round(view.width / SPACING)),
    });
    const drawn = lines.map((line) => ({
      line,
      paths: line.paths.map((path) => path.map(([x, y]) => view.toScreen(x, y))),
    }));
    stroke(
      context,
      drawn.flatMap(({ paths }) => paths),
    );
    const edges = this.edges(view);
    for (const { line, paths } of drawn) {
      const at = labelPlace(line, paths, edges);
      if (at) write(context, line.label, at);
    }
  }

  /** Where labels stand, on the layer's own canvas, which is larger than the map. */
  private edges(view: ViewTransform): Edges {
    const { width, height } = this.viewer.map.view;
    const [x, y] = [(view.width - width) / 2, (view.height - height) / 2];
    const { left, right, top, bottom } = this.viewer.element.hasAttribute('narrow') ? NARROW : WIDE;
    return { left: x + left, right: x + width - right, top: y + top, bottom: y + height - bottom };
  }
}

function stroke(context: CanvasRenderingContext2D, paths: readonly Point[][]): void {
  context.beginPath();
  for (const path of paths) {
    path.forEach(({ x, y }, index) => {
      if (index) context.lineTo(x, y);
      else context.moveTo(x, y);
    });
  }
  context.strokeStyle = 'rgba(0, 0, 0, 0.4)';
  context.lineWidth = 2.5;
  context.stroke();
  context.strokeStyle = 'rgba(150, 205, 255, 0.7)';
  context.lineWidth = 1;
  context.stroke();
}

/** Meridians are named at the bottom (or the top), parallels at the left (or the right). */
function labelPlace({ kind }: GraticuleLine, paths: readonly Point[][], edges: Edges): (Point & { side: Side }) | null {
  const sides: Side[] = kind === 'lon' ? ['bottom', 'top', 'left', 'right'] : ['left', 'right', 'bottom', 'top'];
  for (const side of sides) {
    for (const path of paths) {
      const at = crossing(path, side, edges);
      if (at) return { ...at, side };
    }
  }
  return null;
}

type Side = keyof Edges;

/** Where a polyline meets one edge, within the others. */
function crossing(path: readonly Point[], side: Side, edges: Edges): Point | null {
  const isUpright = side === 'left' || side === 'right';
  const level = edges[side];
  const [low, high] = isUpright ? [edges.top, edges.bottom - CORNER] : [edges.left, edges.right];
  const across = (point: Point) => (isUpright ? point.x : point.y) - level;
  const along = (point: Point) => (isUpright ? point.y : point.x);
  for (let i = 1; i < path.length; i++) {
    const [a, b] = [path[i - 1] as Point, path[i] as Point];
    const [before, after] = [across(a), across(b)];
    if (before === after || before * after > 0) continue;
    const at = along(a) + ((along(b) - along(a)) * before) / (before - after);
    if (at >= low && at <= high) return isUpright ? { x: level, y: at } : { x: at, y: level };
  }
  return null;
}

function write(context: CanvasRenderingContext2D, text: string, { x, y, side }: Point & { side: Side }): void {
  context.font = LABEL_FONT;
  context.textAlign = side === 'left' || side === 'right' ? side : 'center';
  context.textBaseline = side === 'top' || side === 'bottom' ? side : 'middle';
  context.lineJoin = 'round';
  context.lineWidth = 3;
  context.strokeStyle = 'rgba(0, 0, 0, 0.8)';
  context.strokeText(text, x, y);
  context.fillStyle = '#cfe8ff';
  context.fillText(text, x, y);
}

/** Shown as the state says, in the frame of the read-out. */
export function addGraticule(viewer: ViewerCore): void {
  let handle: LayerHandle | null = null;
  const update = () => {
    const { graticule: shown } = viewer.state.value.show;
    if (shown && !handle) handle = viewer.map.addLayer(new GraticuleLayer(viewer));
    handle?.setShown(shown);
  };
  viewer.state.watch(({ show, frame }) => [show.graticule, frame], update);
  viewer.on('image', update);
}
