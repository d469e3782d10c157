/**
 * Inter-block attention (CrossMAE, arXiv 2401.14391, section 3.4): each decoder block reads its own mixture of the
 * encoder's feature maps, Y_j = LN_j(sum_i W[j, i] F_i), with one weight per (block, map) and neither bias nor softmax.
 */
import { concat, matmul, Parameter } from "../../engine/index.ts";
import type { RandomStream, Tensor } from "../../engine/index.ts";
import { xavierUniform } from "../init.ts";
import { Module } from "../module.ts";
import { LayerNorm } from "../norm.ts";

export interface WeightedFeatureMapsOptions {
  readonly random: RandomStream;
  /** Feature maps that are mixed. */
  readonly maps: number;
  /** Mixtures that are made: decoder blocks. */
  readonly mixtures: number;
  readonly width: number;
  /** Default 1e-6. */
  readonly eps?: number;
}

export class WeightedFeatureMaps extends Module {
  /** [mixtures, maps]; Xavier-uniform, as the released code leaves it. */
  readonly weight: Parameter;
  readonly norms: readonly LayerNorm[];

  constructor({ random, maps, mixtures, width, eps = 1e-6 }: WeightedFeatureMapsOptions) {
    super();
    this.weight = new Parameter([mixtures, maps], xavierUniform(random.child("weight")));
    this.norms = Array.from({ length: mixtures }, () => new LayerNorm(width, { eps }));
  }

  /** `maps` tensors [B, L, d] -> `mixtures` tensors [B, L, d]. */
  forward(maps: readonly Tensor[]): Tensor[] {
    const [first] = maps;
    if (first === undefined || maps.length !== this.weight.dim(1)) throw new RangeError(`WeightedFeatureMaps: expected ${this.weight.dim(1)} feature maps, got ${maps.length}`);
    const rows = concat(maps.map((map) => map.reshape([1, map.size]))); // [maps, B * L * d]
    const mixed = matmul(this.weight, rows); // [mixtures, B * L * d]
    return this.norms.map((norm, j) => norm.forward(mixed.sliceAxis(0, j, j + 1).reshape(first.shape)));
  }
}
