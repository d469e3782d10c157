import { expect, test } from "vitest";
import { applyStatistics, batchNorm, checkpoint, compile, evaluate, grad, groupNorm, hostArray, instanceNorm, tensor } from "../../src/engine/index.ts";
import type { HostArray, Parameter, Tensor } from "../../src/engine/index.ts";
import { BatchNorm, EVALUATE, GroupNorm } from "../../src/nn/index.ts";
import { expectReference } from "../support/reference.ts";
import { readReference } from "../support/safetensors.ts";
import type { ReferenceCase } from "../support/safetensors.ts";

const reference = (name: string): ReferenceCase => readReference("normalization").find((entry) => entry.name === name) as ReferenceCase;
const numbers = ({ data }: HostArray): number[] => Array.from(data as Float32Array);

test("training equals PyTorch, values, gradients and new statistics", async () => {
  await expectReference(reference("batchNorm.train"), ({ x, scale, bias, runningMean, runningVariance }) => {
    const { output, mean, unbiasedVariance } = batchNorm(x as Tensor, { scale, bias });
    const moved = (old: Tensor | undefined, batch: Tensor): Tensor => (old as Tensor).mul(0.9).add(batch.mul(0.1));
    return { output, newMean: moved(runningMean, mean), newVariance: moved(runningVariance, unbiasedVariance) };
  });
});

test("evaluation and group normalisation equal PyTorch", async () => {
  await expectReference(reference("batchNorm.eval"), ({ x, scale, bias, runningMean, runningVariance }) => applyStatistics(x as Tensor, { mean: runningMean as Tensor, variance: runningVariance as Tensor, scale, bias }));
  await expectReference(reference("groupNorm"), ({ x, scale, bias }, { groups }) => groupNorm(x as Tensor, groups as number, { scale, bias }));
});

test("the module moves its running statistics once for each forward and uses them at evaluation", async () => {
  const norm = new BatchNorm(1, { momentum: 0.5, eps: 0 });
  expect([...norm.namedParameters().keys()]).toEqual(["weight", "bias", "running_mean", "running_var"]);
  expect(norm.parameters()).toHaveLength(2);
  const batch = (...values: number[]): HostArray => hostArray(Float32Array.from(values), [values.length, 1]);
  const train = compile((x: Tensor) => norm.forward(x, { train: true }));
  // Mean 2, variance 1 (biased) and 2 (unbiased).
  expect(numbers(await train(batch(1, 3)))).toEqual([-1, 1]);
  expect([numbers(norm.running_mean.value()), numbers(norm.running_var.value())]).toEqual([[1], [1.5]]);
  const both = compile((x: Tensor) => norm.forward(x, { train: true }).add(norm.forward(x.add(4), { train: true })));
  await both(batch(1, 3));
  // 1 -> (1 + 2) / 2 -> (1.5 + 6) / 2; 1.5 -> (1.5 + 2) / 2 -> (1.75 + 2) / 2
  expect([numbers(norm.running_mean.value()), numbers(norm.running_var.value())]).toEqual([[3.75], [1.875]]);
  norm.running_var.set(hostArray(Float32Array.of(4), [1]));
  expect(numbers(await compile((x: Tensor) => norm.forward(x, EVALUATE))(batch(3.75, 5.75)))).toEqual([0, 1]);
});

test("recomputation in the backward pass does not move the running statistics a second time", async () => {
  const statistics = async (wrap: (norm: BatchNorm, x: Tensor) => Tensor): Promise<number[][]> => {
    const norm = new BatchNorm(1, { momentum: 0.5, eps: 0 });
    const step = compile((x: Tensor) => {
      const loss = wrap(norm, x).square().sum();
      return grad(loss, [norm.bias as Parameter]);
    });
    await step(hostArray(Float32Array.of(1, 3), [2, 1]));
    return [numbers(norm.running_mean.value()), numbers(norm.running_var.value())];
  };
  const inner = (norm: BatchNorm) => (x: Tensor) => norm.forward(x, { train: true });
  const once = [[1], [1.5]]; // (0 + 2) / 2 and (1 + 2) / 2
  expect(await statistics((norm, x) => checkpoint(inner(norm), [x], norm.parameters()))).toEqual(once);
  expect(await statistics((norm, x) => checkpoint((y) => checkpoint(inner(norm), [y], norm.parameters()), [x], norm.parameters()))).toEqual(once);
});

