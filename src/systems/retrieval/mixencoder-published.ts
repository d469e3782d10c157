/** What scoring stored candidates costs at BERT-base, counted from graphs; nothing runs. */
import { compile, hostArray, RandomStream } from "../../engine/index.ts";
import type { TextEncoder } from "../../nn/index.ts";
import { EVALUATE, PairEncoder } from "../../nn/index.ts";
import type { Table } from "../../lab/index.ts";
import { fullRows, scoreRows } from "../../lab/text/index.ts";
import type { TokenRows } from "../../lab/text/index.ts";
import { MixEncoder } from "./mixencoder-model.ts";
import { bertBase, BERT_BASE } from "./published-bert.ts";

interface StoredAnswers {
  readonly query: number;
  readonly candidate: number;
  readonly candidates: number;
}

export const STORED_ANSWERS = { query: 256, candidate: 32 } as const;

export const mixBase = (encoder: TextEncoder): MixEncoder => new MixEncoder({ random: RandomStream.of(0), encoder, width: BERT_BASE.width });

/** Stored vectors of candidates that were encoded before. */
export const storedOf = (candidates: number, codes = 1) => hostArray(new Float32Array(candidates * codes * BERT_BASE.width), [1, candidates, codes, BERT_BASE.width]);

/** FLOPs of products for one query, two for each multiply-add. A cross-encoder reads a pair for each candidate. */
export function storedAnswerFlops({ query, candidate, candidates }: StoredAnswers): Readonly<Record<"Cross" | "Mix" | "Bi", number>> {
  const encoder = bertBase();
  const mix = mixBase(encoder);
  const cross = new PairEncoder({ random: RandomStream.of(0), encoder, width: BERT_BASE.width, pooler: true });
  const pair = compile((rows: TokenRows) => scoreRows(cross, rows, EVALUATE)).explain(fullRows(1, query + candidate)).flops.products;
  const once = compile((rows: TokenRows) => encoder.forward(rows.ids, EVALUATE, { valid: rows.valid }).output.select(1, 0)).explain(fullRows(1, query)).flops.products;
  return {
    Cross: candidates * pair,
    Mix: compile((rows: TokenRows, stored: Parameters<MixEncoder["score"]>[1]) => mix.score(rows, stored, EVALUATE)).explain(fullRows(1, query), storedOf(candidates)).flops.products,
    Bi: once + 2 * candidates * BERT_BASE.width,
  };
}

export function storedAnswerCosts(): Table {
  const { query, candidate } = STORED_ANSWERS;
  return {
    caption: `GFLOPs of one query of ${query} tokens at BERT-base when candidates of ${candidate} tokens were encoded before, counted from the graph, two for each multiply-add; a cross-encoder cannot store anything`,
    columns: ["candidates", "Cross", "Mix", "Bi", "Cross over Mix"],
    rows: [10, 100, 1000].map((candidates) => {
      const { Cross, Mix, Bi } = storedAnswerFlops({ query, candidate, candidates });
      const giga = (count: number): number => Number((count / 1e9).toFixed(1));
      return [candidates, giga(Cross), giga(Mix), giga(Bi), Number((Cross / Mix).toFixed(1))];
    }),
  };
}
