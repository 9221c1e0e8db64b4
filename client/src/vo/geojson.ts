import { t } from '../base/i18n';
import { type Geometry, type Position, plainShape, type Shape } from '../core/shapes';
import { TableError } from './table';

interface GeoGeometry {
  readonly type: string;
  readonly coordinates?: unknown;
  readonly geometries?: readonly GeoGeometry[];
}

interface GeoFeature {
  readonly type: string;
  readonly id?: string | number;
  readonly properties?: Record<string, unknown> | null;
  readonly geometry?: GeoGeometry | null;
  readonly features?: readonly GeoFeature[];
}

/** Longitude and latitude in degrees, ICRS; longitudes may be negative. Names and descriptions become texts. */
export function readGeoJson(text: string, name: string): readonly Shape[] {
  let parsed: GeoFeature & GeoGeometry;
  try {
    parsed = JSON.parse(text) as GeoFeature & GeoGeometry;
  } catch {
    throw new TableError(t('{name} is not valid JSON', { name }));
  }
  const features =
    parsed.features ?? (parsed.geometry === undefined ? [{ type: 'Feature', geometry: parsed }] : [parsed]);
  const shapes = features.flatMap((feature) => shapesOf(feature));
  if (shapes.length === 0) throw new TableError(t('{name} is JSON, but holds no GeoJSON geometry', { name }));
  return shapes;
}

function shapesOf({ geometry, properties, id }: GeoFeature): Shape[] {
  if (!geometry) return [];
  const known = properties ?? {};
  const text = stringOf(known.name ?? known.title ?? id);
  const color = stringOf(known.color ?? known.stroke);
  const told = Object.entries(known)
    .filter(([, value]) => value !== null && value !== '' && typeof value !== 'object')
    .map(([key, value]) => [key, stringOf(value)] as const);
  const look = {
    width: Number(known.width ?? known['stroke-width'] ?? 1) || 1,
    dashed: known.dashed === true,
    included: known.included !== false,
  };
  return geometriesOf(geometry).map((one) => ({
    ...plainShape,
    ...look,
    frame: 'icrs',
    geometry: one,
    text,
    color,
    properties: told,
  }));
}

const stringOf = (value: unknown): string => (value === undefined || value === null ? '' : String(value));

function geometriesOf({ type, coordinates, geometries }: GeoGeometry): Geometry[] {
  const list = Array.isArray(coordinates) ? (coordinates as unknown[]) : [];
  switch (type) {
    case 'Point':
      return pointsOf([list]).map((center) => ({ kind: 'point', center, symbol: 'circle' }));
    case 'MultiPoint':
      return pointsOf(list).map((center) => ({ kind: 'point', center, symbol: 'circle' }));
    case 'LineString':
      return pathOf('line', list);
    case 'MultiLineString':
      return list.flatMap((part) => pathOf('line', part));
    case 'Polygon':
      return list.flatMap((ring) => pathOf('polygon', ring));
    case 'MultiPolygon':
      return list.flatMap((polygon) =>
        (Array.isArray(polygon) ? polygon : []).flatMap((ring) => pathOf('polygon', ring)),
      );
    case 'GeometryCollection':
      return (geometries ?? []).flatMap(geometriesOf);
    default:
      return [];
  }
}

function pathOf(kind: 'line' | 'polygon', list: unknown): Geometry[] {
  const points = pointsOf(list);
  return points.length > 1 ? [{ kind, points }] : [];
}

function pointsOf(list: unknown): Position[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((pair) => {
    const [lon, lat] = Array.isArray(pair) ? (pair as unknown[]) : [];
    return typeof lon === 'number' && typeof lat === 'number' ? [[(lon + 360) % 360, lat] as const] : [];
  });
}
