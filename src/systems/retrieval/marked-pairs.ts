/**
 * Cross-encoders whose rows mark where query and item begin: [CLS] [START] query [END] [SEP] [TITLE] item [SEP]. A score is
 * either a linear map of [CLS], or the inner product of what stands at the query's marks with what stands at the item's,
 * after both have read each other ([EMB], arXiv 2210.12579, section 3.1).
 */
import { equal, logicalOr } from "../../engine/index.ts";
import type { HostArray, RandomStream, Tensor } from "../../engine/index.ts";
import { EVALUATE, Linear, Module, weightedPool } from "../../nn/index.ts";
import type { Mode, TextEncoder } from "../../nn/index.ts";
import type { Tokenizer } from "../../data/index.ts";
import { encodeRows, mapRows, markIds } from "../../lab/text/index.ts";
import type { MapRowsOptions, RowSet, TokenRows } from "../../lab/text/index.ts";

const MARKS = { start: "[unused0]", end: "[unused1]", title: "[unused2]" } as const;

/** Ids of the marks: three that the vocabulary keeps free. */
export type PairMarks = Readonly<Record<keyof typeof MARKS, number>>;

export const pairMarks = (tokenizer: Pick<Tokenizer, "idOf">): PairMarks => markIds(tokenizer, MARKS, "marked pairs");

/** Tokens of a query and of an item without marks; longer ones are cut. */
export interface PairLengths {
  readonly query: number;
  readonly document: number;
}

/** Tokens of the longest row: three marks, [CLS] and twice [SEP] come on top. */
export const rowLength = ({ query, document }: PairLengths): number => query + document + 6;

/** Rows of pairs of texts. */
export function markedRows(tokenizer: Pick<Tokenizer, "encode" | "assemble" | "special" | "idOf">, pairs: readonly (readonly [query: string, item: string])[], { query, document }: PairLengths): RowSet {
  const { start, end, title } = pairMarks(tokenizer);
  const once = (make: (text: string) => Int32Array): ((text: string) => Int32Array) => {
    const known = new Map<string, Int32Array>(); // a text often stands in many pairs
    return (text) => {
      const ids = known.get(text) ?? make(text);
      known.set(text, ids);
      return ids;
    };
  };
  const queryIds = once((text) => Int32Array.of(start, ...tokenizer.encode(text).subarray(0, query), end));
  const itemIds = once((text) => Int32Array.of(title, ...tokenizer.encode(text).subarray(0, document)));
  return { rows: pairs.map(([first, second]) => tokenizer.assemble(queryIds(first), itemIds(second))), pad: tokenizer.special.pad ?? 0 };
}

export type PairHead = "emb" | "cls";

export interface MarkedPairOptions {
  readonly random: RandomStream;
  readonly encoder: TextEncoder;
  readonly width: number;
  readonly marks: PairMarks;
  readonly head: PairHead;
}

export class MarkedPairEncoder extends Module {
  readonly encoder: TextEncoder;
  /** Null with the [EMB] head, which has no weights of its own. */
  readonly score: Linear | null;
  private readonly marks: PairMarks;

  constructor({ random, encoder, width, marks, head }: MarkedPairOptions) {
    super();
    this.encoder = encoder;
    this.score = head === "cls" ? new Linear(width, 1, { random: random.child("score") }) : null;
    this.marks = marks;
  }

  /** Scores [B] of rows [B, L]. */
  forward(rows: TokenRows, mode: Mode): Tensor {
    const { output } = encodeRows(this.encoder, rows, mode);
    if (this.score !== null) return this.score.forward(output.select(1, 0)).squeeze(1);
    const { start, end, title } = this.marks;
    const query = weightedPool(output, logicalOr(equal(rows.ids, start), equal(rows.ids, end)).cast("float32")); // (h_start + h_end) / 2
    const item = weightedPool(output, equal(rows.ids, title).cast("float32"));
    return query.mul(item).sum(-1);
  }
}

/** Scores of every query for every item, [queries, items]. */
export async function scoreMatrix(model: MarkedPairEncoder, tokenizer: Parameters<typeof markedRows>[0], queries: readonly string[], items: readonly string[], lengths: PairLengths, options?: MapRowsOptions): Promise<HostArray> {
  const rows = markedRows(tokenizer, queries.flatMap((query) => items.map((item) => [query, item] as const)), lengths);
  const { data, dtype } = await mapRows((batch) => model.forward(batch, EVALUATE), rows, options);
  return { data, dtype, shape: [queries.length, items.length] };
}
