/** The page at `/`: one viewer that fills the window, in step with the address bar, its history and the title. */
import { bestLanguage, language, onLanguage, storedLanguage } from '../base/i18n';
import { readUrl, writeUrl } from '../core/url';
import { VisiomaticViewer } from '../element/element';
import type { ViewerCore } from '../element/viewer';
import { storedTheme } from '../panels/theme';

/** Milliseconds between the last change and the address. */
const SETTLE = 250;

function start(): void {
  document.documentElement.lang = bestLanguage([storedLanguage(), ...navigator.languages]);
  onLanguage(() => {
    document.documentElement.lang = language();
  });
  const viewer = document.querySelector<VisiomaticViewer>('visiomatic-viewer') ?? new VisiomaticViewer();
  const theme = storedTheme();
  if (theme && theme !== 'auto') viewer.setAttribute('theme', theme);
  if (!viewer.isConnected) document.body.prepend(viewer);
  void viewer.updateComplete.then(() => run(viewer));
}

async function run(viewer: VisiomaticViewer): Promise<void> {
  const core = viewer.viewer as ViewerCore;
  const address = readUrl(location.search);
  followTitle(core);
  keepAddress(core, viewer);
  const image = address.state.image ?? (await onlyImage(core));
  if (image) {
    await viewer.open(image, address).catch(() => core.openPanel('library'));
    if (core.image && document.activeElement === document.body) core.map.container.focus({ preventScroll: true });
  } else core.openPanel('library');
}

/** The image to open without being asked for one. */
async function onlyImage(core: ViewerCore): Promise<string | null> {
  try {
    return (await core.connect()).auto_image;
  } catch (error) {
    core.fail(error);
    return null;
  }
}

function followTitle(core: ViewerCore): void {
  core.on('image', ({ title, name }) => {
    document.title = title || name;
  });
}

/** Views are steps of the history, so that Back undoes them; everything else only keeps the address true. */
function keepAddress(core: ViewerCore, viewer: VisiomaticViewer): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let push = false;
  let restoring = false;
  core.state.onChange(({ live, state, previous, source }) => {
    if (live || source === 'url') return;
    push ||= state.view !== previous.view || state.image !== previous.image;
    clearTimeout(timer);
    timer = setTimeout(() => {
      const query = writeUrl(core.state.value, core.state.defaults, location.search);
      const url = `${location.pathname}${query ? `?${query}` : ''}`;
      const same = url === location.pathname + location.search;
      if (!same && push && !restoring && history.state?.viewer) history.pushState({ viewer: true }, '', url);
      else history.replaceState({ viewer: true }, '', url);
      push = false;
      restoring = false;
    }, SETTLE);
  });
  window.addEventListener('popstate', () => {
    restoring = true;
    const address = readUrl(location.search);
    if (!address.state.image) return;
    if (address.state.image !== core.image?.id) void viewer.open(address.state.image, address);
    else core.restore(address);
  });
}

start();
