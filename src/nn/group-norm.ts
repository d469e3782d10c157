/** Group normalisation (arXiv 1803.08494) of the channels of [B, C, ..]. */
import { groupNorm, Parameter } from "../engine/index.ts";
import type { Tensor } from "../engine/index.ts";
import { ones, zeros } from "./init.ts";
import { Module } from "./module.ts";

export interface GroupNormOptions {
  /** Added to the variance; default 1e-5. */
  readonly eps?: number;
  /** Whether a learned scale and shift for each channel follow; default true. */
  readonly affine?: boolean;
}

/** Each group of channels of each sample is normalised by its own mean and variance. As many groups as channels is instance normalisation. */
export class GroupNorm extends Module {
  readonly weight: Parameter | null;
  readonly bias: Parameter | null;
  readonly groups: number;
  readonly eps: number;

  constructor(groups: number, channels: number, { eps = 1e-5, affine = true }: GroupNormOptions = {}) {
    super();
    if (channels % groups !== 0) throw new RangeError(`GroupNorm: ${channels} channels do not divide into ${groups} groups`);
    this.weight = affine ? new Parameter([channels], ones) : null;
    this.bias = affine ? new Parameter([channels], zeros) : null;
    this.groups = groups;
    this.eps = eps;
  }

  forward(x: Tensor): Tensor {
    return groupNorm(x, this.groups, { scale: this.weight ?? undefined, bias: this.bias ?? undefined, epsilon: this.eps });
  }
}
