/** y = x W^T + b. */
import { linear, Parameter, RandomStream } from "../engine/index.ts";
import type { Tensor } from "../engine/index.ts";
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

/** Linear map of the last axis: [.., in] -> [.., out]. Weight [out, in], bias [out]. */
export class Linear extends Module {
  readonly weight: Parameter;
  readonly bias: Parameter | null;

  constructor(inputs: number, outputs: number, { random, bias = true, init, biasInit }: LinearOptions) {
    super();
    this.weight = new Parameter([outputs, inputs], init ?? fanInUniform(random.child("weight")));
    const biasDefault = init === undefined ? uniform(random.child("bias"), 1 / Math.sqrt(inputs)) : zeros;
    this.bias = bias ? new Parameter([outputs], biasInit ?? biasDefault) : null;
  }

  forward(x: Tensor): Tensor {
    return linear(x, this.weight, this.bias ?? undefined);
  }
}
