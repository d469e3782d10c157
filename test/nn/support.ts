/** Helpers for tests of modules: irregular inputs, comparisons, and the check that every parameter learns. */
import { expect } from "vitest";
import { evaluate, grad, hostArray, RandomStream, tensor } from "../../src/engine/index.ts";
import type { Tensor } from "../../src/engine/index.ts";
import type { Module } from "../../src/nn/index.ts";

/** Normal numbers of a shape, the same for the same seed. */
export function noise(shape: readonly number[], seed = 1): Tensor {
  const random = RandomStream.of(seed, "test");
  return tensor(hostArray(Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.normal()), shape));
}

export const intTensor = (values: readonly number[], shape: readonly number[]): Tensor => tensor(hostArray(Int32Array.from(values), shape));
export const boolTensor = (values: readonly number[], shape: readonly number[]): Tensor => tensor(hostArray(Uint8Array.from(values), shape, "bool"));

export const numbers = async (x: Tensor): Promise<number[]> => Array.from((await x.array()).data as ArrayLike<number>);

export function expectNear(actual: readonly number[], expected: readonly number[], tolerance = 1e-5): void {
  expect(actual.length).toBe(expected.length);
  const worst = actual.reduce((most, value, i) => Math.max(most, Math.abs(value - (expected[i] as number))), 0);
  expect(worst, `largest difference of ${actual.length} values`).toBeLessThanOrEqual(tolerance);
}

/** Both tensors hold the same numbers. */
export async function expectSame(a: Tensor, b: Tensor, tolerance = 1e-5): Promise<void> {
  expect(a.shape).toEqual(b.shape);
  const [x, y] = await evaluate([a, b]);
  expectNear(Array.from(x!.data as Float32Array), Array.from(y!.data as Float32Array), tolerance);
}

/** A scalar in which no coordinate of x has a special role. */
export const irregularLoss = (x: Tensor): Tensor => x.mul(noise(x.shape, 77)).sum().add(x.mul(x).mul(noise(x.shape, 78)).sum());

/**
 * Every trainable parameter gets a finite gradient that is not zero. Names ending in one of `zero` must get (almost)
 * none: biases of keys, for one, shift all scores of a query alike, which softmax ignores.
 */
export async function expectAllLearn(module: Module, loss: Tensor, zero: readonly string[] = ["key.bias"]): Promise<void> {
  const named = [...module.namedParameters()].filter(([, parameter]) => parameter.trainable);
  expect(named.length).toBeGreaterThan(0);
  const gradients = await evaluate(grad(loss, named.map(([, parameter]) => parameter)));
  named.forEach(([name], i) => {
    const largest = Math.max(...Array.from(gradients[i]!.data as Float32Array, (value) => (Number.isFinite(value) ? Math.abs(value) : Infinity)));
    expect(largest, name).toBeLessThan(1e6);
    if (zero.some((suffix) => name.endsWith(suffix))) expect(largest, `${name} is expected to get no gradient`).toBeLessThan(1e-3);
    else expect(largest, `${name} gets no gradient`).toBeGreaterThan(1e-6);
  });
}
