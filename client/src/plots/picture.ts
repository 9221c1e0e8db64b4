import type { PlotData } from './plot';

interface Look {
  readonly title: string;
  readonly paper: string;
  readonly ink: string;
  /** Canvas pixels per CSS pixel. */
  readonly ratio: number;
}

const HEAD = 44;
const FONT = '12px system-ui, sans-serif';

/** A drawn plot with its title and a line of the names of its curves above, as PNG. */
export function plotPicture(source: HTMLCanvasElement, data: PlotData, look: Look): Promise<Blob | null> {
  const { ratio, paper } = look;
  const canvas = document.createElement('canvas');
  canvas.width = source.width;
  canvas.height = source.height + Math.round(HEAD * ratio);
  const context = canvas.getContext('2d');
  if (!context) return Promise.resolve(null);
  context.fillStyle = paper;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(source, 0, canvas.height - source.height);
  context.scale(ratio, ratio);
  drawHead(context, data, look);
  return new Promise((resolve) => canvas.toBlob(resolve));
}

function drawHead(context: CanvasRenderingContext2D, { series }: PlotData, { title, ink }: Look): void {
  context.textBaseline = 'middle';
  context.fillStyle = ink;
  context.font = `600 ${FONT}`;
  context.fillText(title, 12, 14);
  context.font = FONT;
  let left = 12;
  for (const { label, color } of series) {
    context.fillStyle = color || ink;
    context.beginPath();
    context.arc(left + 4, 33, 4, 0, 2 * Math.PI);
    context.fill();
    context.fillStyle = ink;
    context.fillText(label, left + 14, 33);
    left += 30 + context.measureText(label).width;
  }
}
