/** MultiMAE's allocation of visible tokens to modalities (arXiv 2204.01678): shares from a symmetric Dirichlet law. */
import type { RandomStream } from "../../engine/random/stream.ts";

/** Dirichlet(1, ..., 1): normalised exponential variables. */
export function dirichletShares(random: RandomStream, modalities: number): number[] {
  const draws = Array.from({ length: modalities }, () => -Math.log((random.bits() + 0.5) / 2 ** 32));
  const total = draws.reduce((a, b) => a + b, 0);
  return draws.map((draw) => draw / total);
}

export interface ModalityTokens {
  /** [budget] tokens kept, as positions in the concatenation of all modalities, sorted. */
  readonly kept: Int32Array;
  /** Per modality 0/1 for each of its tokens: 1 where the token is hidden and so predicted. */
  readonly hidden: readonly Float32Array[];
}

/**
 * Keeps exactly `budget` tokens over modalities of `tokens` each: shares times budget, rounded; which tokens is random. A
 * share larger than its modality and surplus or lack from rounding are repaired by a random choice among all tokens.
 */
export function dirichletTokens(random: RandomStream, modalities: number, tokens: number, budget: number): ModalityTokens {
  if (budget > modalities * tokens) throw new RangeError(`dirichletTokens: budget ${budget} exceeds ${modalities} modalities of ${tokens} tokens`);
  const wanted = dirichletShares(random, modalities).flatMap((share, m) => [...random.permutation(tokens).slice(0, Math.round(share * budget))].map((token) => m * tokens + token));
  const chosen = new Set(wanted);
  const rest = random.permutation(modalities * tokens).filter((token) => !chosen.has(token));
  // Kept first in random order, then the others: cutting this order at the budget repairs both surplus and lack.
  const kept = Int32Array.from([...random.shuffle([...wanted]), ...rest].slice(0, budget)).sort();
  const hidden = Array.from({ length: modalities }, () => new Float32Array(tokens).fill(1));
  for (const token of kept) (hidden[Math.floor(token / tokens)] as Float32Array)[token % tokens] = 0;
  return { kept, hidden };
}
