/** Gated recurrent unit (arXiv 1406.1078, in PyTorch's form). Gates are stored in the order r, z, n. */
import type { Cell, RecurrentOptions } from "./recurrent.ts";
import { Recurrent } from "./recurrent.ts";

/** r, z = sigmoid(x + h); n = tanh(x_n + r h_n); h' = n + z (h - n), where x and h stand for the mapped input and state. */
const CELL: Cell = {
  gates: 3,
  states: 1,
  step(fromInput, fromHidden, [hidden]) {
    if (hidden === undefined) throw new Error("internal: a GRU step without state");
    const width = hidden.dim(-1);
    const both = fromInput.sliceAxis(-1, 0, 2 * width).add(fromHidden.sliceAxis(-1, 0, 2 * width)).sigmoid();
    const reset = both.sliceAxis(-1, 0, width);
    const update = both.sliceAxis(-1, width, 2 * width);
    const candidate = fromInput.sliceAxis(-1, 2 * width, 3 * width).add(reset.mul(fromHidden.sliceAxis(-1, 2 * width, 3 * width))).tanh();
    return [candidate.add(update.mul(hidden.sub(candidate)))];
  },
};

/** x [B, T, i] -> output [B, T, h], states [hidden]. */
export class Gru extends Recurrent {
  constructor(inputs: number, width: number, options: RecurrentOptions) {
    super(CELL, inputs, width, options);
  }
}
