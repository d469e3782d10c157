/**
 * Muon (Jordan et al. 2024, arXiv 2502.16982): the momentum of a matrix is replaced by a nearly orthogonal matrix with the
 * same row and column spaces. All that is not a hidden matrix (vectors, embeddings, output heads) is updated by AdamW.
 */
import { matmul, sqrt } from "../../engine/index.ts";
import type { Tensor } from "../../engine/index.ts";
import type { Module } from "../../nn/index.ts";
import { sumOfSquares } from "../gradients.ts";
import { adamSlots, adamStep } from "./adam.ts";
import type { AdamConstants } from "./adam.ts";
import { Optimizer } from "./optimizer.ts";
import type { OptimizerOptions } from "./optimizer.ts";
import { decayed } from "./update-rule.ts";
import type { Target, UpdateRule } from "./update-rule.ts";

/** Coefficients of x -> a x + b x^3 + c x^5, which moves singular values between 0 and 1 to about 1 in five rounds. */
const QUINTIC = [3.4445, -4.775, 2.0315] as const;

export interface MuonOptions extends OptimizerOptions {
  /** Default 0.95. */
  readonly momentum?: number;
  /** Rounds of orthogonalisation; default 5. */
  readonly rounds?: number;
  /** Paths of matrices left to AdamW; default those with embed, position or head. */
  readonly except?: RegExp;
  /** AdamW for the rest: its own peak learning rate, which follows the same schedule, and constants. */
  readonly rest: AdamConstants & { readonly learningRate: number };
}

/** Matrix [m, n] with the singular vectors of x and singular values near 1, by Newton-Schulz iteration. */
export function orthogonalize(x: Tensor, rounds = 5): Tensor {
  const tall = x.dim(0) > x.dim(1);
  let y = x.div(sqrt(sumOfSquares(x)).add(1e-7));
  if (tall) y = y.transpose();
  const [a, b, c] = QUINTIC;
  for (let i = 0; i < rounds; i++) {
    const gram = matmul(y, y, { transB: true }); // [k, k], k the smaller extent
    const mixed = gram.mul(b).add(matmul(gram, gram, { alpha: c }));
    y = y.mul(a).add(matmul(mixed, y));
  }
  return tall ? y.transpose() : y;
}

function muonRule(momentum: number, rounds: number, except: RegExp, constants: AdamConstants, ratio: number): UpdateRule {
  const isHidden = ({ name, shape }: Target): boolean => shape.length === 2 && !except.test(name);
  return {
    name: "Muon",
    settings: { momentum, rounds, except: except.source, restRatio: ratio, restBeta1: constants.betas?.[0] ?? 0.9, restBeta2: constants.betas?.[1] ?? 0.999, restEpsilon: constants.epsilon ?? 1e-8 },
    elementwise: (target) => !isHidden(target),
    slots: (target) => (isHidden(target) ? { momentum: target.shape } : adamSlots(target)),
    update(context) {
      const { gradient, learningRate, shape } = context;
      if (!isHidden(context)) {
        const rate = learningRate.mul(ratio);
        const { direction, scale, slots } = adamStep(context, gradient, constants);
        return { value: decayed({ ...context, learningRate: rate }).sub(direction.mul(scale.mul(rate))), slots };
      }
      const next = (context.slots["momentum"] as Tensor).mul(momentum).add(gradient);
      const direction = orthogonalize(gradient.add(next.mul(momentum)), rounds); // Nesterov
      const [rows, columns] = shape as readonly [number, number];
      return { value: decayed(context).sub(direction.mul(learningRate.mul(Math.sqrt(Math.max(1, rows / columns))))), slots: { momentum: next } };
    },
  };
}

export class Muon extends Optimizer {
  constructor(model: Module, { momentum = 0.95, rounds = 5, except = /embed|position|head/i, rest: { learningRate: restRate, ...constants }, ...options }: MuonOptions) {
    if (!(options.learningRate > 0)) throw new RangeError(`Muon: learningRate: expected a number above 0, got ${options.learningRate}`);
    super(model, muonRule(momentum, rounds, except, constants, restRate / options.learningRate), options);
  }
}
