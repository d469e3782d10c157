/**
 * MP3 (arXiv 2207.07611, section 3): a transformer without positions is asked where each of its tokens came from.
 *
 * All L tokens ask; keys and values come from a random context only, the same in every layer, so the task cannot be
 * solved by matching neighbours alone. The order of the tokens carries nothing: the model is equivariant to it.
 */
import { arange, concat, hostArray, Parameter, tensor } from "../../engine/index.ts";
import type { RandomStream, Tensor } from "../../engine/index.ts";
import { gatherTokens, init, Linear, Module, stackFrames, TransformerEncoder, VisionTransformer } from "../../nn/index.ts";
import type { EncoderOptions, Mode } from "../../nn/index.ts";
import { crossEntropy } from "../../objectives/index.ts";
import type { PictureEncoder } from "../../lab/index.ts";

/** Tokens without positions and the stack that reads them: pictures through VisionTransformer, frames through FrameEncoder. */
export interface TokenEncoder extends Module {
  embed(input: Tensor): Tensor;
  readonly encoder: TransformerEncoder;
}

export interface FrameEncoderOptions extends EncoderOptions {
  /** Values of a frame, and frames that make one token. */
  readonly bands: number;
  readonly stack: number;
}

/** Frames [B, T, bands] as T / stack tokens. Norms have eps 1e-6, as those of VisionTransformer. */
export class FrameEncoder extends Module implements TokenEncoder {
  readonly projection: Linear;
  readonly encoder: TransformerEncoder;
  readonly stack: number;

  constructor(options: FrameEncoderOptions) {
    super();
    const { random, bands, stack, width } = options;
    this.projection = new Linear(bands * stack, width, { random: random.child("projection"), init: init.xavierUniform(random.child("projection", "weight")) });
    this.encoder = new TransformerEncoder({ ...options, eps: options.eps ?? 1e-6, random: random.child("encoder") });
    this.stack = stack;
  }

  embed(frames: Tensor): Tensor {
    return this.projection.forward(stackFrames(frames, this.stack));
  }
}

export interface PositionPredictorOptions<E extends TokenEncoder = TokenEncoder> {
  readonly random: RandomStream;
  readonly encoder: E;
  readonly width: number;
  /** Places to tell apart: L. */
  readonly places: number;
  /**
   * What the context offers as keys: its tokens as they develop from layer to layer, as masked attention has it, or its
   * embeddings, the same in every layer. Default "evolving".
   */
  readonly context?: "evolving" | "frozen";
  /** Targets spread over neighbouring places, q_j ~ exp(-(i - j)^2 / smoothing^2), for frames; default none. */
  readonly smoothing?: number;
}

export class PositionPredictor<E extends TokenEncoder = TokenEncoder> extends Module {
  readonly encoder: E;
  readonly head: Linear;
  private readonly frozen: boolean;
  private readonly targets: Tensor;

  constructor({ random, encoder, width, places, context = "evolving", smoothing }: PositionPredictorOptions<E>) {
    super();
    this.encoder = encoder;
    this.head = new Linear(width, places, { random: random.child("head"), init: init.xavierUniform(random.child("head", "weight")) });
    this.frozen = context === "frozen";
    this.targets = smoothing === undefined ? arange(places) : tensor(smoothPlaces(places, smoothing));
  }

  /** Logits of the place of every token, [B, L, L]. `context` [B, K] int32 are the tokens that serve as keys; default all. */
  logits(input: Tensor, mode: Mode, context?: Tensor): Tensor {
    const tokens = this.encoder.embed(input); // [B, L, d]
    const encoded = this.frozen && context !== undefined ? this.readFrozen(tokens, context, mode) : this.encoder.encoder.forward(tokens, mode, { keyIds: context }).output;
    return this.head.forward(encoded);
  }

  /** Cross-entropy over all tokens, those of the context included, and the share of tokens whose place is right. `weights` [B, L] pick the tokens that count. */
  objective(input: Tensor, mode: Mode, context?: Tensor, weights?: Tensor): { readonly loss: Tensor; readonly accuracy: Tensor } {
    const logits = this.logits(input, mode, context);
    const target = this.targets.rank === 1 ? this.targets.expand(logits.shape.slice(0, 2)) : this.targets.expand(logits.shape);
    return crossEntropy(logits, target, { weights });
  }

  /** Every layer runs on [embeddings of the context; tokens], with the former as keys and the latter asking. */
  private readFrozen(tokens: Tensor, context: Tensor, mode: Mode): Tensor {
    const keys = gatherTokens(tokens, context);
    const [batch, kept, length] = [tokens.dim(0), keys.dim(1), tokens.dim(1)];
    const keyIds = arange(kept).expand([batch, kept]);
    const queryIds = arange(length).add(kept).expand([batch, length]);
    const { blocks, norm } = this.encoder.encoder;
    const output = blocks.reduce((x, block) => block.forward(concat([keys, x], 1), mode, { keyIds, queryIds }), tokens);
    return norm?.forward(output) ?? output;
  }
}

/** Rows q_i over places, [places, places]. */
function smoothPlaces(places: number, width: number): ReturnType<typeof hostArray> {
  const rows = Array.from({ length: places }, (_, i) => {
    const row = Array.from({ length: places }, (_, j) => Math.exp(-(((i - j) / width) ** 2)));
    const total = row.reduce((a, b) => a + b, 0);
    return row.map((value) => value / total);
  });
  return hostArray(Float32Array.from(rows.flat()), [places, places]);
}

/** An encoder ready for fine-tuning: full attention, mean of the patch tokens, and positions if they are wanted. */
export class TransferEncoder extends Module implements PictureEncoder {
  readonly encoder: VisionTransformer;
  /** Learned, zero at first, added to the patch embeddings: [N, d]; null for none beyond the encoder's own. */
  readonly positions: Parameter | null;

  constructor(encoder: VisionTransformer, width: number, { positions = false }: { readonly positions?: boolean } = {}) {
    super();
    this.encoder = encoder;
    this.positions = positions ? new Parameter([encoder.patches, width], init.zeros) : null;
  }

  features(images: Tensor, mode: Mode): Tensor {
    const { output } = this.encoder.forward(images, mode, { added: this.positions ?? undefined });
    const patches = this.encoder.classToken === null ? output : output.sliceAxis(1, 1, output.dim(1));
    return patches.mean(1);
  }
}
