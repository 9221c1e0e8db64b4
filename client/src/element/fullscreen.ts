/** Full screen by the browser's own means; where it has none (iPhone), the element covers the window. */
interface WebkitElement extends HTMLElement {
  webkitRequestFullscreen?: () => void;
}
interface WebkitDocument extends Document {
  webkitFullscreenElement?: Element | null;
  webkitExitFullscreen?: () => void;
}

const FULL = 'full';

export const isFullScreen = (element: HTMLElement): boolean =>
  (document.fullscreenElement ?? (document as WebkitDocument).webkitFullscreenElement) === element ||
  element.classList.contains(FULL);

export async function toggleFullScreen(element: WebkitElement): Promise<void> {
  if (isFullScreen(element)) return leave(element);
  try {
    if (element.requestFullscreen) await element.requestFullscreen();
    else if (element.webkitRequestFullscreen) element.webkitRequestFullscreen();
    else element.classList.add(FULL);
  } catch {
    element.classList.add(FULL);
  }
}

async function leave(element: HTMLElement): Promise<void> {
  const page = document as WebkitDocument;
  if (element.classList.contains(FULL)) element.classList.remove(FULL);
  else if (page.exitFullscreen) await page.exitFullscreen();
  else page.webkitExitFullscreen?.();
}
