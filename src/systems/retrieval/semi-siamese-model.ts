/**
 * One encoder that reads queries and documents with small changes, some shared and some of each side's own, and two ways to
 * compare what it reads (arXiv 2110.14943, sections 3 and 4).
 */
import { gather, maximum, tensor } from "../../engine/index.ts";
import type { HostArray, RandomStream, Tensor } from "../../engine/index.ts";
import { addLora, addSidedLora, lateInteraction, Linear, Module, pool, prefixOfStates, PrefixStates, Sides } from "../../nn/index.ts";
import type { Mode, PrefixSharing, TextEncoder } from "../../nn/index.ts";
import { pairWeights } from "../../objectives/index.ts";
import type { Tokenizer } from "../../data/index.ts";
import { SIDES } from "../../lab/index.ts";
import type { Side } from "../../lab/index.ts";
import { encodeRows } from "../../lab/text/index.ts";
import type { TokenRows } from "../../lab/text/index.ts";

/** Which low-rank changes a side has for itself: of the values ("hv" in the paper, semi-siamese), of the queries ("hq"), of both (separate), of none (siamese). */
export type OwnChanges = "none" | "values" | "queries" | "both";

export interface LoraTuning {
  readonly own: OwnChanges;
  readonly rank: number;
  readonly alpha: number;
}

export interface PrefixTuning {
  readonly sharing: PrefixSharing;
  readonly seeds: number;
  readonly hidden: number;
}

/** What is trained beside the head; without either the encoder itself is. */
export interface Tuning {
  readonly lora?: LoraTuning;
  readonly prefix?: PrefixTuning;
}

const TARGETS: Readonly<Record<OwnChanges, { readonly shared: RegExp | null; readonly own: RegExp | null }>> = {
  none: { shared: /attention\.(query|value)$/, own: null },
  values: { shared: /attention\.query$/, own: /attention\.value$/ },
  queries: { shared: /attention\.value$/, own: /attention\.query$/ },
  both: { shared: null, own: /attention\.(query|value)$/ },
};

export interface SidedEncoderOptions {
  readonly random: RandomStream;
  /** Changed in place. */
  readonly encoder: TextEncoder;
  readonly width: number;
  readonly tuning?: Tuning;
  /** Reads documents in place of `encoder`: two encoders that share nothing. */
  readonly documents?: TextEncoder;
}

/** Rows of a side -> states [B, L, d]. */
export class SidedEncoder extends Module {
  readonly encoder: TextEncoder;
  readonly documents: TextEncoder | null;
  readonly prefix: PrefixStates | null;
  private readonly sides: Sides;

  constructor({ random, encoder, width, tuning: { lora, prefix } = {}, documents }: SidedEncoderOptions) {
    super();
    this.encoder = encoder;
    this.documents = documents ?? null;
    const layers = encoder.encoder.order.length;
    const words = encoder.embedding.word.weight.value();
    this.prefix = prefix === undefined ? null : new PrefixStates({ ...prefix, random: random.child("prefix"), layers, width, sides: SIDES, words });
    const { shared, own } = lora === undefined ? { shared: null, own: null } : TARGETS[lora.own];
    if (lora !== undefined && shared !== null) addLora(encoder.encoder, { ...lora, targets: shared, random: random.child("shared") });
    this.sides = lora === undefined || own === null ? new Sides(SIDES) : addSidedLora(encoder.encoder, { ...lora, targets: own, sides: SIDES, random: random.child("own") });
  }

  forward(side: Side, rows: TokenRows, mode: Mode): Tensor {
    const encoder = side === "document" ? (this.documents ?? this.encoder) : this.encoder;
    return this.sides.read(side, () => encodeRows(encoder, rows, mode, this.prefix === null ? {} : { prefix: prefixOfStates(encoder.encoder, this.prefix.forward(side)) }).output);
  }
}

export interface PairRows {
  readonly query: TokenRows;
  readonly document: TokenRows;
}

/** Compares the states of queries with those of documents, pair by pair: [B]. */
export interface PairHead extends Module {
  forward(query: Tensor, document: Tensor, rows: PairRows): Tensor;
}

/** TwinBERT (arXiv 2002.06275): x = max(mean q, mean d), then a residual map and a score. */
export class TwinHead extends Module implements PairHead {
  readonly residual: Linear;
  readonly score: Linear;

  constructor(width: number, random: RandomStream) {
    super();
    // Biases would add the same to all scores, and cancel between the documents of a query.
    this.residual = new Linear(width, width, { random: random.child("residual"), bias: false });
    this.score = new Linear(width, 1, { random: random.child("score"), bias: false });
  }

  forward(query: Tensor, document: Tensor, rows: PairRows): Tensor {
    const x = maximum(pool(query, "mean", rows.query.valid), pool(document, "mean", rows.document.valid));
    return this.score.forward(x.add(this.residual.forward(x))).squeeze(1);
  }
}

/** uint8 [vocabulary]: 1 where a token is of punctuation only. */
export function punctuation(tokenizer: Pick<Tokenizer, "vocabularySize" | "specialIds" | "decode">): Uint8Array {
  return Uint8Array.from({ length: tokenizer.vocabularySize }, (_, id) => Number(!tokenizer.specialIds.has(id) && /^[\p{P}\p{S}]+$/u.test(tokenizer.decode([id]).trim())));
}

/** ColBERT (arXiv 2004.12832): for each query token the best cosine among the document's tokens that are no punctuation, added up. */
export class ColbertHead extends Module implements PairHead {
  readonly map: Linear;
  private readonly left: HostArray;

  /** `skipped` is what `punctuation` gives. */
  constructor(width: number, vector: number, skipped: Uint8Array, random: RandomStream) {
    super();
    this.map = new Linear(width, vector, { random: random.child("map"), bias: false });
    this.left = { data: Float32Array.from(skipped, (skip) => 1 - skip), shape: [skipped.length], dtype: "float32" };
  }

  forward(query: Tensor, document: Tensor, rows: PairRows): Tensor {
    const counted = gather(tensor(this.left), rows.document.ids).mul(rows.document.valid.cast("float32")).greater(0);
    const unit = (states: Tensor): Tensor => this.map.forward(states).l2Normalize();
    const all = lateInteraction(unit(query), unit(document), { queryValid: rows.query.valid, passageValid: counted, combine: "sum" }).query;
    return all.mul(pairWeights(all.dim(0), 0)).sum(1); // each query with its own document
  }
}

/** Encoder and head: scores [B] of queries with documents. */
export class PairRanker extends Module {
  readonly encoder: SidedEncoder;
  readonly head: PairHead;

  constructor(encoder: SidedEncoder, head: PairHead) {
    super();
    this.encoder = encoder;
    this.head = head;
  }

  forward(rows: PairRows, mode: Mode): Tensor {
    return this.head.forward(this.encoder.forward("query", rows.query, mode), this.encoder.forward("document", rows.document, mode), rows);
  }
}
