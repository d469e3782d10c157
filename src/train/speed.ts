/** Throughput and time left, from the recent steps. */

/** Share of the newest step in the running mean. */
const NEWEST = 0.1;

export class Speed {
  private readonly steps: number;
  private readonly now: () => number;
  private readonly first: number;
  private last: number;
  private secondsPerStep: number | null = null;

  constructor(steps: number, first: number, now: () => number = () => performance.now() / 1000) {
    this.steps = steps;
    this.first = first;
    this.now = now;
    this.last = now();
  }

  /** Call after every step. The first step compiles, so the mean starts with the second. */
  after(step: number, examples: number): { readonly examplesPerSecond: number; readonly secondsLeft: number } {
    const time = this.now();
    const seconds = Math.max(time - this.last, 1e-9);
    this.last = time;
    const isSecond = step === this.first + 2;
    this.secondsPerStep = this.secondsPerStep === null || isSecond ? seconds : this.secondsPerStep + NEWEST * (seconds - this.secondsPerStep);
    return { examplesPerSecond: examples / this.secondsPerStep, secondsLeft: (this.steps - step) * this.secondsPerStep };
  }
}
