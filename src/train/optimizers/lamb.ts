/**
 * LAMB (arXiv 1904.00962): Adam's bias-corrected direction u, plus decay * p, rescaled for each matrix so that it has the
 * length of the weights: p' = p - lr (|p| / |u|) u. Tensors below rank 2 get neither decay nor rescaling.
 */
import { sqrt, where } from "../../engine/index.ts";
import type { Module } from "../../nn/index.ts";
import { sumOfSquares } from "../gradients.ts";
import { adamSlots, adamStep } from "./adam.ts";
import type { AdamConstants, AdamOptions } from "./adam.ts";
import { Optimizer } from "./optimizer.ts";
import type { UpdateRule } from "./update-rule.ts";

function lambRule(constants: Required<AdamConstants>): UpdateRule {
  return {
    name: "Lamb",
    settings: { beta1: constants.betas[0], beta2: constants.betas[1], epsilon: constants.epsilon },
    elementwise: ({ shape }) => shape.length < 2,
    slots: adamSlots,
    update(context) {
      const { value, shape, learningRate, weightDecay, gradient } = context;
      const { direction, scale, slots } = adamStep(context, gradient, constants);
      if (shape.length < 2) return { value: value.sub(direction.mul(scale.mul(learningRate))), slots };
      const step = direction.mul(scale);
      const update = weightDecay === 0 ? step : step.add(value.mul(weightDecay));
      const weightNorm = sqrt(sumOfSquares(value));
      const updateNorm = sqrt(sumOfSquares(update));
      const usable = weightNorm.greater(0).logicalAnd(updateNorm.greater(0));
      const trust = where(usable, weightNorm.div(where(usable, updateNorm, 1)), 1);
      return { value: value.sub(update.mul(trust.mul(learningRate))), slots };
    },
  };
}

export class Lamb extends Optimizer {
  /** Defaults: betas [0.9, 0.999], epsilon 1e-6, weight decay 0.01. */
  constructor(model: Module, { betas = [0.9, 0.999], epsilon = 1e-6, ...options }: AdamOptions) {
    super(model, lambRule({ betas, epsilon }), { weightDecay: 0.01, ...options });
  }
}
