/** What an image that is compared has of its own, beside how it opens and the look that all share. */
import { type DisplayChange, displayChange } from '../core/change';
import type { DisplayState } from '../core/state';
import type { Viewer } from '../core/viewer';
import { displayOf } from './opening';
import { fittingTone, toneChange } from './tone';

/** As `viewer` is shown beside `main` before anything is chosen for it alone. */
function sharedLook(main: Viewer, viewer: Viewer): DisplayState {
  const { value, defaults } = main.state;
  return {
    ...viewer.state.defaults.display,
    ...fittingTone(toneChange(value.display, defaults.display), main, viewer),
  };
}

export const ownLook = (main: Viewer, viewer: Viewer): DisplayChange =>
  displayChange(viewer.state.value.display, sharedLook(main, viewer));

/** The display of `viewer` with a look of its own, as far as its image can show it. */
export function withOwnLook(main: Viewer, viewer: Viewer, look: DisplayChange): DisplayState {
  const shared = sharedLook(main, viewer);
  return viewer.image ? displayOf(viewer.image, shared, look) : shared;
}
