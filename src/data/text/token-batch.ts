/** Rows of tokens padded to one length: what every text model reads. */
import { hostArray } from "../../engine/host-array.ts";
import type { HostArray } from "../../engine/host-array.ts";
import type { Batch } from "../batching.ts";
import type { Encoding } from "../tokenizers/tokenizer.ts";

export interface TokenBatch extends Batch {
  /** int32 [B, L] */
  readonly ids: HostArray;
  /** int32 [B, L], segment of each token; 0 in padding. */
  readonly segments: HostArray;
  /** bool [B, L], true where there is a token. */
  readonly valid: HostArray;
  /** int32 [B], tokens before the padding. */
  readonly lengths: HostArray;
}

/** Pads rows to `length`. Throws on a longer row: cut in `Tokenizer.assemble`, which keeps the special tokens. */
export function padRows(rows: readonly Pick<Encoding, "ids" | "segments">[], length: number, pad: number): TokenBatch {
  const size = rows.length * length;
  const [ids, segments, valid] = [new Int32Array(size).fill(pad), new Int32Array(size), new Uint8Array(size)];
  for (const [row, { ids: tokens, segments: parts }] of rows.entries()) {
    if (tokens.length > length) throw new RangeError(`padRows: row ${row} has ${tokens.length} tokens, the batch holds ${length}; assemble with maximum ${length}`);
    ids.set(tokens, row * length);
    segments.set(parts, row * length);
    valid.fill(1, row * length, row * length + tokens.length);
  }
  const shape = [rows.length, length];
  return { ids: hostArray(ids, shape), segments: hostArray(segments, shape), valid: hostArray(valid, shape, "bool"), lengths: hostArray(Int32Array.from(rows, ({ ids: tokens }) => tokens.length), [rows.length]) };
}
