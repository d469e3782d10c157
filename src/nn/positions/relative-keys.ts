/** Relative position representations on the key side (arXiv 1803.02155): score += q . a(label) with the scale of the rest. */
import { arange, matmul, Parameter, takeAlongAxis } from "../../engine/index.ts";
import type { RandomStream, Tensor } from "../../engine/index.ts";
import { truncatedNormal } from "../init.ts";
import type { InitFactory } from "../init.ts";
import { Module } from "../module.ts";

export interface RelativeKeysOptions {
  readonly random: RandomStream;
  readonly headWidth: number;
  /** Offsets farther than this share a label. */
  readonly maxDistance: number;
  /** Labels beyond those of offsets, for pairs that are related in another way. Default 0. */
  readonly extraLabels?: number;
  readonly init?: InitFactory;
}

/** Table [2 maxDistance + 1 + extraLabels, dh], shared by heads; layers may share the module. */
export class RelativeKeys extends Module {
  readonly weight: Parameter;
  readonly maxDistance: number;

  constructor({ random, headWidth, maxDistance, extraLabels = 0, init = truncatedNormal }: RelativeKeysOptions) {
    super();
    this.weight = new Parameter([2 * maxDistance + 1 + extraLabels, headWidth], init(random.child("weight")));
    this.maxDistance = maxDistance;
  }

  /** Labels of key minus query, clipped, int32 [queries, keys]; queries are the last positions. */
  labels(queries: number, keys: number = queries): Tensor {
    const offset = arange(keys).unsqueeze(0).sub(arange(queries).add(keys - queries).unsqueeze(1));
    return offset.minimum(this.maxDistance).maximum(-this.maxDistance).add(this.maxDistance);
  }

  /** Queries [B, H, Lq, dh] and labels [Lq, Lk] -> what Attention adds to the scores, [B, H, Lq, Lk]. */
  forward(queries: Tensor, labels: Tensor): Tensor {
    const byLabel = matmul(queries, this.weight, { transB: true, alpha: 1 / Math.sqrt(queries.dim(-1)) }); // [B, H, Lq, labels]
    return takeAlongAxis(byLabel, labels.expand([...queries.shape.slice(0, 2), ...labels.shape]), -1);
  }
}
