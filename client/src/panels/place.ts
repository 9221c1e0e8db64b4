/** Where a view is, in words. */
import type { Viewer } from '../core/viewer';
import { formatPosition } from '../wcs/format';

/** The middle of the view on the sky, else in pixels; empty where the whole image is seen. */
export function placeText(viewer: Viewer): string {
  const { map, state } = viewer;
  if (state.value.view.x === null) return '';
  const { x, y } = map.center;
  const sky = viewer.skyAt(x, y);
  const pixelScale = (viewer.pixelScale(x, y) ?? 1) * 10;
  return sky
    ? formatPosition(sky[0], sky[1], 'icrs', { pixelScale, style: 'letters' })
    : `${Math.round(x)}, ${Math.round(y)}`;
}

/** The same for the name of a file: "_10h00m14s+02d03m00s", "_512_300". */
export function placeInName(viewer: Viewer): string {
  const signs: Record<string, string> = { '°': 'd', '′': 'm', '″': 's', ' ': '', ',': '_' };
  const text = placeText(viewer).replace(/[°′″ ,]/g, (sign) => signs[sign] ?? '');
  return text && `_${text}`;
}
