/** Learned keys and values in front of those of chosen layers (prefix tuning, arXiv 2101.00190). */
import { Parameter, tanh } from "../../engine/index.ts";
import type { RandomStream, Tensor } from "../../engine/index.ts";
import { normal } from "../init.ts";
import { Linear } from "../linear.ts";
import { Module } from "../module.ts";
import type { KeysAndValues } from "./attention.ts";

export interface PrefixKvOptions {
  readonly random: RandomStream;
  /** Number of extra slots. */
  readonly slots: number;
  readonly layers: number;
  readonly kvHeads: number;
  readonly headWidth: number;
  /** Makes the slots from vectors of this width by Linear, tanh, Linear, instead of learning them directly. */
  readonly generator?: { readonly width: number; readonly hidden: number };
}

/** `forward()` gives what the `prefix` input of TransformerEncoder takes. */
export class PrefixKv extends Module {
  /** [slots, width of the generator], or [slots, layers * 2 * kvHeads * headWidth]. */
  readonly weight: Parameter;
  readonly up: Linear | null;
  readonly down: Linear | null;
  private readonly layout: { readonly layers: number; readonly kvHeads: number; readonly headWidth: number };

  constructor({ random, slots, layers, kvHeads, headWidth, generator }: PrefixKvOptions) {
    super();
    const flat = layers * 2 * kvHeads * headWidth;
    this.weight = new Parameter([slots, generator?.width ?? flat], normal(random.child("weight"), 0.02));
    this.down = generator === undefined ? null : new Linear(generator.width, generator.hidden, { random: random.child("down") });
    this.up = generator === undefined ? null : new Linear(generator.hidden, flat, { random: random.child("up") });
    this.layout = { layers, kvHeads, headWidth };
  }

  /** Keys and values [1, G, slots, dh] of each layer. */
  forward(): KeysAndValues[] {
    const { layers, kvHeads, headWidth } = this.layout;
    const made: Tensor = this.up === null || this.down === null ? this.weight : this.up.forward(tanh(this.down.forward(this.weight)));
    const slots = made.dim(0);
    const parts = made.reshape([slots, layers, 2, kvHeads, headWidth]).transpose([1, 2, 3, 0, 4]); // [layers, 2, G, slots, dh]
    return Array.from({ length: layers }, (_, layer) => {
      const pair = parts.select(0, layer);
      return { keys: pair.sliceAxis(0, 0, 1), values: pair.sliceAxis(0, 1, 2) };
    });
  }
}
