/** What an optimizer does with one tensor: its state and its update, traced into the step. */
import type { Shape, Tensor } from "../../engine/index.ts";

/** A tensor to be updated: one parameter, or several small ones joined into a vector, which have no name. */
export interface Target {
  readonly name: string;
  readonly shape: Shape;
}

export interface UpdateContext extends Target {
  readonly value: Tensor;
  readonly gradient: Tensor;
  /** State by slot, shaped as `slots` says. */
  readonly slots: Readonly<Record<string, Tensor>>;
  /** Learning rate of this tensor, rank 0. */
  readonly learningRate: Tensor;
  /** Number of this update, counted from 1, float32 of rank 0. */
  readonly count: Tensor;
  readonly weightDecay: number;
}

export interface Update {
  readonly value: Tensor;
  readonly slots: Readonly<Record<string, Tensor>>;
}

export interface UpdateRule {
  readonly name: string;
  /** Settings as JSON: part of what a checkpoint is checked against. */
  readonly settings: Readonly<Record<string, number | boolean | string | null>>;
  /** Whether an element's update depends on that element alone, so that small tensors may be joined. */
  elementwise(target: Target): boolean;
  /** Shapes of the state, zero at first. */
  slots(target: Target): Readonly<Record<string, Shape>>;
  update(context: UpdateContext): Update;
}

/**
 * 1 - beta^t for t = 1, 2, ... to full float32 precision. Subtracting a power near 1 would lose digits (0.999^1 keeps
 * four of 1 - 0.999), so it is taken from 1 - e^x = -2 T / (1 - T), T = tanh(x / 2), x = t log beta.
 */
export function biasCorrection(beta: number, count: Tensor): Tensor {
  const half = count.mul(Math.log(beta) / 2).tanh();
  return half.mul(-2).div(half.neg().add(1));
}

/** p - lr * decay * p, decoupled weight decay (arXiv 1711.05101); p itself without decay. */
export const decayed = ({ value, learningRate, weightDecay }: UpdateContext): Tensor => (weightDecay === 0 ? value : value.mul(learningRate.mul(-weightDecay).add(1)));

/** g + decay * p, weight decay as a penalty in the loss; g itself without decay. */
export const penalized = ({ value, gradient, weightDecay }: UpdateContext): Tensor => (weightDecay === 0 ? gradient : gradient.add(value.mul(weightDecay)));
