/** Which pairs count in a contrastive loss: boolean matrices for `candidates` of infoNce. Positives always count. */
import { equal, logicalNot, stopGradient } from "../engine/index.ts";
import type { Tensor } from "../engine/index.ts";

/** Pairs of one group only (negatives from the same language, document or source): ids [n] and [m] -> bool [n, m]. */
export const sameGroup = (rows: Tensor, columns: Tensor): Tensor => equal(rows.unsqueeze(1), columns.unsqueeze(0));

/** Pairs of different items: leaves out negatives that are copies of the anchor's positive. Ids [n] and [m] -> bool [n, m]. */
export const differentItems = (rows: Tensor, columns: Tensor): Tensor => logicalNot(sameGroup(rows, columns));

/**
 * Pairs that a guide finds no more similar than the anchor's own positive, on the diagonal, plus `slack`: the others are
 * probably positives that nobody marked. Similarities [n, n] -> bool [n, n].
 */
export function notAbovePositive(similarities: Tensor, slack = 0): Tensor {
  const [n, m] = similarities.shape as [number, number];
  if (n !== m) throw new RangeError(`notAbovePositive: expected similarities [n, n], got [${similarities.shape.join(", ")}]`);
  const own = similarities.reshape([-1]).slice([[0, undefined, n + 1]]).unsqueeze(1); // [n, 1]
  return stopGradient(similarities).lessEqual(stopGradient(own).add(slack));
}
