/** Matching: a joint encoder says whether two inputs belong together. Class 1 is a match, 0 none; further kinds follow. */
import { arange, argMax, equal, stopGradient, where } from "../engine/index.ts";
import type { Tensor } from "../engine/index.ts";
import type { RandomSource } from "../nn/index.ts";
import { crossEntropy } from "./cross-entropy.ts";
import type { CrossEntropy, CrossEntropyOptions } from "./cross-entropy.ts";

/** Logits [B, 2 or more] against kinds int32 [B]. */
export const matchingLoss = (logits: Tensor, kinds: Tensor, options: CrossEntropyOptions = {}): CrossEntropy => crossEntropy(logits, kinds, options);

/**
 * For each row a column that is hard to tell from its own: drawn with probability softmax(scale * similarity), never its
 * own (ALBEF, arXiv 2107.07651). Similarities [n, n] of pairs -> int32 [n]. No gradient passes.
 */
export function sampleHardNegatives(similarities: Tensor, random: RandomSource, { scale = 1, candidates }: { readonly scale?: number | Tensor; readonly candidates?: Tensor } = {}): Tensor {
  const [n, m] = similarities.shape as [number, number];
  if (n !== m || n < 2) throw new RangeError(`sampleHardNegatives: expected similarities [n, n] of 2 pairs or more, got [${similarities.shape.join(", ")}]`);
  const noise = random.uniform([n, n]).mul(1 - 2e-7).add(1e-7).log().neg().log().neg();
  const scored = stopGradient(similarities).mul(scale).add(noise);
  const allowed = candidates === undefined ? scored : where(candidates, scored, -1e9);
  return argMax(where(equal(arange(n).unsqueeze(1), arange(n).unsqueeze(0)), -2e9, allowed));
}
