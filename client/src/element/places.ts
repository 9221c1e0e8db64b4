/** Where things float over the image: each has its place, which the page may change. */
import type { nothing, TemplateResult } from 'lit';
import { panels, type RailPanel } from '../panels/index';

export const POSITIONS = [
  'top-left',
  'top-center',
  'top-right',
  'bottom-left',
  'bottom-center',
  'bottom-right',
] as const;
export type Position = (typeof POSITIONS)[number];
export type Side = 'left' | 'right';
export type Widget = 'title' | 'readout' | 'magnifier' | 'preview' | 'scale' | 'colorbar' | 'buttons' | 'minimap';
export type Places = Record<Widget, Position> & { rail: Side };

/** Those that share a corner stand in this order, from the top. */
const HOME: Places = {
  title: 'top-left',
  readout: 'top-right',
  magnifier: 'top-right',
  preview: 'bottom-left',
  scale: 'bottom-left',
  colorbar: 'bottom-center',
  buttons: 'bottom-right',
  minimap: 'bottom-right',
  rail: 'left',
};

/** `minimap:top-left, rail:right`; what makes no sense is passed over. */
export function readPlaces(text: string): Places {
  const places: Record<string, string> = { ...HOME };
  for (const part of text.split(/[\s,]+/)) {
    const [name = '', place = ''] = part.split(':');
    const allowed: readonly string[] = name === 'rail' ? ['left', 'right'] : POSITIONS;
    if (name in HOME && allowed.includes(place)) places[name] = place;
  }
  return places as Places;
}

type Shown = TemplateResult | typeof nothing;

/** The corners that hold something, with what they hold. */
export function widgetsAt(places: Places, widgets: Record<Widget, Shown>): [Position, Shown[]][] {
  const names = Object.keys(widgets) as Widget[];
  return POSITIONS.map((position): [Position, Shown[]] => [
    position,
    names.filter((name) => places[name] === position).map((name) => widgets[name]),
  ]);
}

/** The panels that a list of ids names, in its order; all without a list. */
export function offered(list: string): readonly RailPanel[] {
  const ids = list.split(/[\s,]+/).filter(Boolean);
  if (!ids.length) return panels;
  return ids.flatMap((id) => panels.find((one) => one.id === id) ?? []);
}
