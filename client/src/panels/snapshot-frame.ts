import { t } from '../base/i18n';
import type { Viewer } from '../core/viewer';
import { displayNumber, niceTicks } from '../ui/numbers';
import { colorAt } from '../ui/ramp';
import { displayCurve } from './curves';
import { colormaps, imageData, resolveCuts } from './data';
import { angleText } from './labels';
import { unitText } from './units';

const MARGIN = 16;
const FONT = '13px system-ui, sans-serif';

/** Name, scale bar and colour bar, drawn onto a picture of the view so that it explains itself. */
export async function paintFrame(context: CanvasRenderingContext2D, viewer: Viewer, ratio: number): Promise<void> {
  const { image, map } = viewer;
  if (!image) return;
  context.save();
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.font = FONT;
  context.textBaseline = 'middle';
  const { width, height } = map.view;
  label(context, image.title, MARGIN, MARGIN + 8, 'left');
  scaleBar(context, viewer, MARGIN, height - MARGIN);
  await colorBar(context, viewer, width - MARGIN, height - MARGIN);
  context.restore();
}

/** White with a dark outline: readable on any sky. */
function label(context: CanvasRenderingContext2D, text: string, x: number, y: number, align: CanvasTextAlign): void {
  context.textAlign = align;
  context.lineWidth = 3;
  context.lineJoin = 'round';
  context.strokeStyle = 'rgba(0, 0, 0, 0.8)';
  context.strokeText(text, x, y);
  context.fillStyle = '#fff';
  context.fillText(text, x, y);
}

function scaleBar(context: CanvasRenderingContext2D, viewer: Viewer, x: number, y: number): void {
  const { center, view } = viewer.map;
  const arcsec = viewer.pixelScale(center.x, center.y);
  const perPixel = (arcsec ?? 1) / view.scale;
  const longest = 160 * perPixel;
  // Round in the unit that is shown: 30′, not 2000″.
  const unit = arcsec !== null && longest >= 3600 ? 3600 : arcsec !== null && longest >= 60 ? 60 : 1;
  const length = (niceTicks(0, longest / unit, 2).pop() ?? 0) * unit;
  if (length <= 0) return;
  const width = length / perPixel;
  context.fillStyle = 'rgba(0, 0, 0, 0.8)';
  context.fillRect(x - 1, y - 4, width + 2, 5);
  context.fillStyle = '#fff';
  context.fillRect(x, y - 3, width, 3);
  label(
    context,
    arcsec === null ? t('{length} pixels', { length }) : angleText(length),
    x + width / 2,
    y - 14,
    'center',
  );
}

async function colorBar(
  context: CanvasRenderingContext2D,
  viewer: Viewer,
  right: number,
  bottom: number,
): Promise<void> {
  const { image, api } = viewer;
  const { display } = viewer.state.value;
  if (!image || display.mode === 'color') return;
  const [maps, statistics] = await Promise.all([colormaps(api), imageData(api, image).statistics(display.channel)]);
  const colors = maps.find((map) => map.name === display.colormap)?.colors ?? ['#000000', '#ffffff'];
  const cuts = resolveCuts(display.cuts[display.channel] ?? display.defaultCuts, statistics);
  const curve = displayCurve(display);
  const width = 200;
  const left = right - width;
  for (let k = 0; k < width; k++) {
    context.fillStyle = colorAt(colors, curve((k + 0.5) / width));
    context.fillRect(left + k, bottom - 8, 1, 8);
  }
  context.strokeStyle = 'rgba(255, 255, 255, 0.6)';
  context.lineWidth = 1;
  context.strokeRect(left - 0.5, bottom - 8.5, width + 1, 9);
  if (!cuts) return;
  label(context, displayNumber(cuts[0], 4), left, bottom - 18, 'left');
  label(context, unitText(statistics.unit), (left + right) / 2, bottom - 18, 'center');
  label(context, displayNumber(cuts[1], 4), right, bottom - 18, 'right');
}
