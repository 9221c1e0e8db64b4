/**
 * VisiOmatic in a page: importing this module defines `<visiomatic-viewer>`.
 *
 * Everything exported here is the public interface for pages that embed the viewer.
 */
export type { ImageInfo } from './core/api';
export type {
  CompareState,
  CutLimits,
  CutsSpec,
  DisplayState,
  OverlayState,
  ShowState,
  StatePatch,
  ViewerState,
  ViewState,
} from './core/state';
export type {
  CanvasLayer,
  LayerHandle,
  MapControls,
  MapTool,
  Viewer,
  ViewerEvents,
  ViewTransform,
} from './core/viewer';
export { type VisiomaticEvents, VisiomaticViewer } from './element/element';
