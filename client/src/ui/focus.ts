/** Focuses what the pointer took hold of, without the ring that is for keyboards; the first key brings it. */
export function focusQuietly(element: HTMLElement): void {
  element.classList.add('quiet');
  element.focus({ preventScroll: true });
  const show = (): void => element.classList.remove('quiet');
  element.addEventListener('blur', show, { once: true });
  element.addEventListener('keydown', show, { once: true });
}

/** True where letters are text: what is typed there is no command. */
export function isTyping(event: Event): boolean {
  const target = event.composedPath()[0];
  return (
    (target instanceof HTMLElement && target.isContentEditable) ||
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement ||
    (target instanceof HTMLInputElement && !['range', 'checkbox', 'radio', 'color', 'button'].includes(target.type))
  );
}

/** Steps of a value that a key stands for, in sliders. */
export const KEY_STEPS: Readonly<Record<string, number>> = {
  ArrowRight: 1,
  ArrowUp: 1,
  ArrowLeft: -1,
  ArrowDown: -1,
  PageUp: 10,
  PageDown: -10,
};

/** What has the focus, inside shadow roots. */
export function activeElement(): Element | null {
  let active = document.activeElement;
  while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
  return active;
}
