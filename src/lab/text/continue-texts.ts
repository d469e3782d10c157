/** Continuations of texts by the language model `lm-en`, drawn token by token: what a generative model makes of a text. */
import { arange, compile, hostArray } from "../../engine/index.ts";
import type { Device, HostArray, RandomStream, Tensor } from "../../engine/index.ts";
import { EVALUATE, KvCache, rotaryAt } from "../../nn/index.ts";
import type { CausalLm } from "../../nn/index.ts";
import { lmEnSettings } from "../foundations/lm-en.ts";

export interface ContinueOptions {
  readonly random: RandomStream;
  /** Tokens to draw for each. */
  readonly count: number;
  /** Drawn from the so many likeliest tokens; default 20. */
  readonly among?: number;
  /** Rows at a time; default 64. */
  readonly batch?: number;
  readonly device?: Device;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

/** One drawn in proportion to exp(score). */
function drawn(random: RandomStream, scores: readonly number[]): number {
  const highest = Math.max(...scores);
  const weights = scores.map((score) => Math.exp(score - highest));
  let left = random.uniform() * weights.reduce((sum, weight) => sum + weight, 0);
  return Math.max(0, weights.findIndex((weight) => (left -= weight) < 0));
}

/** Tokens that follow each prompt, int32 [count] each. Prompts are of one length, [n]. The draws of a text depend on `random` and its place alone. */
export async function continueTexts(model: CausalLm, prompts: readonly Int32Array[], { random, count, among = 20, batch = 64, device, signal, onProgress }: ContinueOptions): Promise<Int32Array[]> {
  const length = prompts[0]?.length ?? 0;
  const other = prompts.find((prompt) => prompt.length !== length || length === 0);
  if (other !== undefined || length === 0) throw new RangeError(`continueTexts: prompts: expected equal lengths above 0, got ${length} and ${other?.length ?? "none"}`);
  const { width, heads } = lmEnSettings;
  const headWidth = width / heads;
  const cache = new KvCache({ layers: model.body.order.length, batch, kvHeads: heads, headWidth, length: length + count });
  const step = compile((ids: Tensor, position: Tensor) => {
    const added = ids.dim(1);
    const places = arange(added).add(position).reshape([1, added]);
    const { logits } = model.forward(ids, EVALUATE, { mask: cache.mask(position, added), cache: (layer) => cache.at(layer, position), rotary: rotaryAt(headWidth, places), scoredIds: arange(1).add(added - 1).reshape([1, 1]).expand([batch, 1]) });
    const best = logits.select(1, 0).topK(among);
    return { scores: best.values, ids: best.indices };
  }, { device, name: "continuation" });
  const found: Int32Array[] = [];
  try {
    for (let start = 0; start < prompts.length; start += batch) {
      signal?.throwIfAborted();
      const rows = Array.from({ length: batch }, (_, i) => prompts[start + i] ?? (prompts[start] as Int32Array)); // the last batch is filled up
      const tokens = rows.map(() => new Int32Array(count));
      let input: HostArray = hostArray(Int32Array.from(rows.flatMap((row) => [...row])), [batch, length]);
      for (let at = 0; at < count; at++) {
        const { scores, ids } = await step(input, hostArray(Int32Array.of(at === 0 ? 0 : length + at - 1), []));
        tokens.forEach((row, i) => {
          const choice = drawn(random.child(start + i, at), Array.from(scores.data.subarray(i * among, (i + 1) * among), Number));
          row[at] = Number(ids.data[i * among + choice]);
        });
        input = hostArray(Int32Array.from(tokens, (row) => row[at] as number), [batch, 1]);
      }
      found.push(...tokens.slice(0, prompts.length - start));
      onProgress?.(found.length, prompts.length);
    }
  } finally {
    await step.release();
  }
  return found;
}
