/** The values under the cursor: one question at a time, newest next, and none twice for the same pixel. */
import type { Api, Values } from '../core/api';
import { Latest } from '../core/latest';

export interface ValuesQuestion {
  image: string;
  x: number;
  y: number;
  channels: readonly number[];
}

export class ValueProbe {
  private readonly latest: Latest<ValuesQuestion, Values>;
  private last = '';

  constructor(api: Api, answered: (question: ValuesQuestion, values: Values['positions'][number]) => void) {
    this.latest = new Latest(
      ({ image, x, y, channels }) => api.values(image, [[x, y]], channels, { retries: 0 }),
      (answer, question) => {
        const position = answer.positions[0];
        if (position) answered(question, position);
      },
      () => this.forget(),
    );
  }

  /** Ask for the pixel at a position; does nothing when that was the last question. */
  ask(question: ValuesQuestion): boolean {
    const pixel = { ...question, x: Math.round(question.x), y: Math.round(question.y) };
    const key = JSON.stringify(pixel);
    if (key === this.last) return false;
    this.last = key;
    this.latest.request(pixel);
    return true;
  }

  /** Whatever was answered is no longer true. */
  forget(): void {
    this.last = '';
  }

  cancel(): void {
    this.forget();
    this.latest.cancel();
  }
}
