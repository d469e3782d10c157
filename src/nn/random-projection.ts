/** Fixed random projections into several small spaces: x P_h for head h, Gaussian, columns of unit length. Not trained. */
import { matmul, Parameter } from "../engine/index.ts";
import type { RandomStream, Tensor } from "../engine/index.ts";
import { Module } from "./module.ts";

export class RandomProjection extends Module {
  /** [m, heads * width] */
  readonly matrix: Parameter;
  readonly heads: number;
  readonly width: number;

  constructor(inputs: number, { heads, width, random }: { readonly heads: number; readonly width: number; readonly random: RandomStream }) {
    super();
    const columns = heads * width;
    const init = (): Float32Array => {
      const values = Float32Array.from({ length: inputs * columns }, () => random.normal());
      for (let column = 0; column < columns; column++) {
        let squares = 0;
        for (let row = 0; row < inputs; row++) squares += (values[row * columns + column] as number) ** 2;
        for (let row = 0; row < inputs; row++) values[row * columns + column] = (values[row * columns + column] as number) / Math.sqrt(squares);
      }
      return values;
    };
    this.matrix = new Parameter([inputs, columns], init, { trainable: false });
    this.heads = heads;
    this.width = width;
  }

  /** [B, m] -> [B, heads, width] */
  forward(x: Tensor): Tensor {
    return matmul(x, this.matrix).reshape([x.dim(0), this.heads, this.width]);
  }
}
