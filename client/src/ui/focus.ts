const FOCUSABLE = 'button, input, select, textarea, a[href], [tabindex]';

/** Everything that Tab reaches below an element, across shadow roots and slots, in order. */
export function focusables(root: Element | ShadowRoot): HTMLElement[] {
  const found: HTMLElement[] = [];
  const visit = (node: Element): void => {
    if (node instanceof HTMLElement && node.matches(FOCUSABLE) && isReachable(node)) found.push(node);
    const children =
      node instanceof HTMLSlotElement && node.assignedElements().length > 0
        ? node.assignedElements()
        : [...(node.shadowRoot ?? node).children];
    for (const child of children) visit(child);
  };
  for (const child of root.children) visit(child);
  return found;
}

function isReachable(element: HTMLElement): boolean {
  return element.tabIndex >= 0 && !element.hasAttribute('disabled') && element.getClientRects().length > 0;
}

/** Focuses what the pointer took hold of, without the ring that is for keyboards; the first key brings it. */
export function focusQuietly(element: HTMLElement): void {
  element.classList.add('quiet');
  element.focus({ preventScroll: true });
  const show = (): void => element.classList.remove('quiet');
  element.addEventListener('blur', show, { once: true });
  element.addEventListener('keydown', show, { once: true });
}

/** What has the focus, inside shadow roots. */
export function activeElement(): Element | null {
  let active = document.activeElement;
  while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
  return active;
}
