/**
 * Adafactor (arXiv 1804.04235), with the defaults of the Hugging Face implementation: second moments of matrices kept as
 * a row and a column mean, updates clipped to root mean square 1, steps proportional to the size of the weights.
 */
import { rsqrt, sqrt, square, tensor } from "../../engine/index.ts";
import type { Shape, Tensor } from "../../engine/index.ts";
import type { Module } from "../../nn/index.ts";
import { sumOfSquares } from "../gradients.ts";
import { Optimizer } from "./optimizer.ts";
import type { OptimizerOptions } from "./optimizer.ts";
import { decayed } from "./update-rule.ts";
import type { UpdateRule } from "./update-rule.ts";

export interface AdafactorOptions extends Omit<OptimizerOptions, "learningRate"> {
  /** Absolute rate, or with `relativeStep` a factor on min(0.01, 1 / sqrt(t)), default 1. */
  readonly learningRate?: number;
  /** Take the rate from the step number; default true when no learning rate is given. */
  readonly relativeStep?: boolean;
  /** Multiply the rate by the root mean square of the weights, at least epsilon[1]; default true. */
  readonly scaleParameter?: boolean;
  /** Added to squared gradients, and floor of the weights' root mean square; default [1e-30, 1e-3]. */
  readonly epsilon?: readonly [number, number];
  /** Largest root mean square of an update; default 1. */
  readonly clipThreshold?: number;
  /** beta2 of update t is 1 - t^decayRate, at most `beta2Cap`; defaults -0.8 and 1. */
  readonly decayRate?: number;
  readonly beta2Cap?: number;
  /** Momentum of the update; default none. */
  readonly beta1?: number;
}

type Rule = Required<Omit<AdafactorOptions, keyof OptimizerOptions | "beta1">> & { readonly beta1: number | null };

const rms = (x: Tensor): Tensor => sqrt(sumOfSquares(x).mul(1 / x.size));
const isFactored = (shape: Shape): boolean => shape.length >= 2;

function adafactorRule(options: Rule): UpdateRule {
  const { relativeStep, scaleParameter, epsilon, clipThreshold, decayRate, beta2Cap, beta1 } = options;
  return {
    name: "Adafactor",
    settings: { relativeStep, scaleParameter, epsilon1: epsilon[0], epsilon2: epsilon[1], clipThreshold, decayRate, beta2Cap, beta1 },
    elementwise: () => false, // clipping and scaling look at the whole tensor
    slots: ({ shape }): Record<string, Shape> => ({
      ...(isFactored(shape) ? { rowMoment: shape.slice(0, -1), columnMoment: [...shape.slice(0, -2), shape.at(-1) as number] } : { secondMoment: shape }),
      ...(beta1 === null ? {} : { firstMoment: shape }),
    }),
    update(context) {
      const { value, gradient, slots, count } = context;
      const beta2 = count.log().mul(decayRate).exp().neg().add(1).minimum(beta2Cap);
      const blend = (old: Tensor, next: Tensor): Tensor => old.mul(beta2).add(next.mul(beta2.neg().add(1)));
      const next: Record<string, Tensor> = {};
      let direction: Tensor;
      if (slots["rowMoment"] !== undefined) {
        const squares = square(gradient);
        const row = blend(slots["rowMoment"], squares.mean(-1).add(epsilon[0])); // [.., rows]
        const column = blend(slots["columnMoment"] as Tensor, squares.mean(-2).add(epsilon[0])); // [.., columns]
        next["rowMoment"] = row;
        next["columnMoment"] = column;
        direction = gradient.mul(rsqrt(row.div(row.mean(-1, { keepDims: true }))).unsqueeze(-1)).mul(rsqrt(column).unsqueeze(-2));
      } else {
        const moment = blend(slots["secondMoment"] as Tensor, square(gradient).add(epsilon[0]));
        next["secondMoment"] = moment;
        direction = gradient.mul(rsqrt(moment));
      }
      const relative = relativeStep ? count.rsqrt().minimum(0.01) : tensor(1);
      const size = scaleParameter ? rms(value).maximum(epsilon[1]) : tensor(1);
      const learningRate = context.learningRate.mul(relative).mul(size);
      let update = direction.mul(learningRate.div(rms(direction).mul(1 / clipThreshold).maximum(1)));
      if (slots["firstMoment"] !== undefined && beta1 !== null) {
        update = slots["firstMoment"].mul(beta1).add(update.mul(1 - beta1));
        next["firstMoment"] = update;
      }
      return { value: decayed({ ...context, learningRate }).sub(update), slots: next };
    },
  };
}

export class Adafactor extends Optimizer {
  constructor(model: Module, options: AdafactorOptions = {}) {
    const { learningRate, relativeStep = learningRate === undefined, scaleParameter = true, epsilon = [1e-30, 1e-3], clipThreshold = 1, decayRate = -0.8, beta2Cap = 1, beta1 = null, ...rest } = options;
    super(model, adafactorRule({ relativeStep, scaleParameter, epsilon, clipThreshold, decayRate, beta2Cap, beta1 }), { ...rest, learningRate: learningRate ?? 1 });
  }
}
