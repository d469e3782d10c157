/** Batches for masked language modelling: padded rows, masked places and what stood there, in shapes that never change. */
import { hostArray } from "../../engine/host-array.ts";
import type { HostArray } from "../../engine/host-array.ts";
import type { RandomStream } from "../../engine/random/stream.ts";
import { maskRow } from "../masking/mask-policy.ts";
import type { MaskedRow, MaskPolicy } from "../masking/mask-policy.ts";
import { maskSharedWords } from "../masking/shared-words.ts";
import type { SharedWordsPolicy } from "../masking/shared-words.ts";
import type { Encoding, Tokenizer } from "../tokenizers/tokenizer.ts";
import { padRows } from "./token-batch.ts";
import type { TokenBatch } from "./token-batch.ts";

export interface MaskedBatch extends TokenBatch {
  /** int32 [B, k], places to predict. */
  readonly places: HostArray;
  /** int32 [B, k], what stood there. */
  readonly labels: HostArray;
  /** float32 [B, k], 1 where it counts, 0 where a row had fewer. */
  readonly weights: HostArray;
}

export interface SharedMaskedBatch extends MaskedBatch {
  /** float32 [B, k], 1 where the other segment has the word too. */
  readonly shared: HostArray;
}

const stack = <R extends MaskedRow>(rows: readonly R[], count: number, part: (row: R) => Int32Array | Float32Array): HostArray => {
  const all = part(rows[0] as R) instanceof Float32Array ? new Float32Array(rows.length * count) : new Int32Array(rows.length * count);
  rows.forEach((row, i) => all.set(part(row), i * count));
  return hostArray(all, [rows.length, count]);
};

/** Rows with their masked forms, `count` places each, padded to `length`: for masks that belong together in some way. */
export function stackMaskedRows(rows: readonly Pick<Encoding, "segments">[], masked: readonly MaskedRow[], length: number, count: number, pad: number): MaskedBatch {
  const padded = padRows(rows.map(({ segments }, i) => ({ ids: (masked[i] as MaskedRow).ids, segments })), length, pad);
  return { ...padded, places: stack(masked, count, ({ places }) => places), labels: stack(masked, count, ({ labels }) => labels), weights: stack(masked, count, ({ weights }) => weights) };
}

const padOf = ({ special: { pad } }: Tokenizer): number => {
  if (pad === undefined) throw new RangeError("masked batch: the tokenizer has no padding token");
  return pad;
};

/** Rows padded to `length` and masked by a policy. Row i draws from `random.child(i)`: name the stream by seed, epoch and step. */
export function maskedBatch(random: RandomStream, rows: readonly Encoding[], length: number, tokenizer: Tokenizer, policy: MaskPolicy): MaskedBatch {
  return stackMaskedRows(rows, rows.map(({ ids }, i) => maskRow(random.child(i), ids, tokenizer, policy)), length, policy.count, padOf(tokenizer));
}

/** The same for rows of two segments, with a share of the masked words also in the other segment. */
export function sharedMaskedBatch(random: RandomStream, rows: readonly Encoding[], length: number, tokenizer: Tokenizer, policy: SharedWordsPolicy): SharedMaskedBatch {
  const masked = rows.map(({ ids, segments }, i) => maskSharedWords(random.child(i), ids, segments, tokenizer, policy));
  return { ...stackMaskedRows(rows, masked, length, policy.count, padOf(tokenizer)), shared: stack(masked, policy.count, ({ shared }) => shared) };
}
