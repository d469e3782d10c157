/** y = x W^T + b, and what may be learned beside W. */
import { evaluate, linear, Parameter, RandomStream } from "../engine/index.ts";
import type { HostArray, Tensor } from "../engine/index.ts";
import { fanInUniform, uniform, zeros } from "./init.ts";
import type { Init } from "./init.ts";
import { Module } from "./module.ts";

export interface LinearOptions {
  readonly random: RandomStream;
  /** Default true. */
  readonly bias?: boolean;
  /** Initialiser of the weight; default U(-a, a), a = 1/sqrt(in), for weight and bias, as in PyTorch. */
  readonly init?: Init;
  /** Initialiser of the bias; zeros when `init` is given. */
  readonly biasInit?: Init;
}

/** A change of a linear map that is trained beside its weight: a low-rank update, a mask, a mixture with another weight. */
export interface LinearChange extends Module {
  /** Result of the changed map for x [.., in]. */
  forward(x: Tensor, weight: Tensor, bias: Tensor | null): Tensor;
  /** The weight with which a plain map gives the same result. */
  merged(weight: Tensor): Tensor;
}

/** Linear map of the last axis: [.., in] -> [.., out]. Weight [out, in], bias [out]. */
export class Linear extends Module {
  readonly weight: Parameter;
  readonly bias: Parameter | null;
  /** Null for a plain map. */
  change: LinearChange | null = null;

  constructor(inputs: number, outputs: number, { random, bias = true, init, biasInit }: LinearOptions) {
    super();
    this.weight = new Parameter([outputs, inputs], init ?? fanInUniform(random.child("weight")));
    const biasDefault = init === undefined ? uniform(random.child("bias"), 1 / Math.sqrt(inputs)) : zeros;
    this.bias = bias ? new Parameter([outputs], biasInit ?? biasDefault) : null;
  }

  forward(x: Tensor): Tensor {
    return this.change === null ? linear(x, this.weight, this.bias ?? undefined) : this.change.forward(x, this.weight, this.bias);
  }

  /** Folds the change into the weight and drops it: same results, plain cost. */
  async merge(): Promise<void> {
    if (this.change === null) return;
    const [weight] = await evaluate([this.change.merged(this.weight)]);
    this.weight.set(weight as HostArray);
    this.change = null;
  }
}
