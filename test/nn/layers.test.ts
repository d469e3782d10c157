import { expect, test } from "vitest";
import { hostArray, Parameter, RandomStream, tensor } from "../../src/engine/index.ts";
import type { Tensor } from "../../src/engine/index.ts";
import { activation, EVALUATE, FeedForward, LayerNorm, Linear, Module, ResidualGate, ReversibleNorm, RMSNorm } from "../../src/nn/index.ts";
import type { Activation, LinearChange } from "../../src/nn/index.ts";
import { expectAllLearn, expectNear, expectSame, irregularLoss, noise, numbers } from "./support.ts";

const random = RandomStream.of(47);

test("layer norm by hand: mean 3, variance 8/3; over channels of [B, C, T] too", async () => {
  const norm = new LayerNorm(3, { eps: 0 });
  const x = tensor([[1, 3, 5]]);
  const unit = Math.sqrt(8 / 3);
  expectNear(await numbers(norm.forward(x)), [-2 / unit, 0, 2 / unit], 1e-6);
  norm.weight!.set(hostArray(Float32Array.of(1, 1, 2), [3]));
  norm.bias!.set(hostArray(Float32Array.of(0, 7, 0), [3]));
  expectNear(await numbers(norm.forward(x)), [-2 / unit, 7, 4 / unit], 1e-6);
  const channels = new LayerNorm(3, { eps: 0, axis: 1, affine: false });
  expectNear(await numbers(channels.forward(x.reshape([1, 3, 1]))), [-2 / unit, 0, 2 / unit], 1e-6);
  expect(channels.parameterCount()).toBe(0);
});

test("root-mean-square norm by hand", async () => {
  expectNear(await numbers(new RMSNorm(2, { eps: 0 }).forward(tensor([[3, 4]]))), [3 / Math.sqrt(12.5), 4 / Math.sqrt(12.5)], 1e-6);
  expectNear(await numbers(new RMSNorm(2, { eps: 0.5 }).forward(tensor([[3, 4]]))), [3 / Math.sqrt(13), 4 / Math.sqrt(13)], 1e-6);
});

test("a series is standardised over time and its predictions come back to its range", async () => {
  const norm = new ReversibleNorm(1, { eps: 0 });
  norm.weight!.set(hostArray(Float32Array.of(2), [1]));
  norm.bias!.set(hostArray(Float32Array.of(5), [1]));
  const { normalized, restore } = norm.forward(tensor([[[1], [3]]])); // mean 2, deviation 1
  expectNear(await numbers(normalized), [3, 7], 1e-6);
  expectNear(await numbers(restore(tensor([[[3], [7], [9]]]))), [1, 3, 4], 1e-6);
});

test("activations at 1, and unknown names", async () => {
  const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
  const expected: Record<Activation, number> = { gelu: 0.8413447, "gelu-tanh": 0.8411920, linear: 1, "quick-gelu": sigmoid(1.702), relu: 1, silu: sigmoid(1), tanh: Math.tanh(1) };
  for (const [name, value] of Object.entries(expected)) expectNear(await numbers(activation(name as Activation)(tensor([1]))), [value], 1e-6);
  expect(() => activation("swish" as Activation)).toThrow(/unknown name "swish"; choose one of gelu, gelu-tanh, linear, quick-gelu, relu, silu, tanh/);
});

test("plain and gated feed-forward networks by hand", async () => {
  const all = (network: FeedForward, value: number): void => {
    for (const parameter of network.parameters()) parameter.set(hostArray(new Float32Array(parameter.size).fill(value), parameter.shape));
  };
  const plain = new FeedForward(2, { random, hidden: 3, activation: "relu", bias: false });
  all(plain, 1);
  expectNear(await numbers(plain.forward(tensor([[1, 2]]), EVALUATE)), [9, 9]); // three hidden units of 3
  const gated = new FeedForward(2, { random, hidden: 3, activation: "relu", gated: true, bias: false });
  all(gated, 1);
  expectNear(await numbers(gated.forward(tensor([[1, 2]]), EVALUATE)), [27, 27]);
  expectNear(await numbers(gated.forward(tensor([[-1, -2]]), EVALUATE)), [0, 0], 0);
});

test("every parameter of a gated network with inner norm learns", async () => {
  const network = new FeedForward(4, { random, gated: true, activation: "silu", innerNorm: "layer", outputs: 5 });
  await expectAllLearn(network, irregularLoss(network.forward(noise([3, 4]), EVALUATE)));
});

test("residual gates: number, vector, tanh", async () => {
  const [x, branch] = [tensor([[1, 2]]), tensor([[10, 20]])];
  expectNear(await numbers(new ResidualGate().forward(x, branch)), [1, 2], 0);
  expectNear(await numbers(new ResidualGate({ kind: "vector", width: 2, init: 0.1 }).forward(x, branch)), [2, 4], 1e-6);
  expectNear(await numbers(new ResidualGate({ kind: "tanh", init: 0.5 }).forward(x, branch)), [1 + 10 * Math.tanh(0.5), 2 + 20 * Math.tanh(0.5)], 1e-5);
  expect(new ResidualGate({ learned: false }).parameterCount()).toBe(0);
});

/** W + d W2 with a fixed second weight: any expression of the weight can stand beside it. */
class Mixture extends Module implements LinearChange {
  readonly share = new Parameter([], hostArray(Float32Array.of(0.5), []));
  readonly other: Tensor = tensor([[0, 2], [4, 0]]);
  forward(x: Tensor, weight: Tensor, bias: Tensor | null): Tensor {
    const y = x.matmul(this.merged(weight), { transB: true });
    return bias === null ? y : y.add(bias);
  }
  merged(weight: Tensor): Tensor {
    return weight.add(this.other.mul(this.share));
  }
}

test("a linear map with a changed weight learns the change and folds it", async () => {
  const layer = new Linear(2, 2, { random });
  const mixture = new Mixture();
  layer.change = mixture;
  const x = noise([3, 2]);
  const changed = layer.forward(x);
  await expectAllLearn(layer, irregularLoss(changed));
  const values = await numbers(changed);
  await layer.merge();
  expectNear(await numbers(layer.forward(x)), values, 1e-6);
  await expectSame(layer.forward(x), x.matmul(layer.weight, { transB: true }).add(layer.bias!), 1e-6);
});
