/**
 * The cross-encoder: `[CLS] query [SEP] document [SEP]` through a small transformer. What a model of this size cannot learn
 * from a few ten thousand pairs is told to it: of every token, whether the other text has it too (its token type), how
 * close the nearest word of the other text is, and how rare it is.
 */
import { concat, gather, l2Normalize, logicalAnd, logicalNot, where } from "../../../engine/index.ts";
import type { RandomStream, Tensor } from "../../../engine/index.ts";
import { Embedding, init, Linear } from "../../../nn/index.ts";
import type { Mode } from "../../../nn/index.ts";
import { WordTower } from "./encoder-module.ts";
import type { TextBatch, TowerSettings, WordTable } from "./encoder-module.ts";
import { TOKEN_TYPES } from "./token-types.ts";

const TYPE_COUNT = 4;
/** How much of the query, by weight of its words, the document has: nearly, and exactly. */
const SUMMARY = 2;
const SMALL = 0.02;

export interface PairBatch extends TextBatch {
  /** int [B, L], of TOKEN_TYPES. */
  readonly types: Tensor;
}

export class SearchReranker extends WordTower<PairBatch> {
  readonly types: Embedding;
  readonly signals: Linear;
  readonly hidden: Linear;
  readonly score: Linear;

  constructor(settings: TowerSettings, table: WordTable, random: RandomStream) {
    super(settings, table, random);
    const { width } = settings;
    this.types = new Embedding(TYPE_COUNT, width, { random: random.child("types"), init: (stream) => init.normal(stream, 1) });
    this.signals = new Linear(3, width, { random: random.child("signals") });
    this.hidden = new Linear(2 * width + SUMMARY, width, { random: random.child("hidden") });
    this.score = new Linear(width, 1, { random: random.child("score"), init: init.normal(random.child("score"), SMALL) });
  }

  /** Scores [B]. */
  forward(batch: PairBatch, mode: Mode): Tensor {
    const { ids, valid, types } = batch;
    const words = gather(this.words, ids);
    const rarity = gather(this.importance, ids); // [B, L, 1]
    const isQuery = types.less(TOKEN_TYPES.document);
    const isShared = types.equal(TOKEN_TYPES.sharedQuery).logicalOr(types.equal(TOKEN_TYPES.sharedDocument)).cast("float32").unsqueeze(-1);
    const near = nearestAcross(words, isQuery, valid).unsqueeze(-1); // [B, L, 1]
    const signals = concat([rarity, near, near.mul(rarity)], -1);
    const x = this.input.forward(words).add(this.types.forward(types)).add(this.signals.forward(signals));
    const output = this.encode(x, batch, mode);
    const weight = rarity.exp().mul(logicalAnd(valid, isQuery).cast("float32").unsqueeze(-1)); // [B, L, 1] query tokens
    const share = weight.div(weight.sum(1, { keepDims: true }).add(1e-6));
    const summary = [share.mul(output).sum(1), share.mul(near).sum(1), share.mul(isShared).sum(1)];
    const hidden = this.hidden.forward(concat([output.select(1, 0), ...summary], -1)).gelu();
    return this.score.forward(hidden).squeeze(-1);
  }
}

/** For each token the largest cosine of its word vector with one of the other text, 0 for padding: [B, L]. */
function nearestAcross(words: Tensor, isQuery: Tensor, valid: Tensor): Tensor {
  const unit = l2Normalize(words);
  const cosines = unit.matmul(unit, { transB: true }); // [B, L, L]
  const across = logicalAnd(logicalNot(isQuery.unsqueeze(2).equal(isQuery.unsqueeze(1))), valid.unsqueeze(1));
  return where(valid, where(across, cosines, -1).max(-1), 0);
}
