/** Two towers into one space: retrieval, CLIP-type pairs, sentence encoders. */
import { hostArray, Parameter } from "../../engine/index.ts";
import type { RandomStream, Tensor } from "../../engine/index.ts";
import { Linear } from "../linear.ts";
import type { InitFactory } from "../init.ts";
import { Module } from "../module.ts";
import type { Mode } from "../module.ts";

/** Anything that turns a batch into one vector [B, d] for each example. */
export interface Tower<I> extends Module {
  forward(input: I, mode: Mode): Tensor;
}

export interface DualEncoderOptions<Q, P> {
  readonly random: RandomStream;
  readonly query: Tower<Q>;
  /** The same object as `query` ties the towers. */
  readonly passage: Tower<P>;
  /** Width of the common space, reached from each tower's width by a Linear without bias. Absent: towers meet as they are. */
  readonly projection?: { readonly width: number; readonly queryWidth: number; readonly passageWidth: number };
  /** Starting temperature; the scale 1 / temperature is learned as its logarithm. Default 0.07. */
  readonly temperature?: number;
  readonly learnedTemperature?: boolean;
  /** Whether vectors are scaled to unit length; default true. */
  readonly normalize?: boolean;
  readonly init?: InitFactory;
}

export interface DualEncoded {
  /** [Bq, D] */
  readonly query: Tensor;
  /** [Bp, D] */
  readonly passage: Tensor;
  /** Factor on similarities, at most 100: []. */
  readonly scale: Tensor;
}

export class DualEncoder<Q, P> extends Module {
  readonly query: Tower<Q>;
  readonly passage: Tower<P>;
  readonly queryProjection: Linear | null;
  readonly passageProjection: Linear | null;
  /** ln(1 / temperature) */
  readonly logitScale: Parameter;
  readonly normalize: boolean;

  constructor({ random, query, passage, projection, temperature = 0.07, learnedTemperature = true, normalize = true, init }: DualEncoderOptions<Q, P>) {
    super();
    const map = (name: string, from: number, to: number): Linear => new Linear(from, to, { random: random.child(name), bias: false, init: init?.(random.child(name, "weight")) });
    this.query = query;
    this.passage = passage;
    const tied = (query as Module) === (passage as Module);
    this.queryProjection = projection === undefined ? null : map("queryProjection", projection.queryWidth, projection.width);
    this.passageProjection = projection === undefined ? null : tied ? this.queryProjection : map("passageProjection", projection.passageWidth, projection.width);
    this.logitScale = new Parameter([], hostArray(Float32Array.of(Math.log(1 / temperature)), []), { trainable: learnedTemperature });
    this.normalize = normalize;
  }

  forward(inputs: { readonly query: Q; readonly passage: P }, mode: Mode): DualEncoded {
    return { query: this.encodeQuery(inputs.query, mode), passage: this.encodePassage(inputs.passage, mode), scale: this.logitScale.exp().minimum(100) };
  }

  encodeQuery(input: Q, mode: Mode): Tensor {
    return this.finish(this.query.forward(input, mode), this.queryProjection);
  }

  encodePassage(input: P, mode: Mode): Tensor {
    return this.finish(this.passage.forward(input, mode), this.passageProjection);
  }

  private finish(vectors: Tensor, projection: Linear | null): Tensor {
    const projected = projection?.forward(vectors) ?? vectors;
    return this.normalize ? projected.l2Normalize() : projected;
  }
}
