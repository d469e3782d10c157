/**
 * Room for a few at a time. Who finds none is told so at once instead of waiting: under a load that lasts, a queue only makes
 * everybody late.
 */
export class Gate {
  private readonly places: number;
  private taken = 0;

  constructor(places: number) {
    if (!Number.isInteger(places) || places < 1) throw new RangeError(`Gate: expected one place or more, got ${places}`);
    this.places = places;
  }

  /** What `work` gives; undefined, without having begun it, when all places are taken. */
  async enter<T>(work: () => Promise<T>): Promise<T | undefined> {
    if (this.taken >= this.places) return undefined;
    this.taken++;
    try {
      return await work();
    } finally {
      this.taken--;
    }
  }
}
