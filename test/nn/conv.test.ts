import { expect, test } from "vitest";
import { compile, grad, hostArray, RandomStream } from "../../src/engine/index.ts";
import type { Tensor } from "../../src/engine/index.ts";
import { BatchNorm, Conv1d, Conv2d, ConvTranspose2d, EVALUATE, GroupNorm, Module } from "../../src/nn/index.ts";

const random = (label: string): RandomStream => RandomStream.of(5, label);

test("weights have PyTorch's shapes and lie within one over the root of the fan in", () => {
  const conv = new Conv2d(6, 8, [3, 2], { random: random("a"), groups: 2, padding: "same" });
  expect([...conv.namedParameters()].map(([name, { shape }]) => [name, shape])).toEqual([["weight", [8, 3, 3, 2]], ["bias", [8]]]);
  const bound = 1 / Math.sqrt(3 * 3 * 2);
  const weights = Array.from(conv.weight.value().data as Float32Array, Math.abs);
  expect(Math.max(...weights)).toBeLessThanOrEqual(bound);
  expect(Math.max(...weights)).toBeGreaterThan(0.9 * bound);
  const transposed = new ConvTranspose2d(6, 8, 4, { random: random("b"), groups: 2, stride: 2, bias: false });
  expect([...transposed.namedParameters()].map(([name, { shape }]) => [name, shape])).toEqual([["weight", [6, 4, 4, 4]]]);
});

test("channels that do not divide by the groups are refused", () => {
  expect(() => new Conv1d(6, 8, 3, { random: random("a"), groups: 4 })).toThrow("Conv1d: 8 and 6 channels must both divide by the 4 groups");
});

/** Down by a strided convolution, depthwise, and up again. */
class Autoencoder extends Module {
  readonly down = new Conv2d(1, 8, 3, { random: random("down"), stride: 2, padding: 1 });
  readonly norm = new BatchNorm(8);
  readonly mix = new Conv2d(8, 8, 3, { random: random("mix"), padding: "same", groups: 8 });
  readonly group = new GroupNorm(2, 8);
  readonly up = new ConvTranspose2d(8, 1, 3, { random: random("up"), stride: 2, padding: 1, outputPadding: 1 });

  forward(x: Tensor, train: boolean): Tensor {
    const hidden = this.norm.forward(this.down.forward(x), train ? { train } : EVALUATE).relu();
    return this.up.forward(this.group.forward(this.mix.forward(hidden)).relu());
  }
}

test("a convolutional autoencoder learns to copy, and every parameter gets a gradient", async () => {
  const model = new Autoencoder();
  const parameters = model.parameters();
  const stream = random("data");
  const images = hostArray(Float32Array.from({ length: 4 * 64 }, () => (stream.uniform() < 0.5 ? 0 : 1)), [4, 1, 8, 8]);
  const step = compile((x: Tensor) => {
    const loss = model.forward(x, true).sub(x).square().mean();
    grad(loss, parameters).forEach((g, i) => parameters[i]!.assign(parameters[i]!.sub(g.mul(0.3))));
    return loss;
  });
  const before = new Map(model.stateDict());
  const first = (await step(images)).item();
  for (const [name, { data }] of model.stateDict()) {
    // A bias in front of batch normalisation is taken out again with the mean.
    if (name !== "down.bias") expect(Array.from(data as Float32Array), name).not.toEqual(Array.from(before.get(name)!.data as Float32Array));
  }
  let last = first;
  for (let i = 0; i < 150; i++) last = (await step(images)).item();
  expect(last).toBeLessThan(0.4 * first);
});
