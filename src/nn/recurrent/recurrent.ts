/**
 * Stacks of recurrent layers over sequences. The input's share of all gates is one product for the whole sequence; the
 * loop holds only the product with the previous hidden state.
 */
import { arange, concat, scan, stack, zeros } from "../../engine/index.ts";
import type { RandomStream, Tensor } from "../../engine/index.ts";
import { dropout } from "../dropout.ts";
import { uniform } from "../init.ts";
import { Linear } from "../linear.ts";
import { Module } from "../module.ts";
import type { Mode } from "../module.ts";

/** The arithmetic of one step. States are [B, h]; the first one is the output. */
export interface Cell {
  /** Gates computed from the input and from the hidden state, [B, gates * h] each. */
  readonly gates: number;
  readonly states: number;
  step(fromInput: Tensor, fromHidden: Tensor, states: readonly Tensor[]): readonly Tensor[];
}

export interface RecurrentOptions {
  readonly random: RandomStream;
  /** Default 1. */
  readonly layers?: number;
  /** "forward"; "both": each layer reads both ways and passes on the concatenation; "stacks": two separate stacks, one for each way, joined at the top. Default "forward". */
  readonly directions?: "forward" | "both" | "stacks";
  /** Dropout between layers; default 0. */
  readonly dropout?: number;
}

export interface RecurrentInputs {
  /** Number of real steps of each example, int32 [B]. Outputs after them are zero, and the last real state is kept. */
  readonly lengths?: Tensor;
  /** Initial states, each [layers * ways, B, h], in the order of `states` of the result. Default zeros. */
  readonly initial?: readonly Tensor[];
}

export interface RecurrentOutput {
  /** [B, T, h], or [B, T, 2 h] when both directions are read. */
  readonly output: Tensor;
  /** Final states, each [layers * ways, B, h]: hidden, then cell for LSTMs; layer by layer, forward before backward. */
  readonly states: readonly Tensor[];
}

/** One layer in one direction: maps of the input [i -> gates * h] and of the hidden state, each with a bias, as in PyTorch. */
class RecurrentLayer extends Module {
  readonly input: Linear;
  readonly hidden: Linear;

  constructor(inputs: number, width: number, cell: Cell, random: RandomStream) {
    super();
    const map = (name: string, from: number): Linear => {
      const init = (part: string): ReturnType<typeof uniform> => uniform(random.child(name, part), 1 / Math.sqrt(width));
      return new Linear(from, cell.gates * width, { random: random.child(name), init: init("weight"), biasInit: init("bias") });
    };
    this.input = map("input", inputs);
    this.hidden = map("hidden", width);
  }

  /** x [T, B, i] -> outputs [T, B, h] and final states. */
  forward(x: Tensor, cell: Cell, initial: readonly Tensor[], mask: Tensor | undefined, reverse: boolean): { readonly outputs: Tensor; readonly states: readonly Tensor[] } {
    const fromInput = this.input.forward(x); // [T, B, gates * h]
    const step = (states: readonly Tensor[], gates: Tensor): { state: readonly Tensor[]; output: Tensor } => {
      const next = cell.step(gates, this.hidden.forward(states[0] as Tensor), states);
      return { state: next, output: next[0] as Tensor };
    };
    const { state, outputs } = scan(step, initial, fromInput, { mask, reverse });
    return { outputs, states: state };
  }
}

export class Recurrent extends Module {
  /** By layer, then by direction. */
  readonly layers: readonly (readonly RecurrentLayer[])[];
  readonly width: number;
  readonly directions: "forward" | "both" | "stacks";
  readonly dropout: number;
  private readonly cell: Cell;

  constructor(cell: Cell, inputs: number, width: number, { random, layers = 1, directions = "forward", dropout: rate = 0 }: RecurrentOptions) {
    super();
    const ways = directions === "forward" ? 1 : 2;
    const inner = directions === "both" ? 2 * width : width;
    this.layers = Array.from({ length: layers }, (_, layer) =>
      Array.from({ length: ways }, (__, way) => new RecurrentLayer(layer === 0 ? inputs : inner, width, cell, random.child(layer, way))));
    this.cell = cell;
    this.width = width;
    this.directions = directions;
    this.dropout = rate;
  }

  /** x [B, T, i] */
  forward(x: Tensor, mode: Mode, { lengths, initial }: RecurrentInputs = {}): RecurrentOutput {
    const [batch, time] = x.shape as [number, number];
    const mask = lengths === undefined ? undefined : arange(time).unsqueeze(1).less(lengths.unsqueeze(0)); // [T, B]
    const ways = this.directions === "forward" ? 1 : 2;
    const start = (layer: number, way: number): Tensor[] =>
      Array.from({ length: this.cell.states }, (_, s) => initial?.[s]?.select(0, layer * ways + way) ?? zeros([batch, this.width]));
    const finals: (readonly Tensor[])[] = [];
    const first = x.transpose([1, 0, 2]);
    let streams: Tensor[] = new Array<Tensor>(ways).fill(first);
    this.layers.forEach((layer, depth) => {
      const read = streams.map((stream) => (depth === 0 ? stream : dropout(stream, this.dropout, mode)));
      const results = layer.map((direction, way) => direction.forward(read[way] as Tensor, this.cell, start(depth, way), mask, way === 1));
      results.forEach(({ states }) => finals.push(states));
      streams = results.map(({ outputs }) => outputs);
      if (this.directions === "both") streams = new Array<Tensor>(ways).fill(concat(streams, -1));
    });
    const top = this.directions === "stacks" ? concat(streams, -1) : (streams[0] as Tensor);
    return {
      output: top.transpose([1, 0, 2]),
      states: Array.from({ length: this.cell.states }, (_, s) => stack(finals.map((states) => states[s] as Tensor))),
    };
  }
}
