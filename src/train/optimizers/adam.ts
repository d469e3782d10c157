/**
 * Adam (arXiv 1412.6980) and AdamW (arXiv 1711.05101).
 *
 * With g the gradient and t the number of the update, the definition is
 *   m' = b1 m + (1 - b1) g,  v' = b2 v + (1 - b2) g^2,  p' = p - lr (m' / c1) / (sqrt(v' / c2) + eps),  ci = 1 - bi^t.
 * The state kept here is M = m / (1 - b1) and V = v / (1 - b2), which spares two passes over memory:
 *   M' = b1 M + g,  V' = b2 V + g^2,  p' = p - s M' / (sqrt(V') + eps r),
 * with the scalars r = sqrt(c2 / (1 - b2)) and s = lr (1 - b1) r / c1. It is the same update, in the same ten
 * elementwise operations that M', V' and p' need at least.
 */
import type { Tensor } from "../../engine/index.ts";
import type { Module } from "../../nn/index.ts";
import { Optimizer } from "./optimizer.ts";
import type { OptimizerOptions } from "./optimizer.ts";
import { biasCorrection, decayed, penalized } from "./update-rule.ts";
import type { UpdateContext, UpdateRule } from "./update-rule.ts";

export interface AdamConstants {
  /** Decay of both moments; default [0.9, 0.999]. */
  readonly betas?: readonly [number, number];
  /** Default 1e-8. */
  readonly epsilon?: number;
}

export interface AdamOptions extends OptimizerOptions, AdamConstants {}

export interface AdamStep {
  /** M' / (sqrt(V') + eps r); times `scale` it is the bias-corrected direction m^ / (sqrt(v^) + eps). */
  readonly direction: Tensor;
  readonly scale: Tensor;
  readonly slots: { readonly firstMoment: Tensor; readonly secondMoment: Tensor };
}

/** New moments and the direction they give. Slots: firstMoment = M, secondMoment = V of the file's doc. */
export function adamStep({ slots: { firstMoment, secondMoment }, count }: UpdateContext, gradient: Tensor, { betas: [b1, b2] = [0.9, 0.999], epsilon = 1e-8 }: AdamConstants): AdamStep {
  const m = (firstMoment as Tensor).mul(b1).add(gradient);
  const v = (secondMoment as Tensor).mul(b2).add(gradient.square());
  const root = biasCorrection(b2, count).mul(1 / (1 - b2)).sqrt();
  const scale = root.mul(1 - b1).div(biasCorrection(b1, count));
  return { direction: m.div(v.sqrt().add(root.mul(epsilon))), scale, slots: { firstMoment: m, secondMoment: v } };
}

export const adamSlots = ({ shape }: { readonly shape: readonly number[] }): Record<string, readonly number[]> => ({ firstMoment: shape, secondMoment: shape });

function adamRule(name: "Adam" | "AdamW", constants: AdamConstants): UpdateRule {
  const [b1, b2] = constants.betas ?? [0.9, 0.999];
  for (const beta of [b1, b2]) if (!(beta > 0 && beta < 1)) throw new RangeError(`${name}: betas: expected numbers between 0 and 1, got [${b1}, ${b2}]`);
  return {
    name,
    settings: { beta1: b1, beta2: b2, epsilon: constants.epsilon ?? 1e-8 },
    elementwise: () => true,
    slots: adamSlots,
    update(context) {
      const { direction, scale, slots } = adamStep(context, name === "Adam" ? penalized(context) : context.gradient, constants);
      const value = name === "Adam" ? context.value : decayed(context);
      return { value: value.sub(direction.mul(scale.mul(context.learningRate))), slots };
    },
  };
}

/** Adam; weight decay, default 0, is added to the gradient. */
export class Adam extends Optimizer {
  constructor(model: Module, { betas, epsilon, ...options }: AdamOptions) {
    super(model, adamRule("Adam", { betas, epsilon }), options);
  }
}

/** AdamW; weight decay, default 0.01, shrinks the weights directly by lr * decay. */
export class AdamW extends Optimizer {
  constructor(model: Module, { betas, epsilon, ...options }: AdamOptions) {
    super(model, adamRule("AdamW", { betas, epsilon }), { weightDecay: 0.01, ...options });
  }
}
