/**
 * Learned states in front of those that the keys and values of every layer are made from, with a part that all sides share
 * and a part of each side's own (semi-siamese prefix tuning, arXiv 2110.14943, section 4.1). The layer's own projections turn
 * them into keys and values, so a frozen layer stays what it was; queries never see them as tokens.
 */
import { Parameter, relu } from "../../engine/index.ts";
import type { HostArray, RandomStream, Tensor } from "../../engine/index.ts";
import type { KeysAndValues } from "../attention/attention.ts";
import { normal } from "../init.ts";
import type { Init } from "../init.ts";
import { Linear } from "../linear.ts";
import { Module } from "../module.ts";
import { EncoderBlock } from "../transformer/encoder-block.ts";
import type { TransformerEncoder } from "../transformer/encoder.ts";

/** States of each layer made from each seed vector. */
const PER_SEED = 2;

export interface PrefixStatesOptions {
  readonly random: RandomStream;
  readonly layers: number;
  readonly width: number;
  /** Seed vectors; each gives two states in every layer. Default 10; 0 is no prefix. */
  readonly seeds?: number;
  /** Width between the two maps of a generator; default 256. */
  readonly hidden?: number;
  readonly sides: readonly string[];
  /** One generator for all sides, one more for each whose states are added to the common ones, or one for each alone. Default "shared". */
  readonly sharing?: PrefixSharing;
  /** Table [words, width] whose mean and deviation the seed vectors are drawn with; default 0 and 0.02. */
  readonly words?: HostArray;
}

export type PrefixSharing = "shared" | "added" | "separate";

/** From seed vectors [n, d] to states of every layer: [n, layers * 2 * d]. */
class PrefixGenerator extends Module {
  readonly down: Linear;
  readonly up: Linear;

  constructor(width: number, layers: number, hidden: number, random: RandomStream) {
    super();
    this.down = new Linear(width, hidden, { random: random.child("down") });
    this.up = new Linear(hidden, layers * PER_SEED * width, { random: random.child("up") });
  }

  forward(seeds: Tensor): Tensor {
    return this.up.forward(relu(this.down.forward(seeds)));
  }
}

export class PrefixStates extends Module {
  /** [seeds, d]; null without a prefix. */
  readonly seeds: Parameter | null;
  readonly common: PrefixGenerator | null;
  /** By side; empty when sides share everything. */
  readonly own: Readonly<Record<string, PrefixGenerator>>;
  private readonly layout: { readonly layers: number; readonly width: number };

  constructor({ random, layers, width, seeds = 10, hidden = 256, sides, sharing = "shared", words }: PrefixStatesOptions) {
    super();
    const generator = (name: string): PrefixGenerator => new PrefixGenerator(width, layers, hidden, random.child(name));
    this.seeds = seeds === 0 ? null : new Parameter([seeds, width], words === undefined ? normal(random.child("seeds"), 0.02) : likeWords(random.child("seeds"), words));
    this.common = seeds === 0 || sharing === "separate" ? null : generator("common");
    this.own = seeds === 0 || sharing === "shared" ? {} : Object.fromEntries(sides.map((side) => [side, generator(side)]));
    this.layout = { layers, width };
  }

  /** States of a side, [2 * seeds, d] for each layer; none without a prefix. */
  forward(side: string): Tensor[] {
    const { layers, width } = this.layout;
    const { seeds } = this;
    if (seeds === null) return [];
    const parts = [this.common, this.own[side] ?? null].flatMap((generator) => (generator === null ? [] : [generator.forward(seeds)]));
    const [first, ...others] = parts;
    if (first === undefined) throw new RangeError(`PrefixStates: unknown side "${side}"; choose one of ${Object.keys(this.own).join(", ")}`);
    const made = others.reduce((sum, part) => sum.add(part), first);
    const byLayer = made.reshape([-1, layers, PER_SEED, width]).transpose([1, 0, 2, 3]); // [layers, seeds, 2, d]
    return Array.from({ length: layers }, (_, layer) => byLayer.select(0, layer).reshape([-1, width]));
  }
}

/** What the `prefix` input of an encoder takes: the states as keys and values by each layer's own projections. */
export function prefixOfStates(encoder: TransformerEncoder, states: readonly Tensor[]): KeysAndValues[] {
  if (states.length !== 0 && states.length !== encoder.order.length) throw new RangeError(`prefixOfStates: states of ${states.length} layers for an encoder of ${encoder.order.length}`);
  return states.map((own, place) => {
    const block = encoder.blocks[encoder.order[place] as number];
    if (!(block instanceof EncoderBlock)) throw new TypeError(`prefixOfStates: layer ${place} has no attention of its own to make keys and values with`);
    return block.attention.keysAndValues(own.unsqueeze(0));
  });
}

/** Normal deviates with the mean and deviation of a table's values. */
function likeWords(random: RandomStream, { data }: HostArray): Init {
  const values = Array.from(data as Float32Array);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  return (shape) => normal(random, deviation)(shape).map((value) => value + mean);
}
