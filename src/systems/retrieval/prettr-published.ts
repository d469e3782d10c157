/** What reranking stored documents costs at BERT-base, counted from graphs; nothing runs. */
import { compile, hostArray, RandomStream } from "../../engine/index.ts";
import { EVALUATE } from "../../nn/index.ts";
import type { Table } from "../../lab/index.ts";
import { fullRows } from "../../lab/text/index.ts";
import { bertBase, BERT_BASE } from "./published-bert.ts";
import { SplitEncoder } from "./prettr-model.ts";
import type { States } from "./prettr-model.ts";
import type { TextEncoder } from "../../nn/index.ts";
import type { TokenRows } from "../../lab/text/index.ts";

const RERANKING = { query: 16, document: 496, documents: 100 } as const;

interface Reranking {
  readonly query: number;
  readonly document: number;
  readonly documents: number;
}

export const splitBase = (encoder: TextEncoder, join: number, queryLength: number): SplitEncoder => new SplitEncoder({ random: RandomStream.of(0), encoder, width: BERT_BASE.width, join, queryLength });

/** A query against stored states, as a function to compile, and its arguments at BERT-base. */
export const stored = ({ document, documents }: Reranking) => ({
  states: hostArray(new Float32Array(documents * document * BERT_BASE.width), [documents, document, BERT_BASE.width]),
  valid: hostArray(new Uint8Array(documents * document).fill(1), [documents, document], "bool"),
});
export const reranker = (model: SplitEncoder) => (query: TokenRows, documents: States) => model.scoreStored(model.encodeQuery(query, EVALUATE), documents, EVALUATE);

/** FLOPs of products at query time, two for each multiply-add. */
const rerankingFlops = (join: number, sizes: Reranking): number => compile(reranker(splitBase(bertBase(), join, sizes.query))).explain(fullRows(1, sizes.query), stored(sizes)).flops.products;

/** Bytes of a token: its whole state in single precision, or `numbers` in half. */
export const bytesOfToken = (width: number, numbers?: number): number => (numbers === undefined ? 4 * width : 2 * numbers);

export function rerankingCosts(): Table {
  const { query, document, documents } = RERANKING;
  const flops = [0, 6, 9, 11].map((join) => ({ join, count: documents * rerankingFlops(join, { query, document, documents: 1 }) }));
  const plain = flops[0]?.count as number;
  return {
    caption: `TFLOPs of a query of ${query} tokens over ${documents} stored documents of ${document} tokens at BERT-base, one at a time, counted from the graph, two for each multiply-add; the last layer for [CLS] alone. A stored token takes ${bytesOfToken(768)} bytes, compressed to 128 numbers in half precision ${bytesOfToken(768, 128)}`,
    columns: ["layers apart", "TFLOPs", "times less than without"],
    rows: flops.map(({ join, count }) => [join, Number((count / 1e12).toFixed(3)), Number((plain / count).toFixed(1))]),
  };
}
