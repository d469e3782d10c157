/** Results of recent questions, and of those being answered: the same question asked by many is answered once. */
export class RecentResults<T> {
  private readonly most: number;
  private readonly isLasting: (result: T) => boolean;
  /** Longest unasked first. */
  private readonly results = new Map<string, Promise<T>>();
  private version: number | undefined;

  /** Keeps `most` results; those that are not `isLasting` only until they are there. */
  constructor(most: number, isLasting: (result: T) => boolean = () => true) {
    this.most = most;
    this.isLasting = isLasting;
  }

  /** The result kept under `key` for this `version` of what is searched; else what `make` gives. A failure is not kept. */
  get(key: string, version: number, make: () => Promise<T>): Promise<T> {
    if (version !== this.version) this.results.clear();
    this.version = version;
    const known = this.results.get(key);
    const result = known ?? make();
    this.results.delete(key);
    this.results.set(key, result);
    if (known) return known;
    const forget = (): void => {
      if (this.results.get(key) === result) this.results.delete(key);
    };
    result.then((value) => this.isLasting(value) || forget(), forget);
    const [oldest] = this.results.keys();
    if (oldest !== undefined && this.results.size > this.most) this.results.delete(oldest);
    return result;
  }
}
