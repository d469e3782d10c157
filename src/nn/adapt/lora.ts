/** Low-rank adaptation (arXiv 2106.09685): y = x W^T + b + (alpha / r) x A^T B^T with W fixed, A [r, in], B [out, r] = 0 at the start. */
import { linear, matmul, Parameter } from "../../engine/index.ts";
import type { RandomStream, Tensor } from "../../engine/index.ts";
import { fanInUniform, zeros } from "../init.ts";
import { Linear } from "../linear.ts";
import type { LinearChange } from "../linear.ts";
import { Module } from "../module.ts";

export interface LoraOptions {
  readonly random: RandomStream;
  /** Rank. */
  readonly rank: number;
  /** Default `rank`, so that the factor is 1. */
  readonly alpha?: number;
}

export class Lora extends Module implements LinearChange {
  /** [r, in] */
  readonly down: Parameter;
  /** [out, r] */
  readonly up: Parameter;
  readonly scale: number;

  constructor(inputs: number, outputs: number, { random, rank, alpha = rank }: LoraOptions) {
    super();
    this.down = new Parameter([rank, inputs], fanInUniform(random.child("down")));
    this.up = new Parameter([outputs, rank], zeros);
    this.scale = alpha / rank;
  }

  forward(x: Tensor, weight: Tensor, bias: Tensor | null): Tensor {
    const narrow = matmul(x, this.down, { transB: true }); // [.., r]
    return linear(x, weight, bias ?? undefined).add(matmul(narrow, this.up, { transB: true, alpha: this.scale }));
  }

  merged(weight: Tensor): Tensor {
    return weight.add(matmul(this.up, this.down, { alpha: this.scale }));
  }
}

/**
 * Gives every Linear whose path matches `targets` a low-rank change; returns the changes by path. The base weights stay
 * trainable parameters of the model: freeze them with a parameter group. Throws when nothing matches.
 */
export function addLora(model: Module, { targets, random, ...options }: LoraOptions & { readonly targets: RegExp }): Map<string, Lora> {
  const added = new Map<string, Lora>();
  const paths: string[] = [];
  for (const [path, module] of model.namedModules()) {
    if (!(module instanceof Linear)) continue;
    paths.push(path);
    if (!targets.test(path)) continue;
    const lora = new Lora(module.weight.dim(1), module.weight.dim(0), { ...options, random: random.child(path) });
    module.change = lora;
    added.set(path, lora);
  }
  if (added.size === 0) throw new Error(`addLora: ${String(targets)} matches none of ${paths.length} linear maps: ${paths.slice(0, 8).join(", ")}${paths.length > 8 ? ", ..." : ""}`);
  return added;
}

/** Folds all changes below a module into the weights. */
export async function mergeLora(model: Module): Promise<void> {
  for (const module of model.namedModules().values()) if (module instanceof Linear && module.change instanceof Lora) await module.merge();
}
