import { expect, test } from "vitest";
import { checkpoint, compile, evaluate, grad, hostArray, Parameter, stopGradient } from "../../src/engine/index.ts";
import type { Tensor } from "../../src/engine/index.ts";

test("a compiled step of gradient descent updates its parameter in place", async () => {
  const w = new Parameter([2], hostArray(Float32Array.of(1, -1), [2]), { name: "w" });
  const step = compile((x: Tensor, lr: Tensor) => {
    const loss = w.mul(x).sum().square();
    const [g] = grad(loss, [w]) as [Tensor];
    w.assign(w.sub(g.mul(lr)));
    return { loss };
  });
  // loss = (1*3 - 1*1)^2 = 4, gradient = 2*2*(3, 1) = (12, 4)
  const { loss } = await step(hostArray(Float32Array.of(3, 1), [2]), 0.5);
  expect(loss.item()).toBe(4);
  expect(Array.from(w.value().data as Float32Array)).toEqual([1 - 6, -1 - 2]);
});

test("it compiles once for each signature", async () => {
  const double = compile((x: Tensor) => x.mul(2));
  await double(hostArray(Float32Array.of(1), [1]));
  await double(hostArray(Float32Array.of(2), [1]));
  expect(double.programs).toBe(1);
  await double(hostArray(Float32Array.of(1, 2), [2]));
  expect(double.programs).toBe(2);
  await double.release();
  expect(double.programs).toBe(0);
});

test("second derivatives work: d2/dx2 of x^3 is 6x", async () => {
  const second = compile((x: Tensor) => {
    const [first] = grad(x.mul(x).mul(x).sum(), [x]) as [Tensor];
    return grad(first.sum(), [x])[0] as Tensor;
  });
  const result = await second(hostArray(Float32Array.of(1, -2), [2]));
  expect(Array.from(result.data as Float32Array)).toEqual([6, -12]);
});

test("checkpoint works for a scalar result", async () => {
  const x = new Parameter([2], hostArray(Float32Array.of(1, 3), [2]));
  const loss = checkpoint((y) => (y as Tensor).square().sum(), [x]);
  const [value, gradient] = await evaluate([loss, ...grad(loss, [x])]);
  expect(value?.item()).toBe(10);
  expect(Array.from(gradient?.data as Float32Array)).toEqual([2, 6]);
});

test("checkpoint counts a parameter once that its input also depends on, and can be differentiated twice", async () => {
  const w = new Parameter([], hostArray(Float32Array.of(3), []));
  const block = (x: Tensor): Tensor => checkpoint((y) => (y as Tensor).mul(w), [x], [w]);
  const cube = block(block(w)); // w^3
  const [first] = grad(cube, [w]) as [Tensor];
  const values = await evaluate([cube, first, ...grad(first, [w])]);
  expect(values.map((value) => value.item())).toEqual([27, 27, 18]); // w^3, 3 w^2, 6 w
});

test("no gradient passes stopGradient, and unused targets are named", async () => {
  const a = new Parameter([1], hostArray(Float32Array.of(2), [1]), { name: "a" });
  const b = new Parameter([1], hostArray(Float32Array.of(3), [1]), { name: "encoder.b" });
  expect(() => grad(a.mul(stopGradient(b)).sum(), [a, b])).toThrow(/does not depend on 1 of 2 targets: encoder\.b/);
});

test("shape errors name the operation and both shapes", () => {
  const a = new Parameter([8, 64], (shape) => new Float32Array(shape[0]! * shape[1]!));
  expect(() => a.matmul(new Parameter([32, 5], () => new Float32Array(160)))).toThrow("matmul [8, 64] x [32, 5]: inner dimensions 64 and 32 differ");
});

test("debug mode names the first operation that makes a NaN and where it was written", async () => {
  const bad = compile((x: Tensor) => x.sub(2).log().add(1).sum(), { debug: true });
  await expect(bad(hostArray(Float32Array.of(3, 1), [2]))).rejects.toThrow(/non-finite value \(NaN\) is made by log of \[2\].*compile\.test\.ts/);
});
