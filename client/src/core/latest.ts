/**
 * One request at a time, newest next: while one is under way, only the last of those asked meanwhile is kept. Answers
 * arrive in the order of the questions, and none is thrown away half done.
 */
export class Latest<Question, Answer> {
  private waiting: { question: Question } | null = null;
  private busy = false;
  private epoch = 0;

  constructor(
    private readonly ask: (question: Question) => Promise<Answer>,
    private readonly answered: (answer: Answer, question: Question) => void,
    private readonly failed: (error: unknown, question: Question) => void = () => undefined,
  ) {}

  get isBusy(): boolean {
    return this.busy;
  }

  request(question: Question): void {
    this.waiting = { question };
    if (!this.busy) void this.run();
  }

  /** Forget what is waiting and what is on its way. */
  cancel(): void {
    this.waiting = null;
    this.epoch++;
  }

  private async run(): Promise<void> {
    this.busy = true;
    while (this.waiting) {
      const { question } = this.waiting;
      const epoch = this.epoch;
      this.waiting = null;
      try {
        const answer = await this.ask(question);
        if (epoch === this.epoch) this.answered(answer, question);
      } catch (error) {
        if (epoch === this.epoch) this.failed(error, question);
      }
    }
    this.busy = false;
  }
}
