/** Differentiable samples of categories. */
import { withGradient } from "../primitives/structure.ts";
import { normalizeAxis } from "../shape.ts";
import type { Shape } from "../shape.ts";
import { applyOne } from "../tensor.ts";
import type { Tensor } from "../tensor.ts";
import { add, cast, div, equal } from "./arithmetic.ts";
import { reshape, unsqueeze } from "./layout.ts";
import { arange } from "./lift.ts";
import type { Operand } from "./lift.ts";
import { softmax } from "./normalize.ts";
import { argMax } from "./reduction.ts";

export interface GumbelSoftmaxOptions {
  /** Small is close to one-hot; a number or a scalar tensor, so that it can be annealed. Default 1. */
  readonly temperature?: Operand;
  /** One-hot forward, gradient of the soft sample (straight-through). Default false. */
  readonly hard?: boolean;
  readonly axis?: number;
  /** Source of Gumbel noise; without it there is none, as at evaluation. */
  readonly random?: { gumbel(shape: Shape): Tensor };
}

/** Sample from a relaxed categorical distribution, softmax((logits + Gumbel noise) / temperature) (arXiv 1611.01144). */
export function gumbelSoftmax(logits: Tensor, { temperature = 1, hard = false, axis = -1, random }: GumbelSoftmaxOptions = {}): Tensor {
  const noisy = random === undefined ? logits : add(logits, random.gumbel(logits.shape));
  const soft = softmax(div(noisy, temperature), axis);
  if (!hard) return soft;
  const at = normalizeAxis("gumbelSoftmax", axis, logits.rank);
  const classes = reshape(arange(logits.dim(at)), logits.shape.map((extent, i) => (i === at ? extent : 1)));
  const chosen = cast(equal(unsqueeze(argMax(soft, at), at), classes), "float32");
  return applyOne(withGradient, [chosen, soft], { rule: (gradient) => [gradient] });
}
