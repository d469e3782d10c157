/** A text as weights of the whole vocabulary, most of them zero (SPLADE, arXiv 2109.10086): w_j = max_i ln(1 + relu(z_ij)). */
import type { Tensor } from "../../engine/index.ts";

/** Scores of the vocabulary [B, L, V] at each token, bool [B, L] of those that count -> weights [B, V], none negative. */
export function sparseTerms(logits: Tensor, valid: Tensor): Tensor {
  const weights = logits.relu().add(1).log(); // saturates: a word said ten times is not ten times the word
  return weights.mul(valid.cast("float32").unsqueeze(2)).max(1);
}
