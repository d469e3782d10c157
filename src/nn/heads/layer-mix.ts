/** Softmax-weighted mean over layers (scalar mix, arXiv 1802.05365). */
import { hostArray, Parameter } from "../../engine/index.ts";
import type { Tensor } from "../../engine/index.ts";
import { Module } from "../module.ts";

export class LayerMix extends Module {
  /** Logits of the layers [n]; zeros at first, so that all count alike. */
  readonly weights: Parameter;

  constructor(layers: number) {
    super();
    this.weights = new Parameter([layers], hostArray(new Float32Array(layers), [layers]));
  }

  /** States of equal shape [..], one for each layer -> [..]. */
  forward(states: readonly Tensor[]): Tensor {
    if (states.length !== this.weights.size) throw new RangeError(`LayerMix: expected the states of ${this.weights.size} layers, got ${states.length}`);
    const shares = this.weights.softmax();
    return states.map((state, i) => state.mul(shares.select(0, i))).reduce((total, part) => total.add(part));
  }
}
