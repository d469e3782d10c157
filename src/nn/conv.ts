/** Convolutions with weights, in one and two dimensions, and their transposed forms. Channels first, names and initial values as in PyTorch. */
import { conv1d, conv2d, convTranspose1d, convTranspose2d, Parameter } from "../engine/index.ts";
import type { ConvolutionOptions, PerAxis, RandomStream, Tensor, TransposedConvolutionOptions } from "../engine/index.ts";
import { fanInUniform, uniform, zeros } from "./init.ts";
import type { Init } from "./init.ts";
import { Module } from "./module.ts";

export interface ConvWeightOptions {
  readonly random: RandomStream;
  /** Default true. */
  readonly bias?: boolean;
  /** Initialiser of the weight; default U(-a, a), a = 1 / sqrt(fan in), for weight and bias. */
  readonly init?: Init;
  /** Initialiser of the bias; zeros when `init` is given. */
  readonly biasInit?: Init;
}

export type ConvOptions = ConvWeightOptions & ConvolutionOptions;
export type ConvTransposeOptions = ConvWeightOptions & TransposedConvolutionOptions;

interface WeightShape {
  readonly first: number;
  /** Channels of the second axis before they are divided among the groups. */
  readonly second: number;
  readonly outputs: number;
  readonly kernel: PerAxis;
  readonly axes: 1 | 2;
}

/** Weight [first, second / groups, ..kernel] and bias [outputs] of all four. */
abstract class Convolution<Options extends { readonly groups?: number }> extends Module {
  readonly weight: Parameter;
  readonly bias: Parameter | null;
  readonly options: Options;

  constructor({ first, second, outputs, kernel, axes }: WeightShape, { random, bias = true, init, biasInit }: ConvWeightOptions, options: Options) {
    super();
    const { groups = 1 } = options;
    const extents = typeof kernel === "number" ? new Array<number>(axes).fill(kernel) : kernel;
    if (first % groups !== 0 || second % groups !== 0) throw new RangeError(`${this.constructor.name}: ${first} and ${second} channels must both divide by the ${groups} groups`);
    if (extents.length !== axes) throw new RangeError(`${this.constructor.name}: the kernel must have ${axes} extent(s), got [${extents.join(", ")}]`);
    const inner = [second / groups, ...extents];
    const fanIn = inner.reduce((product, extent) => product * extent, 1);
    const biasDefault = init === undefined ? uniform(random.child("bias"), 1 / Math.sqrt(fanIn)) : zeros;
    this.weight = new Parameter([first, ...inner], init ?? fanInUniform(random.child("weight")));
    this.bias = bias ? new Parameter([outputs], biasInit ?? biasDefault) : null;
    this.options = options;
  }
}

/** [B, inputs, T] -> [B, outputs, T']. Weight [outputs, inputs / groups, kernel]. */
export class Conv1d extends Convolution<ConvolutionOptions> {
  constructor(inputs: number, outputs: number, kernel: PerAxis, { random, bias, init, biasInit, ...options }: ConvOptions) {
    super({ first: outputs, second: inputs, outputs, kernel, axes: 1 }, { random, bias, init, biasInit }, options);
  }

  forward(x: Tensor): Tensor {
    return conv1d(x, this.weight, this.bias ?? undefined, this.options);
  }
}

/** [B, inputs, H, W] -> [B, outputs, H', W']. Weight [outputs, inputs / groups, ..kernel]. */
export class Conv2d extends Convolution<ConvolutionOptions> {
  constructor(inputs: number, outputs: number, kernel: PerAxis, { random, bias, init, biasInit, ...options }: ConvOptions) {
    super({ first: outputs, second: inputs, outputs, kernel, axes: 2 }, { random, bias, init, biasInit }, options);
  }

  forward(x: Tensor): Tensor {
    return conv2d(x, this.weight, this.bias ?? undefined, this.options);
  }
}

/** [B, inputs, T] -> [B, outputs, T']. Weight [inputs, outputs / groups, kernel]. */
export class ConvTranspose1d extends Convolution<TransposedConvolutionOptions> {
  constructor(inputs: number, outputs: number, kernel: PerAxis, { random, bias, init, biasInit, ...options }: ConvTransposeOptions) {
    super({ first: inputs, second: outputs, outputs, kernel, axes: 1 }, { random, bias, init, biasInit }, options);
  }

  forward(x: Tensor): Tensor {
    return convTranspose1d(x, this.weight, this.bias ?? undefined, this.options);
  }
}

/** [B, inputs, H, W] -> [B, outputs, H', W']. Weight [inputs, outputs / groups, ..kernel]. */
export class ConvTranspose2d extends Convolution<TransposedConvolutionOptions> {
  constructor(inputs: number, outputs: number, kernel: PerAxis, { random, bias, init, biasInit, ...options }: ConvTransposeOptions) {
    super({ first: inputs, second: outputs, outputs, kernel, axes: 2 }, { random, bias, init, biasInit }, options);
  }

  forward(x: Tensor): Tensor {
    return convTranspose2d(x, this.weight, this.bias ?? undefined, this.options);
  }
}