test("positions outside the mask do not enter the statistics or the gradient of others", async () => {
  const real = tensor([[[1, 3, 8]], [[5, 7, 2]]]); // [2, 1, 3]
  const padded = tensor([[[1, 3, 8, 1e6]], [[5, 7, 2, -1e6]]]);
  const mask = tensor(hostArray(Uint8Array.of(1, 1, 1, 0, 1, 1, 1, 0), [2, 4], "bool"));
  const plain = batchNorm(real);
  const masked = batchNorm(padded, { mask });
  const weights = tensor([[[1, -2, 0.5]], [[3, 1, 0]]]);
  const [gradient] = grad(plain.output.mul(weights).sum(), [real]) as [Tensor];
  const [maskedGradient] = grad(masked.output.slice([null, null, [0, 3]]).mul(weights).sum(), [padded]) as [Tensor];
  const [mean, variance, unbiased, toReal, toPadded] = (await evaluate([masked.mean, masked.variance, masked.unbiasedVariance, gradient, maskedGradient])).map(numbers) as number[][];
  // 1 3 8 5 7 2: sum 26, squares 152
  expect(mean![0]).toBeCloseTo(26 / 6, 5);
  expect(variance![0]).toBeCloseTo(152 / 6 - (26 / 6) ** 2, 4);
  expect(unbiased![0]).toBeCloseTo((152 - 26 ** 2 / 6) / 5, 4);
  [0, 1, 2, 3, 4, 5].forEach((i) => expect(toPadded![i + Math.floor(i / 3)]).toBeCloseTo(toReal![i]!, 5));
  expect([toPadded![3], toPadded![7]]).toEqual([0, 0]);
});

test("second derivatives pass through the statistics", async () => {
  // With n = 2 and epsilon 1, y = +-u / sqrt(u^2 + 1) for u = half the difference, so f = y0 has f'(u) = (u^2 + 1)^-1.5.
  const x = tensor([[3], [1]]);
  const [first] = grad(batchNorm(x, { epsilon: 1 }).output.slice([[0, 1]]).sum(), [x]) as [Tensor];
  const second = grad(first.slice([[0, 1]]).sum(), [x])[0]!;
  const [g, h] = (await evaluate([first, second])).map(numbers) as number[][];
  // du/dx0 = 1/2: f' / 2 at u = 1 is 2^-1.5 / 2; f'' = -3 u (u^2 + 1)^-2.5, a quarter of it.
  expect(g![0]).toBeCloseTo(2 ** -1.5 / 2, 6);
  expect(h![0]).toBeCloseTo((-3 * 2 ** -2.5) / 4, 6);
  expect(h![1]).toBeCloseTo((3 * 2 ** -2.5) / 4, 6);
});

test("instance normalisation standardises each channel of each sample", async () => {
  const y = instanceNorm(tensor([[[1, 3], [10, 30]], [[5, 5.5], [-1, 0]]]), { epsilon: 0 });
  expect(numbers((await evaluate([y]))[0]!)).toEqual([-1, 1, -1, 1, -1, 1, -1, 1]);
});

test("what cannot be normalised is refused", () => {
  expect(() => batchNorm(tensor([[1, 2]]))).toThrow("batchNorm: [1, 2] has 1 value for each channel, a variance needs two or more");
  expect(() => new GroupNorm(3, 8)).toThrow("GroupNorm: 8 channels do not divide into 3 groups");
});
