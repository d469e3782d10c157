/** The decoder of one output of MultiMAE (arXiv 2204.01678): from the encoder's visible tokens of all modalities to every patch of its own. */
import { concat, Parameter, tensor } from "../../engine/index.ts";
import type { HostArray, RandomStream, Tensor } from "../../engine/index.ts";
import { CrossAttention, FeedForward, gatherTokens, init, LayerNorm, Linear, Module, scatterTokens, TransformerEncoder } from "../../nn/index.ts";
import type { Mode } from "../../nn/index.ts";
import type { StackSize } from "./masked-autoencoder.ts";

export interface ModalityDecoderOptions<M extends string> extends StackSize {
  readonly random: RandomStream;
  /** Width of the encoder. */
  readonly memoryWidth: number;
  /** All modalities that may be among the encoder's tokens. */
  readonly modalities: readonly M[];
  /** The one whose patches are predicted. */
  readonly own: M;
  /** Values predicted for each patch. */
  readonly outputs: number;
  /** Fixed codes of the places, [N, width]. */
  readonly positions: HostArray;
}

/** Which tokens the encoder saw: `kept` [B, K] counts through the patches of the `given` modalities, one modality after another. */
export interface SeenTokens<M extends string> {
  readonly given: readonly M[];
  readonly kept: Tensor;
}

const EPSILON = 1e-6;

export class ModalityDecoder<M extends string> extends Module {
  readonly embed: Linear;
  readonly maskToken: Parameter;
  readonly modalityCodes: Readonly<Record<M, Parameter>>;
  readonly queryNorm: LayerNorm;
  readonly contextNorm: LayerNorm;
  readonly attention: CrossAttention;
  readonly outputNorm: LayerNorm;
  readonly feedForward: FeedForward;
  readonly body: TransformerEncoder;
  readonly head: Linear;
  readonly own: M;
  private readonly codes: Tensor;

  constructor({ random, width, depth, heads, memoryWidth, modalities, own, outputs, positions }: ModalityDecoderOptions<M>) {
    super();
    const map = (name: string, from: number, to: number): Linear => new Linear(from, to, { random: random.child(name), init: init.xavierUniform(random.child(name, "weight")) });
    const token = (...labels: string[]): Parameter => new Parameter([1, 1, width], init.truncatedNormal(random.child(...labels)));
    this.embed = map("embed", memoryWidth, width);
    this.maskToken = token("maskToken");
    this.modalityCodes = Object.fromEntries(modalities.map((modality) => [modality, token("modality", modality)])) as Record<M, Parameter>;
    this.queryNorm = new LayerNorm(width, { eps: EPSILON });
    this.contextNorm = new LayerNorm(width, { eps: EPSILON });
    this.attention = new CrossAttention(width, { random: random.child("attention"), heads, init: init.xavierUniform });
    this.outputNorm = new LayerNorm(width, { eps: EPSILON });
    this.feedForward = new FeedForward(width, { random: random.child("feedForward"), init: init.xavierUniform });
    this.body = new TransformerEncoder({ random: random.child("body"), width, depth, heads, eps: EPSILON, finalNorm: false, init: init.xavierUniform });
    this.head = map("head", width, outputs);
    this.own = own;
    this.codes = tensor(positions);
  }

  /** encoded [B, K + 1, memoryWidth], the global token last -> [B, N, outputs]. */
  forward(encoded: Tensor, mode: Mode, seen: SeenTokens<M>): Tensor {
    const { queries, context } = this.queriesAndContext(encoded, seen);
    const read = this.attention.forward(this.queryNorm.forward(queries), this.contextNorm.forward(context), mode).output; // no residual around it
    const x = read.add(this.feedForward.forward(this.outputNorm.forward(read), mode));
    return this.head.forward(this.body.forward(x, mode).output);
  }

  /**
   * Queries [B, N, d]: the own modality's row, its visible tokens at their places and mask tokens elsewhere. Context
   * [B, K + 1, d]: all visible tokens with the codes of their places and modalities, and the global token without any.
   */
  queriesAndContext(encoded: Tensor, { given, kept }: SeenTokens<M>): { readonly queries: Tensor; readonly context: Tensor } {
    const batch = encoded.dim(0);
    const count = kept.dim(1);
    const places = this.codes.dim(0);
    const tokens = this.embed.forward(encoded); // [B, K + 1, d]
    const visible = tokens.sliceAxis(1, 0, count);
    const codeOf = (modality: M): Tensor => this.modalityCodes[modality].add(this.codes); // [1, N, d]
    const row = scatterTokens(visible, kept, given.length * places, this.maskToken.reshape([-1])).add(concat(given.map(codeOf), 1)); // [B, M N, d]
    const at = given.indexOf(this.own);
    const queries = at >= 0 ? row.sliceAxis(1, at * places, (at + 1) * places) : this.maskToken.add(codeOf(this.own)).expand([batch, places, this.codes.dim(1)]);
    return { queries, context: concat([gatherTokens(row, kept), tokens.sliceAxis(1, count, count + 1)], 1) };
  }
}
