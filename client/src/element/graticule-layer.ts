/** The coordinate grid over the image, in the frame of the read-out. */
import type { CanvasLayer, LayerHandle, Point, ViewTransform } from '../core/viewer';
import { inDegrees } from '../wcs/format';
import { graticule } from '../wcs/graticule';
import type { FrameName } from '../wcs/index';
import { frameOf } from './coordinates';
import { type LabelledLine, type PlacedLabel, placeLabels, type Rectangle } from './graticule-labels';
import { skyOf } from './sky';
import type { ViewerCore } from './viewer';

const FRAMES: readonly string[] = ['icrs', 'fk5', 'fk4', 'galactic', 'ecliptic', 'supergalactic', 'native'];
/** CSS pixels between lines, about, and how many there may be across the layer. */
const SPACING = 130;
const MOST = 11;
const LABEL_FONT = '600 11px system-ui, sans-serif';

class GraticuleLayer implements CanvasLayer {
  readonly id = 'graticule';

  constructor(private readonly viewer: ViewerCore) {}

  draw(context: CanvasRenderingContext2D, view: ViewTransform): void {
    const { map, sky, chips } = this.viewer;
    const valid = skyOf({ sky, chips }, map.center.x, map.center.y);
    if (!valid || valid.method === 'server') return;
    const chosen = frameOf(this.viewer);
    const frame = (FRAMES.includes(chosen) ? chosen : 'native') as FrameName;
    const { lines } = graticule(valid, view.box, {
      frame,
      decimal: inDegrees(this.viewer.state.value.degrees, frame === 'native' ? valid.frame : frame),
      lines: Math.min(MOST, Math.round(view.width / SPACING)),
    });
    const drawn = lines.map((line) => ({
      ...line,
      paths: line.paths.map((path) => path.map(([x, y]) => view.toScreen(x, y))),
    }));
    stroke(
      context,
      drawn.flatMap(({ paths }) => paths),
    );
    this.label(context, view, drawn);
  }

  private label(context: CanvasRenderingContext2D, view: ViewTransform, lines: readonly LabelledLine[]): void {
    const { width, height } = this.viewer.map.view;
    // The layer's own canvas is larger than the map.
    const [left, top] = [(view.width - width) / 2, (view.height - height) / 2];
    const map = { left, top, right: left + width, bottom: top + height };
    context.font = LABEL_FONT;
    const measure = (text: string) => context.measureText(text).width;
    for (const label of placeLabels(lines, map, this.floating(left, top), measure)) write(context, label);
  }

  /** What lies over the map. */
  private floating(left: number, top: number): Rectangle[] {
    const { element, map } = this.viewer;
    const origin = map.container.getBoundingClientRect();
    const [x, y] = [left - origin.left, top - origin.top];
    const corners = element.shadowRoot?.querySelectorAll('.at > *') ?? [];
    const side =
      element.shadowRoot?.querySelector('vm-sidebar')?.shadowRoot?.querySelectorAll('vm-rail, vm-panel') ?? [];
    return [...corners, ...side].map((one) => {
      const box = one.getBoundingClientRect();
      return { left: box.left + x, right: box.right + x, top: box.top + y, bottom: box.bottom + y };
    });
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

function write(context: CanvasRenderingContext2D, { text, x, y, side }: PlacedLabel): void {
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
  viewer.state.watch(({ show, frame, degrees }) => [show.graticule, frame, degrees], update);
  viewer.on('image', update);
}
