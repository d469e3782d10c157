/** Reversible instance normalisation of time series (RevIN, Kim et al. 2022): each series is standardised before the model and restored after it. */
import { Parameter } from "../engine/index.ts";
import type { Tensor } from "../engine/index.ts";
import { ones, zeros } from "./init.ts";
import { Module } from "./module.ts";

export interface ReversibleNormOptions {
  /** Default 1e-5. */
  readonly eps?: number;
  /** Learned scale and shift of each channel; default true. */
  readonly affine?: boolean;
}

export interface Reversible {
  /** [B, T, C] with mean 0 and variance 1 over time, then scaled and shifted. */
  readonly normalized: Tensor;
  /** Takes predictions [B, T', C] back to the range of the input. */
  readonly restore: (y: Tensor) => Tensor;
}

/** x [B, T, C]; statistics over T for each example and channel, biased variance. */
export class ReversibleNorm extends Module {
  readonly weight: Parameter | null;
  readonly bias: Parameter | null;
  readonly eps: number;

  constructor(channels: number, { eps = 1e-5, affine = true }: ReversibleNormOptions = {}) {
    super();
    this.weight = affine ? new Parameter([channels], ones) : null;
    this.bias = affine ? new Parameter([channels], zeros) : null;
    this.eps = eps;
  }

  forward(x: Tensor): Reversible {
    const { weight, bias, eps } = this;
    const mean = x.mean(1, { keepDims: true });
    const deviation = x.variance(1, { keepDims: true }).add(eps).sqrt();
    const standard = x.sub(mean).div(deviation);
    const normalized = weight === null || bias === null ? standard : standard.mul(weight).add(bias);
    const restore = (y: Tensor): Tensor => (weight === null || bias === null ? y : y.sub(bias).div(weight)).mul(deviation).add(mean);
    return { normalized, restore };
  }
}
