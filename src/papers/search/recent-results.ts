/** Results of recent questions, and of those being answered: the same question asked by many is answered once. */

interface Kept<T> {
  readonly result: Promise<T>;
  /** Milliseconds of `performance.now()` after which it is made anew. */
  until: number;
}

export interface RecentResultsOptions<T> {
  /** Whether a result is worth keeping until something changes; others are kept for `shortly` milliseconds. Default all. */
  readonly isLasting?: (result: T) => boolean;
  readonly shortly?: number;
}

export class RecentResults<T> {
  private readonly most: number;
  private readonly options: Required<RecentResultsOptions<T>>;
  /** Longest unasked first. */
  private readonly kept = new Map<string, Kept<T>>();
  private version: number | undefined;

  /** Keeps at most `most` results. */
  constructor(most: number, { isLasting = () => true, shortly = 0 }: RecentResultsOptions<T> = {}) {
    this.most = most;
    this.options = { isLasting, shortly };
  }

  /** The result kept under `key` for this `version` of what is searched; else what `make` gives. A failure is not kept. */
  get(key: string, version: number, make: () => Promise<T>): Promise<T> {
    if (version !== this.version) this.kept.clear();
    this.version = version;
    const known = this.kept.get(key);
    const entry = known !== undefined && performance.now() < known.until ? known : this.made(key, make());
    this.kept.delete(key);
    this.kept.set(key, entry);
    const [oldest] = this.kept.keys();
    if (oldest !== undefined && this.kept.size > this.most) this.kept.delete(oldest);
    return entry.result;
  }

  private made(key: string, result: Promise<T>): Kept<T> {
    const { isLasting, shortly } = this.options;
    const entry: Kept<T> = { result, until: Infinity };
    result.then(
      (value) => {
        if (!isLasting(value)) entry.until = performance.now() + shortly;
      },
      () => {
        if (this.kept.get(key) === entry) this.kept.delete(key);
      },
    );
    return entry;
  }
}
