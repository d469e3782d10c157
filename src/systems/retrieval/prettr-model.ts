/**
 * PreTTR (arXiv 2004.14255, sections 4.1 to 4.3): a cross-encoder whose first layers keep query and document apart, so that
 * what they make of a document can be stored, and a compressor for what is stored.
 *
 * Choices: the state of [CLS] is scored directly; only document tokens are compressed; the query is padded to a fixed length
 * and the document's positions follow that.
 */
import { arange, concat, full, hostArray, stopGradient, tensor } from "../../engine/index.ts";
import type { RandomStream, Tensor } from "../../engine/index.ts";
import { LayerNorm, Linear, mask, Module, repeatEach } from "../../nn/index.ts";
import type { Mode, TextEncoder } from "../../nn/index.ts";
import { pairSoftmax } from "../../objectives/index.ts";
import type { TokenRows } from "../../lab/text/index.ts";

/** States [.., d] through e numbers: z = GELU(W h + b) is stored, LayerNorm(V z + c) stands in for h. */
export class Compressor extends Module {
  readonly down: Linear;
  readonly up: Linear;
  readonly norm: LayerNorm;

  constructor(width: number, stored: number, random: RandomStream) {
    super();
    this.down = new Linear(width, stored, { random: random.child("down") });
    this.up = new Linear(stored, width, { random: random.child("up") });
    this.norm = new LayerNorm(width);
  }

  compress(states: Tensor): Tensor {
    return this.down.forward(states).gelu();
  }

  restore(stored: Tensor): Tensor {
    return this.norm.forward(this.up.forward(stored));
  }
}

export interface SplitEncoderOptions {
  readonly random: RandomStream;
  /** Without a norm after its last layer. */
  readonly encoder: TextEncoder;
  readonly width: number;
  /** Layers in which query and document are apart; 0 is the plain cross-encoder, the depth never joins them. */
  readonly join: number;
  /** Numbers stored for a document token; default its whole state. */
  readonly compress?: number;
  /** Tokens that queries are padded to. */
  readonly queryLength: number;
}

/** Tokens [B, L, d] with which of them are real, bool [B, L]. */
export interface States {
  readonly states: Tensor;
  readonly valid: Tensor;
}

export class SplitEncoder extends Module {
  readonly encoder: TextEncoder;
  readonly score: Linear;
  readonly compressor: Compressor | null;
  readonly join: number;
  readonly queryLength: number;

  constructor({ random, encoder, width, join, compress, queryLength }: SplitEncoderOptions) {
    super();
    const depth = encoder.encoder.order.length;
    if (!Number.isInteger(join) || join < 0 || join > depth) throw new RangeError(`SplitEncoder: join: expected a layer from 0 to ${depth}, got ${join}`);
    if (encoder.encoder.norm !== null) throw new RangeError("SplitEncoder: expected an encoder without a norm after its last layer, as BERT's; states in the middle would be normalised too");
    this.encoder = encoder;
    this.score = new Linear(width, 1, { random: random.child("score"), bias: false }); // a ranking does not see a bias
    this.compressor = compress === undefined ? null : new Compressor(width, compress, random.child("compressor"));
    this.join = join;
    this.queryLength = queryLength;
  }

  /** Queries [B, queryLength] -> states after the layers apart. */
  encodeQuery(query: TokenRows, mode: Mode): States {
    return { states: this.apart(query, 0, mode), valid: query.valid };
  }

  /** Documents [n, L], without [CLS] -> what is stored of each token, [n, L, e] or [n, L, d]. */
  precompute(document: TokenRows, mode: Mode): Tensor {
    const states = this.apart(document, 1, mode);
    return this.compressor?.compress(states) ?? states;
  }

  /** Queries against n stored documents for each: states [B, Lq, d], stored [B * n, L, e] -> scores [B, n]. */
  scoreStored(query: States, { states: stored, valid }: States, mode: Mode): Tensor {
    const [batch] = query.states.shape as [number];
    const each = stored.dim(0) / batch;
    const joined = this.joined({ states: repeatEach(query.states, each), valid: repeatEach(query.valid, each) }, { states: this.compressor?.restore(stored) ?? stored, valid });
    const first = tensor(hostArray(new Int32Array(batch * each), [batch * each, 1]));
    // Of the last layer only [CLS] is needed.
    const { output } = this.encoder.encoder.forward(joined.states, mode, { startAfter: this.join, mask: mask.validKeys(joined.valid), lastQueryIds: first });
    return this.score.forward(output.select(1, 0)).reshape([batch, each]);
  }

