/** Batch normalisation (arXiv 1502.03167) of the channels of [B, C, ..], with running statistics for evaluation. */
import { applyStatistics, batchNorm, Parameter } from "../engine/index.ts";
import type { Tensor } from "../engine/index.ts";
import { ones, zeros } from "./init.ts";
import { Module } from "./module.ts";
import type { Mode } from "./module.ts";

export interface BatchNormOptions {
  /** Added to the variance; default 1e-5. */
  readonly eps?: number;
  /** Share of the newest batch in the running statistics; default 0.1. */
  readonly momentum?: number;
  /** Whether a learned scale and shift follow; default true. */
  readonly affine?: boolean;
}

/**
 * Training normalises by the batch and, inside `compile`, moves the running statistics towards it, once for each call
 * of `forward`; evaluation normalises by the running statistics. Names are those of PyTorch checkpoints, whose counter
 * `num_batches_tracked` is not kept.
 */
export class BatchNorm extends Module {
  readonly weight: Parameter | null;
  readonly bias: Parameter | null;
  readonly running_mean: Parameter;
  /** Collects the variance with n - 1 in the denominator, as PyTorch does. */
  readonly running_var: Parameter;
  readonly eps: number;
  readonly momentum: number;

  constructor(channels: number, { eps = 1e-5, momentum = 0.1, affine = true }: BatchNormOptions = {}) {
    super();
    this.weight = affine ? new Parameter([channels], ones) : null;
    this.bias = affine ? new Parameter([channels], zeros) : null;
    this.running_mean = new Parameter([channels], zeros, { trainable: false });
    this.running_var = new Parameter([channels], ones, { trainable: false });
    this.eps = eps;
    this.momentum = momentum;
  }

  /** x [B, C, ..]; mask bool [B, ..], true = a real position, the only ones that enter the statistics. */
  forward(x: Tensor, mode: Mode, mask?: Tensor): Tensor {
    const affine = { scale: this.weight ?? undefined, bias: this.bias ?? undefined, epsilon: this.eps };
    if (!mode.train) return applyStatistics(x, { ...affine, mean: this.running_mean, variance: this.running_var });
    const { output, mean, unbiasedVariance } = batchNorm(x, { ...affine, mask });
    const towards = (batch: Tensor) => (value: Tensor) => value.mul(1 - this.momentum).add(batch.mul(this.momentum));
    this.running_mean.update(towards(mean));
    this.running_var.update(towards(unbiasedVariance));
    return output;
  }
}
