/**
 * MixEncoder (arXiv 2210.05261, section 3): a candidate is stored as a few vectors, and what it has to do with a query is
 * found while the query is encoded, from the keys and values that the encoder computes for the query anyway.
 *
 * Choices: the hint is the mean of a candidate's vectors before they are enriched; the gate is one number for each channel;
 * the state passes the feed-forward network with a residual; attention is scaled as in the encoder.
 */
import { concat, matmul, sigmoid } from "../../engine/index.ts";
import type { RandomStream, Tensor } from "../../engine/index.ts";
import { CodePool, EncoderBlock, FeedForward, Linear, Module, pool } from "../../nn/index.ts";
import type { Mode, TextEncoder } from "../../nn/index.ts";
import { mergeHeads, splitHeads } from "../../nn/attention/heads.ts";
import type { KeysAndValues } from "../../nn/attention/attention.ts";
import { resolveMask, validKeys } from "../../nn/attention/mask.ts";
import type { ResolvedMask } from "../../nn/attention/mask.ts";
import { encodeRows } from "../../lab/text/index.ts";
import type { TokenRows } from "../../lab/text/index.ts";

/** Keys and values [B, H, L, dh] of a layer for the query's tokens, and which of them are padding. */
interface QueryKeys extends KeysAndValues {
  readonly mask: ResolvedMask;
}

interface Interaction {
  /** Of each candidate, [B, N, k, d]. */
  readonly embeddings: Tensor;
  /** Of the query as each candidate reads it, [B, N, d]; null before the first interaction. */
  readonly state: Tensor | null;
}

export interface Ablation {
  /** Whether candidates read the query; default true. */
  readonly enricher?: boolean;
  /** Whether each candidate collects a state of the query; default true. Without it all meet the query's [CLS]. */
  readonly aggregator?: boolean;
}

/** What stands beside one layer of the encoder: 9,448,704 parameters at BERT-base. */
export class InteractionLayer extends Module {
  /** Projections and the part after attention for candidates: a copy of the encoder's layer to begin with. */
  readonly block: EncoderBlock;
  /** From hints to queries of the state. */
  readonly state: Linear;
  readonly gate: Linear;

  /** Begins with the weights of the encoder's layer: in the block, and its query projection for the state's. */
  constructor(width: number, layer: PlainLayer, random: RandomStream) {
    super();
    const { attention, feedForward: { up, activation }, feedForwardNorm: { eps } } = layer;
    this.block = new EncoderBlock({ random: random.child("block"), width, heads: attention.heads, feedForward: { hidden: up.weight.dim(0), activation }, normPlace: "post", eps });
    this.block.loadStateDict(layer.stateDict());
    this.state = new Linear(width, width, { random: random.child("state") });
    this.state.loadStateDict(attention.query.stateDict());
    this.gate = new Linear(3 * width, width, { random: random.child("gate") });
  }

  forward(query: QueryKeys, { embeddings, state }: Interaction, mode: Mode, { enricher = true, aggregator = true }: Ablation): Interaction {
    const hint = embeddings.mean(2); // [B, N, d]
    return { embeddings: enricher ? this.enrich(query, embeddings, mode) : embeddings, state: aggregator ? this.aggregate(query, hint, state, mode) : state };
  }

  /** Every vector of a candidate attends to the query's tokens and to the vectors of its own candidate, in one softmax. */
  private enrich({ keys, values, mask }: QueryKeys, embeddings: Tensor, mode: Mode): Tensor {
    const [batch, count, codes, width] = embeddings.shape as [number, number, number, number];
    const { attention } = this.block;
    const flat = embeddings.reshape([batch, count * codes, width]);
    const byHead = (x: Tensor): Tensor => splitHeads(x, attention.heads); // [B, H, N k, dh]
    const queries = byHead(attention.query.forward(flat));
    const own = (x: Tensor): Tensor => x.reshape([batch, attention.heads, count, codes, attention.headWidth]);
    const [ownKeys, ownValues] = [own(byHead(attention.key.forward(flat))), own(byHead(attention.value.forward(flat)))];
    const alpha = attention.headWidth ** -0.5;
    const toQuery = hidden(matmul(queries, keys, { transB: true, alpha }), mask); // [B, H, N k, L]
    const toOwn = matmul(own(queries), ownKeys, { transB: true, alpha }).reshape([batch, attention.heads, count * codes, codes]);
    const shares = concat([toQuery, toOwn], -1).softmax();
    const length = keys.dim(2);
    const ofQuery = matmul(shares.sliceAxis(-1, 0, length), values);
    const ofOwn = matmul(shares.sliceAxis(-1, length, length + codes).reshape([batch, attention.heads, count, codes, codes]), ownValues).reshape(ofQuery.shape);
    const read = attention.output.forward(mergeHeads(ofQuery.add(ofOwn))); // [B, N k, d]
    return this.finish(normed(this.block, flat.add(read)), mode).reshape(embeddings.shape);
  }

