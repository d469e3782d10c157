/** Convolutions over tokens. */
import { concat, zeros } from "../../engine/index.ts";
import type { RandomStream, Tensor } from "../../engine/index.ts";
import { Conv1d, Module } from "../../nn/index.ts";
import type { StreamConfig } from "./config.ts";

/** layers_num centred convolutions with rectifiers, [B, L, inputs] -> [B, L, hidden_size]. Padding is kept at zero. */
export class Convolutions extends Module {
  readonly layers: readonly Conv1d[];

  constructor({ hidden_size: width, layers_num: layers, kernel_size: kernel }: StreamConfig, inputs: number, random: RandomStream) {
    super();
    this.layers = Array.from({ length: layers }, (_, i) => new Conv1d(i === 0 ? inputs : width, width, kernel, { random: random.child(i) }));
  }

  forward(x: Tensor, segments: Tensor): Tensor {
    const real = segments.greater(0).cast("float32").unsqueeze(1);
    return this.layers
      .reduce((states, layer) => {
        const before = (layer.weight.dim(2) - 1) >> 1;
        return layer.forward(padded(states.mul(real), before, layer.weight.dim(2) - 1 - before)).relu();
      }, x.transpose([0, 2, 1]))
      .transpose([0, 2, 1]);
  }
}

/** x [B, C, L] with zeros on both sides. */
export function padded(x: Tensor, before: number, after: number): Tensor {
  const edge = (count: number): Tensor[] => (count === 0 ? [] : [zeros([x.dim(0), x.dim(1), count])]);
  return concat([...edge(before), x, ...edge(after)], 2);
}
