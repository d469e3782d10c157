/** BERT-base: what costs at the published sizes are counted with. */
import { RandomStream } from "../../engine/index.ts";
import type { TextEncoder } from "../../nn/index.ts";
import { bertEncoder } from "../../lab/text/index.ts";

export const BERT_BASE = { vocabulary: 30_522, width: 768, depth: 12, heads: 12, positions: 512 } as const;

export const bertBase = (): TextEncoder => bertEncoder({ random: RandomStream.of(0), ...BERT_BASE });
