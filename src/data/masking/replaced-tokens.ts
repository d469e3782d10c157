/** Replaced tokens (ELECTRA, arXiv 2003.10555): some places of a row get another token, and every token is judged. */
import type { RandomStream } from "../../engine/random/stream.ts";
import { choosePlaces, randomToken } from "./mask-policy.ts";
import type { MaskPolicy, MaskVocabulary } from "./mask-policy.ts";

export interface ReplacedRow {
  /** int32 [n] */
  readonly ids: Int32Array;
  /** float32 [n], 1 where the token is not the original one. */
  readonly replaced: Float32Array;
}

/** A row with the given tokens at the given places, as a generator drew them; a draw that is the original counts as such. */
export function withReplacements(ids: Int32Array, places: Int32Array, drawn: Int32Array): ReplacedRow {
  const changed = ids.slice();
  places.forEach((place, i) => (changed[place] = drawn[i] as number));
  return { ids: changed, replaced: Float32Array.from(changed, (id, i) => (id === ids[i] ? 0 : 1)) };
}

/** Replacement without a generator: `draw` gives a token for each place, any token by default. */
export function replaceTokens(
  random: RandomStream,
  ids: Int32Array,
  vocabulary: MaskVocabulary,
  policy: MaskPolicy,
  draw: (place: number) => number = () => randomToken(random, vocabulary.specialIds, vocabulary.vocabularySize),
): ReplacedRow {
  const places = choosePlaces(random, ids, vocabulary, policy);
  return withReplacements(ids, places, places.map(draw));
}