  /** A candidate's hint attends to the query's tokens; how much of what it finds is taken, the gate says. */
  private aggregate({ keys, values, mask }: QueryKeys, hint: Tensor, state: Tensor | null, mode: Mode): Tensor {
    const { attention } = this.block;
    const scores = hidden(matmul(splitHeads(this.state.forward(hint), attention.heads), keys, { transB: true, alpha: attention.headWidth ** -0.5 }), mask);
    const found = attention.output.forward(mergeHeads(matmul(scores.softmax(), values))); // [B, N, d]
    const old = state ?? found.mul(0);
    const gate = sigmoid(this.gate.forward(concat([hint, found, old], -1)));
    return this.finish(normed(this.block, gate.mul(found).add(old.sub(gate.mul(old)))), mode);
  }

  private finish(x: Tensor, mode: Mode): Tensor {
    return this.block.feedForwardNorm.forward(x.add(this.block.feedForward.forward(x, mode)));
  }
}

/** A layer as BERT has it. */
type PlainLayer = EncoderBlock & { readonly feedForward: FeedForward };
const isPlain = (block: Module | undefined): block is PlainLayer => block instanceof EncoderBlock && block.normPlace === "post" && block.feedForward instanceof FeedForward;

const hidden = (scores: Tensor, { bias }: ResolvedMask): Tensor => (bias === null ? scores : scores.add(bias));
const normed = ({ attentionNorm }: EncoderBlock, x: Tensor): Tensor => attentionNorm?.forward(x) ?? x;

export interface MixEncoderOptions {
  readonly random: RandomStream;
  /** A post-norm encoder of plain layers. Trained on in place. */
  readonly encoder: TextEncoder;
  readonly width: number;
  /** Vectors of a candidate, k; default 1. */
  readonly codes?: number;
  /** Layers that have an interaction, from 0; default the last. */
  readonly interactions?: readonly number[];
  readonly ablation?: Ablation;
}

export class MixEncoder extends Module {
  readonly encoder: TextEncoder;
  readonly codes: CodePool;
  readonly interactions: readonly InteractionLayer[];
  private readonly places: readonly number[];
  private readonly ablation: Ablation;

  constructor({ random, encoder, width, codes = 1, interactions = [encoder.encoder.blocks.length - 1], ablation = {} }: MixEncoderOptions) {
    super();
    const { blocks } = encoder.encoder;
    this.encoder = encoder;
    this.codes = new CodePool(width, { random: random.child("codes"), codes });
    this.places = interactions;
    this.ablation = ablation;
    this.interactions = interactions.map((place, i) => {
      const block = blocks[place];
      if (!isPlain(block) || (i > 0 && place <= (interactions[i - 1] as number))) throw new RangeError(`MixEncoder: interactions: expected ascending numbers of post-norm layers from 0 to ${blocks.length - 1}, got ${interactions.join(", ")}`);
      return new InteractionLayer(width, block, random.child("interaction", place));
    });
  }

  /** Candidates [n, L] -> their vectors [n, k, d]: what is stored. */
  precompute(rows: TokenRows, mode: Mode): Tensor {
    return this.codes.forward(encodeRows(this.encoder, rows, mode).output, rows.valid);
  }

  /** Queries [B, L] against N stored candidates of their own, [B, N, k, d], or the same for all, [1, N, k, d] -> scores [B, N]. */
  score(query: TokenRows, stored: Tensor, mode: Mode): Tensor {
    const known: KeysAndValues[] = [];
    const { output } = encodeRows(this.encoder, query, mode, { observe: (result) => known.push(result) });
    const [batch, length] = query.ids.shape as [number, number];
    const mask = resolveMask(validKeys(query.valid), { queries: 1, keys: length });
    const embeddings = stored.expand([batch, ...stored.shape.slice(1)]);
    const met = this.places.reduce<Interaction>((current, place, i) => (this.interactions[i] as InteractionLayer).forward({ ...(known[place] as KeysAndValues), mask }, current, mode, this.ablation), { embeddings, state: null });
    const state = met.state ?? pool(output, "first").unsqueeze(1);
    return met.embeddings.mean(2).mul(state).sum(-1);
  }

  /** Queries [B, Lq] with N candidates each, [B * N, Ld] -> [B, N]. */
  forward(query: TokenRows, candidates: TokenRows, mode: Mode): Tensor {
    const stored = this.precompute(candidates, mode);
    return this.score(query, stored.reshape([query.ids.dim(0), -1, stored.dim(1), stored.dim(2)]), mode);
  }
}
