/** Long short-term memory (Hochreiter and Schmidhuber 1997, with forget gate). Gates are stored in the order i, f, g, o. */
import type { Cell, RecurrentOptions } from "./recurrent.ts";
import { Recurrent } from "./recurrent.ts";

/** i, f, o = sigmoid(x + h); g = tanh(x + h); c' = f c + i g; h' = o tanh(c'). */
const CELL: Cell = {
  gates: 4,
  states: 2,
  step(fromInput, fromHidden, [hidden, cell]) {
    if (hidden === undefined || cell === undefined) throw new Error("internal: an LSTM step without states");
    const width = hidden.dim(-1);
    const gates = fromInput.add(fromHidden);
    const part = (i: number): typeof gates => gates.sliceAxis(-1, i * width, (i + 1) * width);
    const inward = gates.sliceAxis(-1, 0, 2 * width).sigmoid();
    const kept = inward.sliceAxis(-1, width, 2 * width).mul(cell);
    const next = kept.add(inward.sliceAxis(-1, 0, width).mul(part(2).tanh()));
    return [part(3).sigmoid().mul(next.tanh()), next];
  },
};

/** x [B, T, i] -> output [B, T, h], states [hidden, cell]. */
export class Lstm extends Recurrent {
  constructor(inputs: number, width: number, options: RecurrentOptions) {
    super(CELL, inputs, width, options);
  }
}
