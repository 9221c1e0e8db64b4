/** Tells when an element gets another size, or the page another resolution (zoom of the browser, another screen). */
export function watchScreen(element: HTMLElement, changed: () => void): () => void {
  const observer = new ResizeObserver(changed);
  observer.observe(element);
  let media: MediaQueryList | null = null;
  const follow = () => {
    media?.removeEventListener('change', resolution);
    media = matchMedia(`(resolution: ${devicePixelRatio}dppx)`);
    media.addEventListener('change', resolution);
  };
  const resolution = () => {
    follow();
    changed();
  };
  follow();
  return () => {
    observer.disconnect();
    media?.removeEventListener('change', resolution);
  };
}
