/**
 * Disentangled attention (DeBERTa, arXiv 2006.03654, section 3.1): scores of content with content, content with relative
 * position and position with content, each from its own product.
 */
import { arange, gather, hostArray, Parameter, takeAlongAxis, tensor } from "../../engine/index.ts";
import type { RandomStream, Tensor } from "../../engine/index.ts";
import { dropout } from "../dropout.ts";
import { normal } from "../init.ts";
import { Linear } from "../linear.ts";
import { Module } from "../module.ts";
import type { Mode } from "../module.ts";
import { makeNorm } from "../norm.ts";
import type { Norm } from "../norm.ts";
import { attend } from "./attend.ts";
import { mergeHeads, splitHeads } from "./heads.ts";
import type { Mask } from "./mask.ts";

/** Vectors of relative positions, and which one stands between a query and a key. */
export interface RelativePositions {
  /** [2 span, d] */
  readonly vectors: Tensor;
  /** int32 [L, L] */
  readonly index: Tensor;
}

/**
 * Bucket of query minus key: itself up to half of `span`, then logarithmic, so that distance `longest` - 1 gets the last
 * bucket. Without buckets (`span` equal to `longest`) the distance itself.
 */
export function logBucket(distance: number, span: number, longest: number): number {
  const middle = Math.floor(span / 2);
  const size = Math.abs(distance);
  if (span >= longest || size <= middle) return distance;
  return Math.sign(distance) * (Math.ceil((Math.log(size / middle) / Math.log((longest - 1) / middle)) * (middle - 1)) + middle);
}

export interface RelativeVectorsOptions {
  readonly random: RandomStream;
  readonly width: number;
  /** Buckets on either side. */
  readonly span: number;
  /** Distance from which all share the last bucket. */
  readonly longest: number;
  /** Whether the vectors are normalised before use. */
  readonly norm: boolean;
  readonly eps?: number;
}

/** The table that all layers read, [2 span, d]. */
export class RelativeVectors extends Module {
  readonly weight: Parameter;
  readonly norm: Norm | null;
  private readonly longest: number;
  private readonly placeOfOffset: Tensor;

  constructor({ random, width, span, longest, norm, eps }: RelativeVectorsOptions) {
    super();
    this.weight = new Parameter([2 * span, width], normal(random.child("weight"), 0.02));
    this.norm = norm ? makeNorm("layer", width, { eps }) : null;
    this.longest = longest;
    const place = (offset: number): number => Math.min(Math.max(logBucket(offset, span, longest) + span, 0), 2 * span - 1);
    this.placeOfOffset = tensor(hostArray(Int32Array.from({ length: 2 * longest + 1 }, (_, i) => place(i - longest)), [2 * longest + 1]));
  }

  forward(length: number): RelativePositions {
    const places = arange(length);
    const offset = places.unsqueeze(1).sub(places.unsqueeze(0)).minimum(this.longest).maximum(-this.longest).add(this.longest);
    return { vectors: this.norm?.forward(this.weight) ?? this.weight, index: gather(this.placeOfOffset, offset) };
  }
}

export interface DisentangledOptions {
  readonly random: RandomStream;
  readonly heads: number;
  readonly contentToPosition: boolean;
  readonly positionToContent: boolean;
  /** Whether positions are mapped by the projections of the content. */
  readonly sharedProjections: boolean;
  readonly dropout?: number;
}

/** x [B, L, d] -> [B, L, d] */
export class DisentangledAttention extends Module {
  readonly query: Linear;
  readonly key: Linear;
  readonly value: Linear;
  readonly output: Linear;
  readonly positionKey: Linear | null;
  readonly positionQuery: Linear | null;
  readonly options: DisentangledOptions;

  constructor(width: number, options: DisentangledOptions) {
    super();
    const { random, heads, contentToPosition, positionToContent, sharedProjections } = options;
    if (width % heads !== 0) throw new RangeError(`DisentangledAttention: width ${width} does not divide into ${heads} heads`);
    const map = (name: string): Linear => new Linear(width, width, { random: random.child(name) });
    this.query = map("query");
    this.key = map("key");
    this.value = map("value");
    this.output = map("output");
    this.positionKey = contentToPosition && !sharedProjections ? map("positionKey") : null;
    this.positionQuery = positionToContent && !sharedProjections ? map("positionQuery") : null;
    this.options = options;
  }

  forward(x: Tensor, { vectors, index }: RelativePositions, mode: Mode, mask?: Mask): Tensor {
    const { heads, contentToPosition, positionToContent, dropout: rate = 0 } = this.options;
    const [batch, length, width] = x.shape as [number, number, number];
    const [q, k, v] = [this.query, this.key, this.value].map((map) => splitHeads(map.forward(x), heads)) as [Tensor, Tensor, Tensor]; // [B, H, L, dh]
    // Each kind of score adds as much variance as the first.
    const scale = ((width / heads) * (1 + Number(contentToPosition) + Number(positionToContent))) ** -0.5;
    const between = index.reshape([1, 1, length, length]).expand([batch, heads, length, length]);
    const ofPositions = (map: Linear): Tensor => splitHeads(map.forward(vectors).unsqueeze(0), heads); // [1, H, 2 span, dh]
    const toPosition = contentToPosition ? takeAlongAxis(q.matmul(ofPositions(this.positionKey ?? this.key), { transB: true, alpha: scale }), between) : null;
    // Key j meets the position of i as seen from it: the same place of the table, read with i and j exchanged.
    const fromPosition = positionToContent ? takeAlongAxis(k.matmul(ofPositions(this.positionQuery ?? this.query), { transB: true, alpha: scale }), between.transpose([0, 1, 3, 2])).transpose([0, 1, 3, 2]) : null;
    const bias = [toPosition, fromPosition].filter((term) => term !== null).reduce<Tensor | undefined>((sum, term) => sum?.add(term) ?? term, undefined);
    const { output } = attend(q, k, v, { scale, bias, mask, onWeights: (weights) => dropout(weights, rate, mode) });
    return this.output.forward(mergeHeads(output));
  }
}
