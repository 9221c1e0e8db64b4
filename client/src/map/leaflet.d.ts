/** Leaflet's own modules, typed by @types/leaflet: only those that the map needs go into the bundle. */
declare module 'leaflet/src/map/Map.js' {
  export { Map } from 'leaflet';
}
declare module 'leaflet/src/map/handler/*';
declare module 'leaflet/src/core/Browser.js' {
  import { Browser } from 'leaflet';
  export default Browser;
}
declare module 'leaflet/src/core/Util.js' {
  export const extend: typeof import('leaflet').extend;
}
declare module 'leaflet/src/geo/LatLng.js' {
  export { LatLng } from 'leaflet';
}
declare module 'leaflet/src/geo/crs/CRS.Simple.js' {
  import type { CRS } from 'leaflet';
  export const Simple: CRS;
}
declare module 'leaflet/src/geometry/Transformation.js' {
  export { Transformation } from 'leaflet';
}
declare module 'leaflet/src/layer/Layer.js';
