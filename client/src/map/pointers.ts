/** What the hand does on the map beyond Leaflet's drag and pinch: hover, tools, right drag, long press, middle click. */
import type { MapTool, Point, PointerPosition, ToolEvent } from '../core/viewer';

export interface PointerHost {
  position(screen: Point): PointerPosition;
  hover(position: PointerPosition | null): void;
  /** Long press began at, or moved to, a position; null: the finger is off. */
  press(position: PointerPosition | null): void;
  /** Right drag, in CSS pixels since the last call; `done` at the end. */
  adjust(dx: number, dy: number, done: boolean): void;
  middle(position: PointerPosition): void;
  /** Let the map drag, or keep it from it. */
  allowDrag(allowed: boolean): void;
}

const LONG_PRESS = 450;
const SLOP = 8;

export class Pointers {
  tool: MapTool | null = null;
  private readonly down = new Map<number, Point>();
  private gesture: 'none' | 'tool' | 'adjust' | 'press' = 'none';
  private last: Point = { x: 0, y: 0 };
  private timer: ReturnType<typeof setTimeout> | undefined;
  private hoverAt: { event: PointerEvent; frame: number } | null = null;
  private readonly controller = new AbortController();

  constructor(
    private readonly element: HTMLElement,
    private readonly host: PointerHost,
  ) {
    const { signal } = this.controller;
    element.addEventListener('pointerdown', (event) => this.onDown(event), { signal, capture: true });
    element.addEventListener('pointermove', (event) => this.onMove(event), { signal });
    element.addEventListener('pointerup', (event) => this.onUp(event, false), { signal });
    element.addEventListener('pointercancel', (event) => this.onUp(event, true), { signal });
    element.addEventListener('pointerleave', (event) => event.pointerType !== 'touch' && this.leave(), { signal });
    element.addEventListener('contextmenu', (event) => event.preventDefault(), { signal });
    element.addEventListener('mousedown', (event) => event.button === 1 && event.preventDefault(), { signal });
  }

  remove(): void {
    this.controller.abort();
    clearTimeout(this.timer);
    if (this.hoverAt) cancelAnimationFrame(this.hoverAt.frame);
  }

  /** Position of a mouse or pointer event in the element. */
  screen(event: MouseEvent): Point {
    const box = this.element.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  private event(original: PointerEvent): ToolEvent {
    return { ...this.host.position(this.screen(original)), original };
  }

  private onDown(event: PointerEvent): void {
    const at = this.screen(event);
    this.down.set(event.pointerId, at);
    this.last = at;
    clearTimeout(this.timer);
    if (event.pointerType === 'touch') this.host.hover(null);
    if (this.down.size > 1) this.interrupt();
    else if (event.button === 2) this.capture(event, 'adjust');
    else if (event.button === 0 && !event.shiftKey && this.tool?.down(this.event(event))) this.capture(event, 'tool');
    else if (event.pointerType === 'touch') this.timer = setTimeout(() => this.startPress(event, at), LONG_PRESS);
  }

  private capture(event: PointerEvent, gesture: 'tool' | 'adjust' | 'press'): void {
    this.gesture = gesture;
    this.host.allowDrag(false);
    if (this.element.isConnected) this.element.setPointerCapture(event.pointerId);
  }

  private startPress(event: PointerEvent, at: Point): void {
    this.capture(event, 'press');
    this.host.press(this.host.position(at));
  }

  /** A second finger: whatever the first one did is over, the pinch begins. */
  private interrupt(): void {
    if (this.gesture === 'tool') this.tool?.cancel?.();
    if (this.gesture !== 'none') this.end();
  }

  private onMove(event: PointerEvent): void {
    const at = this.screen(event);
    const start = this.down.get(event.pointerId);
    if (start && Math.hypot(at.x - start.x, at.y - start.y) > SLOP) clearTimeout(this.timer);
    if (this.gesture === 'tool') this.tool?.move?.(this.event(event));
    else if (this.gesture === 'press') this.host.press(this.host.position(at));
    else if (this.gesture === 'adjust') this.host.adjust(at.x - this.last.x, at.y - this.last.y, false);
    else if (event.pointerType !== 'touch') this.hover(event);
    this.last = at;
  }

  private hover(event: PointerEvent): void {
    if (this.hoverAt) {
      this.hoverAt.event = event;
      return;
    }
    const frame = requestAnimationFrame(() => {
      const latest = this.hoverAt?.event ?? event;
      this.hoverAt = null;
      this.host.hover(this.host.position(this.screen(latest)));
      if (!this.down.size) this.tool?.hover?.(this.event(latest));
    });
    this.hoverAt = { event, frame };
  }

  private leave(): void {
    if (this.hoverAt) cancelAnimationFrame(this.hoverAt.frame);
    this.hoverAt = null;
    this.host.hover(null);
  }

  private onUp(event: PointerEvent, cancelled: boolean): void {
    clearTimeout(this.timer);
    this.down.delete(event.pointerId);
    if (this.gesture === 'tool') {
      if (cancelled) this.tool?.cancel?.();
      else this.tool?.up?.(this.event(event));
    } else if (event.button === 1 && !cancelled) this.host.middle(this.host.position(this.screen(event)));
    else if (this.gesture === 'adjust') this.host.adjust(0, 0, true);
    else if (this.gesture === 'press') this.host.press(null);
    if (this.gesture !== 'none') this.end();
  }

  private end(): void {
    this.gesture = 'none';
    this.host.allowDrag(true);
  }
}
