/**
 * Low-rank changes of their own for each side of a model that both sides share (semi-siamese tuning, arXiv 2110.14943): one
 * frozen encoder, which reads queries with one change and documents with another.
 */
import type { RandomStream, Tensor } from "../../engine/index.ts";
import { Linear } from "../linear.ts";
import type { LinearChange } from "../linear.ts";
import { Module } from "../module.ts";
import { Lora } from "./lora.ts";
import type { LoraOptions } from "./lora.ts";

/** Says which side is being read. Forward passes happen while a function is traced, so a side holds for the passes made inside `read`. */
export class Sides {
  readonly names: readonly string[];
  private active: string | null = null;

  constructor(names: readonly string[]) {
    this.names = names;
  }

  /** Makes the forward passes of `task` with the changes of a side. */
  read<R>(side: string, task: () => R): R {
    if (!this.names.includes(side)) throw new RangeError(`Sides: unknown side "${side}"; choose one of ${this.names.join(", ")}`);
    const before = this.active;
    this.active = side;
    try {
      return task();
    } finally {
      this.active = before;
    }
  }

  get current(): string {
    if (this.active === null) throw new Error(`Sides: no side is being read; make forward passes inside read("${this.names.join('" or "')}", ...)`);
    return this.active;
  }
}

export class SidedLora extends Module implements LinearChange {
  readonly changes: Readonly<Record<string, Lora>>;
  private readonly sides: Sides;

  constructor(inputs: number, outputs: number, sides: Sides, { random, ...options }: LoraOptions) {
    super();
    this.changes = Object.fromEntries(sides.names.map((name) => [name, new Lora(inputs, outputs, { ...options, random: random.child(name) })]));
    this.sides = sides;
  }

  forward(x: Tensor, weight: Tensor, bias: Tensor | null): Tensor {
    return this.change().forward(x, weight, bias);
  }

  /** The weight of the side being read. */
  merged(weight: Tensor): Tensor {
    return this.change().merged(weight);
  }

  private change(): Lora {
    return this.changes[this.sides.current] as Lora;
  }
}

/**
 * Gives every Linear whose path matches `targets` a change for each side. Changes that both sides share are added to other
 * targets with `addLora`. Throws when nothing matches.
 */
export function addSidedLora(model: Module, { targets, sides: names, random, ...options }: LoraOptions & { readonly targets: RegExp; readonly sides: readonly string[]; readonly random: RandomStream }): Sides {
  const sides = new Sides(names);
  const matching = [...model.namedModules()].flatMap(([path, module]) => (module instanceof Linear && targets.test(path) ? [[path, module] as const] : []));
  if (matching.length === 0) throw new Error(`addSidedLora: ${String(targets)} matches no linear map of the model`);
  for (const [path, module] of matching) module.change = new SidedLora(module.weight.dim(1), module.weight.dim(0), sides, { ...options, random: random.child(path) });
  return sides;
}
