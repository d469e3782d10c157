import { expect, test } from "vitest";
import { compile, evaluate, grad, hostArray, RandomStream, tensor } from "../../../src/engine/index.ts";
import type { Tensor } from "../../../src/engine/index.ts";
import { EVALUATE, ResidualQuantizer, VectorQuantizer } from "../../../src/nn/index.ts";
import { expectAllLearn, expectNear, expectSame, irregularLoss, noise, numbers } from "../support.ts";

const random = RandomStream.of(29);
const codes = hostArray(Float32Array.of(0, 0, 4, 0), [2, 2]);

test("vectors become their nearest code; losses and perplexity by hand", async () => {
  const quantizer = new VectorQuantizer({ random, entries: 2, width: 2, commitment: 0.5 });
  quantizer.codebook.set(codes);
  const x = tensor([[[1, 0], [3, 2]], [[0, 1], [1, 1]]]);
  const { quantized, ids, loss, perplexity } = quantizer.forward(x, EVALUATE);
  expectNear(await numbers(ids), [0, 1, 0, 0], 0);
  expectNear(await numbers(quantized), [0, 0, 4, 0, 0, 0, 0, 0], 0);
  // squared distances 1, 1 + 4, 1, 2 over 8 numbers: 9/8, once for the codes and half for the vectors
  expectNear(await numbers(loss), [1.5 * (9 / 8)], 1e-6);
  expectNear(await numbers(perplexity), [Math.exp(-(0.75 * Math.log(0.75) + 0.25 * Math.log(0.25)))], 1e-5);
});

test("the gradient passes straight through to the vectors and not to the codes", async () => {
  const quantizer = new VectorQuantizer({ random, entries: 2, width: 2 });
  const x = noise([3, 2]);
  const [dx] = await evaluate(grad(quantizer.forward(x, EVALUATE).quantized.mul(noise([3, 2], 5)).sum(), [x]));
  expectNear(Array.from(dx!.data as Float32Array), await numbers(noise([3, 2], 5)), 1e-6);
  expect(() => grad(quantizer.forward(x, EVALUATE).quantized.sum(), [quantizer.codebook])).toThrow(/does not depend/);
});

test("every parameter learns, also with factorised codes compared by angle", async () => {
  const quantizer = new VectorQuantizer({ random, entries: 3, width: 4, codeWidth: 2, metric: "cosine" });
  const { quantized, loss } = quantizer.forward(noise([5, 4]), EVALUATE);
  await expectAllLearn(quantizer, irregularLoss(quantized).add(loss));
  await expectSame(quantizer.decode(quantizer.forward(noise([5, 4]), EVALUATE).ids), quantized);
});

test("a moving average moves codes to the mean of their vectors and leaves unused ones", async () => {
  const quantizer = new VectorQuantizer({ random, entries: 2, width: 1, update: { kind: "ema", decay: 0.5 } });
  quantizer.codebook.set(hostArray(Float32Array.of(0, 100), [2, 1]));
  const step = compile((x: Tensor) => quantizer.forward(x, { train: true }).loss);
  await step(hostArray(Float32Array.of(1, 3), [2, 1]));
  expectNear(Array.from(quantizer.codebook.value().data as Float32Array), [2, 100], 1e-6);
  await step(hostArray(Float32Array.of(4, 90), [2, 1]));
  // first code: counts 0.5 * 1 + 0.5 * 1 = 1, sums 0.5 * 2 + 0.5 * 4 = 3; the second gets 90
  expectNear(Array.from(quantizer.codebook.value().data as Float32Array), [3, 90], 1e-5);
  expect(quantizer.parameters()).toEqual([]);
  // counts are now 1 and 0.5: the second code counts as unused and takes the only vector offered
  expect(quantizer.replaceUnused(hostArray(Float32Array.of(-7), [1, 1]), 0.75, random)).toBe(1);
  expectNear(Array.from(quantizer.codebook.value().data as Float32Array), [3, -7], 1e-5);
});

test("residual stages code what is left; the sum passes the gradient once", async () => {
  const quantizer = new ResidualQuantizer(2, { random, entries: 2, width: 1 });
  quantizer.stages[0]!.codebook.set(hostArray(Float32Array.of(0, 10), [2, 1]));
  quantizer.stages[1]!.codebook.set(hostArray(Float32Array.of(-1, 2), [2, 1]));
  const x = tensor([[9.2], [1.5]]);
  const { quantized, ids } = quantizer.forward(x, EVALUATE);
  expectNear(await numbers(quantized), [9, 2], 1e-6);
  expectNear(await numbers(ids), [1, 0, 0, 1], 0);
  const [dx] = await evaluate(grad(quantized.mul(tensor([[3], [5]])).sum(), [x]));
  expectNear(Array.from(dx!.data as Float32Array), [3, 5], 1e-6);
  expectNear(await numbers(quantizer.forward(x, EVALUATE, 1).quantized), [10, 0], 1e-6);
});
