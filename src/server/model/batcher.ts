/** Dynamic batching: texts of all requests wait a moment for each other, and those of like length go through the model together. */
import type { HostArray } from "../../engine/index.ts";
import { planBatches } from "../../tasks/index.ts";
import type { EncodedText } from "../../tasks/index.ts";

export interface BatcherOptions {
  /** Rows of a padded batch, [n, d]. */
  readonly run: (texts: readonly EncodedText[]) => Promise<HostArray>;
  /** Most tokens of a batch, padding included. */
  readonly maxBatchTokens: number;
  /** Milliseconds that a text waits for others when nothing runs. */
  readonly waitMilliseconds: number;
  /** Most tokens that wait or are in the model; more are refused. */
  readonly maxQueuedTokens: number;
  readonly onBatch?: (batch: { readonly texts: number; readonly tokens: number; readonly seconds: number }) => void;
}

/** Too much is waiting already. */
export class Overloaded extends Error {
  override readonly name = "Overloaded";
}

interface Waiting {
  readonly text: EncodedText;
  readonly resolve: (row: Float32Array) => void;
  readonly reject: (error: unknown) => void;
}

/** Texts that are taken from the queue at once, in batches; those that come later are not sorted behind them for ever. */
const BATCHES_AT_ONCE = 8;

export class Batcher {
  private readonly options: BatcherOptions;
  private queue: Waiting[] = [];
  private tokens = 0;
  private working: Promise<void> | null = null;
  private wake: (() => void) | null = null;

  constructor(options: BatcherOptions) {
    this.options = options;
  }

  /** Tokens that wait or are in the model. */
  get queuedTokens(): number {
    return this.tokens;
  }

  /** A row for each text. Throws `Overloaded`, taking none of them, when too much waits. */
  async submit(texts: readonly EncodedText[]): Promise<Float32Array[]> {
    const tokens = texts.reduce((sum, { ids }) => sum + ids.length, 0);
    const { maxQueuedTokens, maxBatchTokens } = this.options;
    if (this.tokens > 0 && this.tokens + tokens > maxQueuedTokens) throw new Overloaded(`${this.tokens} tokens are waiting already; try again in a moment`);
    const rows = Promise.all(texts.map((text) => new Promise<Float32Array>((resolve, reject) => void this.queue.push({ text, resolve, reject }))));
    this.tokens += tokens;
    if (this.tokens >= maxBatchTokens) this.wake?.();
    this.working ??= this.work();
    return await rows;
  }

  /** Settles when nothing waits any more. */
  async idle(): Promise<void> {
    while (this.working !== null) await this.working;
  }

  private async work(): Promise<void> {
    try {
      if (this.tokens < this.options.maxBatchTokens) await this.pause();
      while (this.queue.length > 0) await this.runSome(this.take());
    } finally {
      this.working = null;
    }
  }

  /** Ends after the waiting time, or as soon as a batch is full. */
  private pause(): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        this.wake = null;
        resolve();
      };
      const timer = setTimeout(end, this.options.waitMilliseconds);
      this.wake = end;
    });
  }

  private take(): Waiting[] {
    let tokens = 0;
    const end = this.queue.findIndex(({ text }) => (tokens += text.ids.length) > BATCHES_AT_ONCE * this.options.maxBatchTokens);
    const taken = this.queue.splice(0, end < 0 ? this.queue.length : Math.max(1, end));
    return taken;
  }

  private async runSome(waiting: readonly Waiting[]): Promise<void> {
    for (const places of planBatches(waiting.map(({ text }) => text.ids.length), { tokens: this.options.maxBatchTokens })) {
      const chosen = places.map((i) => waiting[i] as Waiting);
      const began = performance.now();
      try {
        const { data, shape } = await this.options.run(chosen.map(({ text }) => text));
        const width = shape[1] as number;
        chosen.forEach(({ resolve }, i) => resolve((data as Float32Array).slice(i * width, (i + 1) * width)));
      } catch (error) {
        for (const { reject } of chosen) reject(error);
      }
      this.tokens -= chosen.reduce((sum, { text }) => sum + text.ids.length, 0);
      const longest = chosen.reduce((most, { text }) => Math.max(most, text.ids.length), 1);
      this.options.onBatch?.({ texts: chosen.length, tokens: chosen.length * longest, seconds: (performance.now() - began) / 1000 });
    }
  }
}
