/** BERT-base and rows for it: what costs at the published sizes are counted with. */
import { hostArray, RandomStream } from "../../engine/index.ts";
import type { Hosted } from "../../engine/index.ts";
import type { TextEncoder } from "../../nn/index.ts";
import { bertEncoder } from "../../lab/text/index.ts";
import type { TokenRows } from "../../lab/text/index.ts";

export const BERT_BASE = { vocabulary: 30_522, width: 768, depth: 12, heads: 12, positions: 512 } as const;

export const bertBase = (): TextEncoder => bertEncoder({ random: RandomStream.of(0), ...BERT_BASE });

/** Full rows [rows, length] of one token: costs do not depend on what stands in them. */
export const rowsOf = (rows: number, length: number): Hosted<TokenRows> => ({
  ids: hostArray(new Int32Array(rows * length).fill(1), [rows, length]),
  segments: hostArray(new Int32Array(rows * length), [rows, length]),
  valid: hostArray(new Uint8Array(rows * length).fill(1), [rows, length], "bool"),
});
