/** Batches of several streams in turns, for training on a mixture whose parts have shapes of their own. */
import type { Batch, BatchStream } from "./batching.ts";
import type { Json } from "./pack.ts";

export interface Turn<B extends Batch> {
  readonly stream: BatchStream<B>;
  /** Batches of this stream in a round. */
  readonly batches: number;
}

/** Goes round the streams: so many batches of the first, then of the second, and so on. The position holds that of every stream. */
export function inTurns<B extends Batch>(turns: readonly Turn<B>[]): BatchStream<B> {
  const bad = turns.findIndex(({ batches }) => !Number.isInteger(batches) || batches < 1);
  if (turns.length === 0 || bad >= 0) throw new RangeError(`inTurns: expected streams with at least one batch in a round each, got ${bad < 0 ? "no stream" : `${turns[bad]?.batches} of stream ${bad}`}`);
  const round = turns.flatMap(({ stream, batches }) => Array.from({ length: batches }, () => stream));
  let at = 0;
  return {
    async next() {
      const stream = round[at] as BatchStream<B>;
      at = (at + 1) % round.length;
      return stream.next();
    },
    state: () => ({ kind: "turns", round: turns.map(({ batches }) => batches), at, streams: turns.map(({ stream }) => stream.state()) }),
    restore(state) {
      const saved = state as { readonly kind?: unknown; readonly round?: unknown; readonly at?: unknown; readonly streams?: readonly Json[] } | null;
      const expected = JSON.stringify(turns.map(({ batches }) => batches));
      if (saved?.kind !== "turns" || JSON.stringify(saved.round) !== expected) throw new Error(`restore: this stream takes turns of ${expected} batches, the saved position ${JSON.stringify(saved?.round ?? saved?.kind)}; open the stream with the settings it was saved with`);
      if (!Number.isInteger(saved.at) || (saved.at as number) < 0 || (saved.at as number) >= round.length || saved.streams?.length !== turns.length) throw new Error(`restore: the saved position ${JSON.stringify(saved.at)} lies outside of a round of ${round.length} batches`);
      turns.forEach(({ stream }, i) => stream.restore((saved.streams as readonly Json[])[i] as Json));
      at = saved.at as number;
    },
    async close() {
      for (const { stream } of turns) await stream.close();
    },
  };
}
