/** Fetches the next batch while the current one is trained on, and remembers where each came from. */
import type { Batch, BatchStream, Json } from "../data/index.ts";

/** Something whose position is saved with a run, such as a host-side random stream. */
export interface Stateful {
  state(): Json;
  restore(state: Json): void;
}

export interface Fetched<B> {
  readonly batch: B;
  /** Positions right after this batch, by name. */
  readonly positions: Readonly<Record<string, Json>>;
}

export class Prefetch<B extends Batch> {
  private readonly stream: BatchStream<B>;
  private readonly others: Readonly<Record<string, Stateful>>;
  private pending: Promise<Fetched<B>> | null = null;
  private positions: Readonly<Record<string, Json>>;

  constructor(stream: BatchStream<B>, others: Readonly<Record<string, Stateful>> = {}) {
    if ("data" in others) throw new Error('streams: the name "data" is taken by the batch stream');
    this.stream = stream;
    this.others = others;
    this.positions = this.capture();
  }

  /** The next batch; with `ahead`, the one after it is begun at once. */
  async take(ahead: boolean): Promise<B> {
    const fetched = await (this.pending ?? this.fetch());
    this.pending = ahead ? this.fetch() : null;
    this.pending?.catch(() => undefined); // reported by the take that meets it
    this.positions = fetched.positions;
    return fetched.batch;
  }

  /** Positions after the last batch taken, whatever has been fetched since. */
  taken(): Readonly<Record<string, Json>> {
    return this.positions;
  }

  /** Drops what was fetched ahead and puts every stream where the last batch taken left it. */
  async rewind(): Promise<void> {
    if (this.pending === null) return;
    await this.pending.catch(() => undefined);
    this.restore(this.positions);
  }

  restore(positions: Readonly<Record<string, Json>>): void {
    for (const [name, target] of Object.entries({ data: this.stream, ...this.others })) {
      const position = positions[name];
      if (position === undefined) throw new Error(`streams: the checkpoint has no position of "${name}"; it has ${Object.keys(positions).join(", ")}`);
      target.restore(position);
    }
    this.pending = null;
    this.positions = positions;
  }

  private async fetch(): Promise<Fetched<B>> {
    const batch = await this.stream.next();
    return { batch, positions: this.capture() };
  }

  private capture(): Record<string, Json> {
    return Object.fromEntries(Object.entries({ data: this.stream, ...this.others }).map(([name, source]) => [name, source.state()]));
  }
}