  /** Queries [B, Lq] with n documents each, [B * n, L] -> [B, n]: training and query time are the same computation. */
  forward(query: TokenRows, document: TokenRows, mode: Mode): Tensor {
    return this.scoreStored(this.encodeQuery(query, mode), { states: this.precompute(document, mode), valid: document.valid }, mode);
  }

  /** The same in one pass over whole pairs, [B, Lq] with one document each, under a mask for each layer: [B]. Without compression. */
  scorePairs(query: TokenRows, document: TokenRows, mode: Mode): Tensor {
    const segments = [...new Array<number>(query.ids.dim(1)).fill(0), ...new Array<number>(document.ids.dim(1)).fill(1)];
    const segment = tensor(hostArray(Int32Array.from(segments), [1, segments.length]));
    const masks = this.encoder.encoder.order.map((_, layer) => (layer < this.join ? mask.segments(segments) : mask.full()));
    const { output } = this.encoder.forward(concat([query.ids, document.ids], 1), mode, { valid: concat([query.valid, document.valid], 1), mask: masks, ids: { segment } });
    return this.score.forward(output.select(1, 0)).squeeze(1);
  }

  private apart({ ids, valid }: TokenRows, segment: 0 | 1, mode: Mode): Tensor {
    const length = ids.dim(1);
    if (segment === 0 && length !== this.queryLength) throw new RangeError(`SplitEncoder: expected queries padded to ${this.queryLength} tokens, got ${length}`);
    const positionIds = arange(length).add(segment * this.queryLength).unsqueeze(0);
    return this.encoder.forward(ids, mode, { valid, positionIds, ids: { segment: full([1, length], segment, "int32") }, stopAfter: this.join }).output;
  }

  /** Query and document in one sequence. */
  private joined(query: States, document: States): States {
    return { states: concat([query.states, document.states], 1), valid: concat([query.valid, document.valid], 1) };
  }

  /**
   * What a compressor learns from without labels: the squared difference between the attention of the joined layers over
   * states and over restored states, a mean over layers, heads and pairs of real tokens. No gradient reaches the encoder's
   * first layers.
   */
  attentionError(query: TokenRows, document: TokenRows, mode: Mode): Tensor {
    const { query: asked, document: plain, restored } = this.bothForms(query, document, mode);
    const attention = (states: States): Tensor[] => {
      const weights: Tensor[] = [];
      const joined = this.joined(asked, states);
      this.encoder.encoder.forward(joined.states, mode, { startAfter: this.join, mask: mask.validKeys(joined.valid), observe: (result) => weights.push(result.weights) });
      return weights;
    };
    const [wanted, found] = [attention(plain), attention(restored)];
    if (wanted.length === 0) throw new RangeError(`attentionError: no layer is left after ${this.join}; join earlier`);
    const real = concat([query.valid, document.valid], 1).cast("float32");
    const pairs = real.unsqueeze(2).mul(real.unsqueeze(1)).unsqueeze(1); // [B, 1, L, L]
    const heads = (wanted[0] as Tensor).dim(1);
    const errors = wanted.map((weights, layer) => (found[layer] as Tensor).sub(stopGradient(weights)).square().mul(pairs).sum());
    return errors.reduce((sum, error) => sum.add(error)).div(pairs.sum().mul(heads * wanted.length));
  }

  /** The plain alternative: the squared difference of states, a mean over real document tokens and channels. */
  stateError(query: TokenRows, document: TokenRows, mode: Mode): Tensor {
    const { document: plain, restored } = this.bothForms(query, document, mode);
    const real = document.valid.cast("float32").unsqueeze(-1);
    return restored.states.sub(plain.states).square().mul(real).sum().div(real.sum().mul(plain.states.dim(2)));
  }

  private bothForms(query: TokenRows, document: TokenRows, mode: Mode): { readonly query: States; readonly document: States; readonly restored: States } {
    if (this.compressor === null) throw new Error("SplitEncoder: there is no compressor to train; build it with `compress`");
    const { valid } = document;
    const states = stopGradient(this.apart(document, 1, mode));
    return { query: { states: stopGradient(this.apart(query, 0, mode)), valid: query.valid }, document: { states, valid }, restored: { states: this.compressor.restore(this.compressor.compress(states)), valid } };
  }
}

/** Softmax over a relevant and an irrelevant document of each query. */
export function rankingLoss(model: SplitEncoder, query: TokenRows, relevant: TokenRows, irrelevant: TokenRows, mode: Mode): { readonly loss: Tensor } {
  const asked = model.encodeQuery(query, mode);
  const scores = (document: TokenRows): Tensor => model.scoreStored(asked, { states: model.precompute(document, mode), valid: document.valid }, mode);
  return pairSoftmax(scores(relevant), scores(irrelevant));
}
