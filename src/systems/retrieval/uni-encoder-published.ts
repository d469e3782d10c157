/** What response selection costs at BERT-base, counted from graphs; nothing runs. */
import { compile, RandomStream } from "../../engine/index.ts";
import type { Tensor } from "../../engine/index.ts";
import { CodePool, DualEncoder, EVALUATE, PairEncoder } from "../../nn/index.ts";
import type { TextEncoder } from "../../nn/index.ts";
import type { Table } from "../../lab/index.ts";
import { fullRows, PolyEncoder, scoreRows, TextTower } from "../../lab/text/index.ts";
import type { TokenRows } from "../../lab/text/index.ts";
import { bertBase, BERT_BASE } from "./published-bert.ts";
import { UniEncoder } from "./uni-encoder-model.ts";

/** The paper's contexts are of 256 tokens, and it scores ten candidates. */
export const RESPONSE_SELECTION = { context: 256, candidate: 32, candidates: 10 } as const;

type ScoreSides = (context: TokenRows, candidates: TokenRows) => Tensor;

/** The contenders over one encoder, each as a function from rows to scores. */
export function responseSelectors(encoder: TextEncoder): { readonly Cross: (pairs: TokenRows) => Tensor } & Readonly<Record<"Poly" | "Bi" | "Uni", ScoreSides>> {
  const random = RandomStream.of(0);
  const { width } = BERT_BASE;
  const cross = new PairEncoder({ random, encoder, width, pooler: true });
  const poly = new PolyEncoder(encoder, new CodePool(width, { random, codes: 16 }));
  const tower = new TextTower(encoder, "mean");
  const bi = new DualEncoder({ random, query: tower, passage: tower });
  const uni = new UniEncoder({ random, encoder, width });
  return {
    Cross: (pairs) => scoreRows(cross, pairs, EVALUATE),
    Poly: (context, candidates) => poly.forward(context, candidates, EVALUATE),
    Bi: (context, candidates) => bi.encodePassage(candidates, EVALUATE).matmul(bi.encodeQuery(context, EVALUATE), { transB: true }),
    Uni: (context, candidates) => uni.forward(context, candidates, EVALUATE).scores,
  };
}

/** FLOPs of products for one question, two for each multiply-add. */
export function responseSelectionFlops({ context, candidate, candidates }: { readonly context: number; readonly candidate: number; readonly candidates: number } = RESPONSE_SELECTION): Readonly<Record<"Cross" | "Poly" | "Bi" | "Uni", number>> {
  const { Cross, ...apart } = responseSelectors(bertBase());
  const sides = Object.fromEntries(Object.entries(apart).map(([name, score]) => [name, compile(score).explain(fullRows(1, context), fullRows(candidates, candidate)).flops.products])) as Record<keyof typeof apart, number>;
  return { Cross: compile(Cross).explain(fullRows(candidates, context + candidate)).flops.products, ...sides };
}

export function responseSelectionCosts(): Table {
  const flops = responseSelectionFlops();
  const { context, candidate, candidates } = RESPONSE_SELECTION;
  return {
    caption: `GFLOPs of one question at BERT-base, a context of ${context} tokens and ${candidates} candidates of ${candidate} of which nothing is known before, counted from the graph, two for each multiply-add`,
    columns: ["encoder", "GFLOPs", "times less than Cross"],
    rows: Object.entries(flops).map(([name, count]) => [name, Number((count / 1e9).toFixed(1)), Number((flops.Cross / count).toFixed(2))]),
  };
}
