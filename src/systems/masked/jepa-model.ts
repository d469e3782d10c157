/**
 * The joint-embedding predictive architecture (I-JEPA, arXiv 2301.08243) and its predictor with stochastic positions
 * (StoP, arXiv 2308.00566): from the encoded context of a picture to a slowly moving teacher's features of hidden blocks.
 */
import { concat, gather, layerNorm, Parameter, stopGradient, tensor } from "../../engine/index.ts";
import type { RandomStream, Tensor } from "../../engine/index.ts";
import { gatherTokens, init, Linear, Module, sinCos2d, TransformerEncoder, VisionTransformer } from "../../nn/index.ts";
import type { Mode } from "../../nn/index.ts";
import { regression } from "../../objectives/index.ts";
import type { StackSize } from "./masked-autoencoder.ts";

/** What a query knows of the place it asks about. */
export type PositionNoise =
  /** Its exact code and a learned mask token: I-JEPA. */
  | { readonly kind: "none" }
  /** The code plus noise of the encoder's width through the map that also carries the context: StoP. */
  | { readonly kind: "tied"; readonly sigma: number }
  /** The same through a map of its own, which may shrink to nothing. */
  | { readonly kind: "untied"; readonly sigma: number };

export interface JepaOptions {
  readonly random: RandomStream;
  /** Side of the picture and of a patch, pixels. */
  readonly image: number;
  readonly patch: number;
  readonly encoder: StackSize;
  readonly predictor: StackSize;
  readonly positionNoise: PositionNoise;
}

export interface JepaBatch {
  /** [B, 3, image, image] */
  readonly images: Tensor;
  /** [B, K] int32 */
  readonly context: Tensor;
  /** [B, M, T] int32: M target blocks of T tokens. */
  readonly targets: Tensor;
}

export interface JepaPredictorOptions extends StackSize {
  readonly random: RandomStream;
  readonly encoderWidth: number;
  /** Patches along one side. */
  readonly side: number;
  readonly positionNoise: PositionNoise;
}

/** Fills in target features of the encoder's width from context features; each target block on its own. */
export class JepaPredictor extends Module {
  /** A and b: from the encoder's width to the predictor's. */
  readonly embed: Linear;
  /** Of I-JEPA only; with noise the bias of the map takes its part. */
  readonly maskToken: Parameter | null;
  /** The untied map of the noise; starts with the values of `embed`. */
  readonly noise: Linear | null;
  readonly body: TransformerEncoder;
  readonly head: Linear;
  readonly positionNoise: PositionNoise;
  private readonly codes: Tensor;

  constructor({ random, encoderWidth, side, positionNoise, ...size }: JepaPredictorOptions) {
    super();
    const { width } = size;
    const map = (name: string, from: number, to: number): Linear => new Linear(from, to, { random: random.child(name), init: init.xavierUniform(random.child(name, "weight")) });
    this.embed = map("embed", encoderWidth, width);
    this.maskToken = positionNoise.kind === "none" ? new Parameter([width], init.normal(random.child("maskToken"), 0.02)) : null;
    this.noise = positionNoise.kind === "untied" ? map("embed", encoderWidth, width) : null;
    this.body = new TransformerEncoder({ ...size, random: random.child("body"), eps: 1e-6, init: init.xavierUniform });
    this.head = map("head", width, encoderWidth);
    this.positionNoise = positionNoise;
    this.codes = tensor(sinCos2d(side, side, width));
  }

  /** c_i = A s_i + b + psi_i for context features [B, K, De] at `ids` [B, K]: [B, K, Dp]. */
  project(context: Tensor, ids: Tensor): Tensor {
    return this.embed.forward(context).add(gather(this.codes, ids));
  }

  /** Queries for the places `ids` [B, T], [B, T, Dp]. Noise is fresh for each token; without a random source it is zero. */
  queries(ids: Tensor, mode: Mode): Tensor {
    const codes = gather(this.codes, ids);
    if (this.positionNoise.kind === "none") return codes.add(this.maskToken as Parameter);
    const map = this.noise ?? this.embed;
    const { sigma } = this.positionNoise;
    if (mode.random === undefined || sigma === 0) return codes.add(map.bias as Parameter);
    const noise = mode.random.normal([...ids.shape, map.weight.dim(1)]).mul(sigma); // n in R^De
    return codes.add(map.forward(noise));
  }

  /** Projected context [B, K, Dp] and queries [B, T, Dp] -> predictions [B, T, De]. */
  decode(context: Tensor, queries: Tensor, mode: Mode): Tensor {
    const { output } = this.body.forward(concat([context, queries], 1), mode);
    return this.head.forward(output.sliceAxis(1, context.dim(1), output.dim(1)));
  }

  /** Frobenius norm of the map the noise goes through; of the context's map where there is no noise. */
  noiseNorm(): Tensor {
    return (this.noise ?? this.embed).weight.square().sum().sqrt();
  }
}

/** Student encoder and predictor. The teacher is an encoder of its own, kept outside so that no optimizer sees it. */
export class Jepa extends Module {
  readonly encoder: VisionTransformer;
  readonly predictor: JepaPredictor;

  constructor({ random, image, patch, encoder, predictor, positionNoise }: JepaOptions) {
    super();
    this.encoder = new VisionTransformer({ ...encoder, random: random.child("encoder"), image, patch, classToken: false, init: init.xavierUniform });
    this.predictor = new JepaPredictor({ ...predictor, random: random.child("predictor"), encoderWidth: encoder.width, side: image / patch, positionNoise });
  }

  /** Smooth L1 over all target tokens and features. All blocks of a picture share its context and never see each other. */
  loss({ images, context, targets }: JepaBatch, teacher: VisionTransformer, mode: Mode): Tensor {
    const [batch, blocks, count] = targets.shape as [number, number, number];
    const ids = targets.transpose([1, 0, 2]).reshape([blocks * batch, count]); // block by block
    const seen = this.encoder.forward(images, mode, { keptIds: context }).output; // [B, K, De]
    const projected = this.predictor.project(seen, context);
    const repeated = concat(Array.from({ length: blocks }, () => projected)); // [M B, K, Dp]
    const predictions = this.predictor.decode(repeated, this.predictor.queries(ids, mode), mode); // [M B, T, De]
    const flat = targets.reshape([batch, blocks * count]);
    const wanted = gatherTokens(teacherFeatures(teacher, images, mode), flat).reshape([batch, blocks, count, -1]).transpose([1, 0, 2, 3]);
    return regression(predictions, wanted.reshape(predictions.shape), { kind: "smoothL1" }).loss;
  }
}

/** The teacher's features of the whole picture, each token standardised without affine; no gradient. [B, N, De] */
export const teacherFeatures = (teacher: VisionTransformer, images: Tensor, mode: Mode): Tensor => stopGradient(layerNorm(teacher.forward(images, { ...mode, train: false }).output));
