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
export type { ViewerElement, ViewerFace, ViewerOptions, VisiomaticEvents } from './element/public';

import { VisiomaticViewer as Element } from './element/element';
import type { ViewerElement, ViewerOptions } from './element/public';

export type VisiomaticViewer = ViewerElement;
/** The class behind `<visiomatic-viewer>`. */
export const VisiomaticViewer = Element as unknown as { new (): ViewerElement; prototype: ViewerElement };

/** Put a viewer at the end of `host`, which gives it its size. */
export function createViewer(host: HTMLElement, options: Partial<ViewerOptions> = {}): ViewerElement {
  const viewer = Object.assign(new VisiomaticViewer(), options);
  host.append(viewer);
  return viewer;
}
