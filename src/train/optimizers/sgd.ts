/** Stochastic gradient descent with momentum, as PyTorch defines it. */
import type { Shape } from "../../engine/index.ts";
import type { Module } from "../../nn/index.ts";
import { Optimizer } from "./optimizer.ts";
import type { OptimizerOptions } from "./optimizer.ts";
import { penalized } from "./update-rule.ts";
import type { Update, UpdateRule } from "./update-rule.ts";

export interface SgdOptions extends OptimizerOptions {
  /** Default 0. */
  readonly momentum?: number;
  /** Looks ahead along the momentum; default false. */
  readonly nesterov?: boolean;
}

/** v' = mu v + g; p' = p - lr v', or p - lr (g + mu v') with Nesterov. Weight decay is added to the gradient. Slot: velocity. */
function sgdRule(momentum: number, nesterov: boolean): UpdateRule {
  return {
    name: "Sgd",
    settings: { momentum, nesterov },
    elementwise: () => true,
    slots: ({ shape }): Record<string, Shape> => (momentum === 0 ? {} : { velocity: shape }),
    update(context): Update {
      const gradient = penalized(context);
      const { velocity } = context.slots;
      if (velocity === undefined) return { value: context.value.sub(gradient.mul(context.learningRate)), slots: {} };
      const next = velocity.mul(momentum).add(gradient);
      const direction = nesterov ? gradient.add(next.mul(momentum)) : next;
      return { value: context.value.sub(direction.mul(context.learningRate)), slots: { velocity: next } };
    },
  };
}

export class Sgd extends Optimizer {
  constructor(model: Module, { momentum = 0, nesterov = false, ...options }: SgdOptions) {
    if (nesterov && momentum === 0) throw new RangeError("Sgd: nesterov needs a momentum above 0");
    super(model, sgdRule(momentum, nesterov), options);
  }
}
