/** Layer normalisation (arXiv 1607.06450) and its root-mean-square form (arXiv 1910.07467). */
import { layerNorm, Parameter, rmsNorm, transpose } from "../engine/index.ts";
import type { Tensor } from "../engine/index.ts";
import { ones, zeros } from "./init.ts";
import { Module } from "./module.ts";

export interface NormOptions {
  /** Added to the variance (mean square); default 1e-5. */
  readonly eps?: number;
  /** Whether a learned scale (and, for LayerNorm, shift) follows; default true. */
  readonly affine?: boolean;
  /** Axis that is normalised; default the last. `1` for channels of [B, C, T]. */
  readonly axis?: number;
}

export interface LayerNormOptions extends NormOptions {
  /** Whether the affine part has a shift; default true. */
  readonly bias?: boolean;
}

/** Applies a last-axis function along another axis. */
function along(x: Tensor, axis: number, fn: (x: Tensor) => Tensor): Tensor {
  const at = axis < 0 ? axis + x.rank : axis;
  if (at === x.rank - 1) return fn(x);
  const swap = x.shape.map((_, i) => (i === at ? x.rank - 1 : i === x.rank - 1 ? at : i));
  return transpose(fn(transpose(x, swap)), swap);
}

/** (x - mean) / sqrt(variance + eps) * weight + bias over one axis of extent `width`; biased variance. */
export class LayerNorm extends Module {
  readonly weight: Parameter | null;
  readonly bias: Parameter | null;
  readonly eps: number;
  readonly axis: number;

  constructor(width: number, { eps = 1e-5, affine = true, bias = true, axis = -1 }: LayerNormOptions = {}) {
    super();
    this.weight = affine ? new Parameter([width], ones) : null;
    this.bias = affine && bias ? new Parameter([width], zeros) : null;
    this.eps = eps;
    this.axis = axis;
  }

  forward(x: Tensor): Tensor {
    return along(x, this.axis, (y) => layerNorm(y, this.weight ?? undefined, this.bias ?? undefined, this.eps));
  }
}

/** x / sqrt(mean(x^2) + eps) * weight over one axis of extent `width`. */
export class RMSNorm extends Module {
  readonly weight: Parameter | null;
  readonly eps: number;
  readonly axis: number;

  constructor(width: number, { eps = 1e-5, affine = true, axis = -1 }: NormOptions = {}) {
    super();
    this.weight = affine ? new Parameter([width], ones) : null;
    this.eps = eps;
    this.axis = axis;
  }

  forward(x: Tensor): Tensor {
    return along(x, this.axis, (y) => rmsNorm(y, this.weight ?? undefined, this.eps));
  }
}

/**
 * (x - mean) / (deviation + eps) * weight + bias, with the unbiased deviation and eps outside the root: the norm of UER
 * (arXiv 1909.05658), which scales a little less than LayerNorm.
 */
export class DeviationNorm extends Module {
  readonly weight: Parameter | null;
  readonly bias: Parameter | null;
  readonly eps: number;
  readonly axis: number;

  constructor(width: number, { eps = 1e-6, affine = true, axis = -1 }: NormOptions = {}) {
    super();
    this.weight = affine ? new Parameter([width], ones) : null;
    this.bias = affine ? new Parameter([width], zeros) : null;
    this.eps = eps;
    this.axis = axis;
  }

  forward(x: Tensor): Tensor {
    return along(x, this.axis, (y) => {
      const centred = y.sub(y.mean(-1, { keepDims: true }));
      const deviation = centred.square().sum(-1, { keepDims: true }).div(y.dim(-1) - 1).sqrt();
      const scaled = centred.div(deviation.add(this.eps));
      return this.weight === null || this.bias === null ? scaled : scaled.mul(this.weight).add(this.bias);
    });
  }
}

export type NormKind = "layer" | "rms" | "deviation";
export type Norm = LayerNorm | RMSNorm | DeviationNorm;

/** The norm of a kind, as blocks choose it. */
export function makeNorm(kind: NormKind, width: number, options: LayerNormOptions = {}): Norm {
  const kinds: Readonly<Record<NormKind, () => Norm>> = { layer: () => new LayerNorm(width, options), rms: () => new RMSNorm(width, options), deviation: () => new DeviationNorm(width, options) };
  return kinds[kind]();
}
