/** Simple recurrent network (Elman 1990): h' = tanh(x + h), where x and h stand for the mapped input and state. */
import type { Cell, RecurrentOptions } from "./recurrent.ts";
import { Recurrent } from "./recurrent.ts";

const CELL: Cell = { gates: 1, states: 1, step: (fromInput, fromHidden) => [fromInput.add(fromHidden).tanh()] };

/** x [B, T, i] -> output [B, T, h], states [hidden]. */
export class Elman extends Recurrent {
  constructor(inputs: number, width: number, options: RecurrentOptions) {
    super(CELL, inputs, width, options);
  }
}
