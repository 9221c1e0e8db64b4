/**
 * How much of the top a card takes that is as wide as the viewer, as on a phone: `--vm-inset-top` on the viewer's element.
 * Call `follow` whenever the card may be another one, or stand elsewhere.
 */
export class TopInset {
  private readonly observer = new ResizeObserver(() => this.tell());
  private card: HTMLElement | null = null;

  constructor(private readonly host: HTMLElement) {}

  follow(card: HTMLElement | null): void {
    if (card !== this.card) {
      this.observer.disconnect();
      this.card = card;
      if (card) this.observer.observe(card);
    }
    this.tell();
  }

  private tell(): void {
    const { card, host } = this;
    const bottom = card ? card.getBoundingClientRect().bottom - host.getBoundingClientRect().top : 0;
    const inset = `${Math.max(0, Math.round(bottom))}px`;
    if (host.style.getPropertyValue('--vm-inset-top') !== inset) host.style.setProperty('--vm-inset-top', inset);
  }
}
