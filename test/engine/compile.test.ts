import { expect, test } from "vitest";
import { checkpoint, compile, evaluate, full, grad, hostArray, Parameter, scan, stopGradient, tensor } from "../../src/engine/index.ts";
import { withScope } from "../../src/engine/scope.ts";
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

test("debug mode names the operation inside a loop, its slice and its line", async () => {
  // h = log(h - x): 5 - 1, 4 - 1, .. would stay positive; the slice 3 takes too much.
  const walk = (reverse: boolean) => compile((xs: Tensor) => scan((h: Tensor, x: Tensor) => ({ state: h.sub(x).log().add(5), output: h }), full([], 5), xs, { unroll: false, reverse }).state, { debug: true });
  const xs = hostArray(Float32Array.of(1, 1, 1, 9, 1, 9, 1, 1), [8]);
  await expect(walk(false)(xs)).rejects.toThrow(/non-finite value \(NaN\) is made by log of \[\], at slice 3 of the 8 of a scan, written at .*compile\.test\.ts/);
  await expect(walk(true)(xs)).rejects.toThrow(/made by log of \[\], at slice 5 of the 8 of a scan/);
});

test("debug mode descends into a loop within a loop, and into the loop of a derivative", async () => {
  const inner = (h: Tensor, row: Tensor): Tensor => scan((sum: Tensor, x: Tensor) => ({ state: sum.add(x.sqrt()), output: sum }), h, row, { unroll: false }).state;
  const nested = (xs: Tensor): Tensor => scan((h: Tensor, row: Tensor) => ({ state: inner(h, row), output: h }), full([], 0), xs, { unroll: false }).state;
  const run = compile(nested, { debug: true });
  await expect(run(hostArray(Float32Array.of(1, 1, 1, 1, 1, -1), [2, 3]))).rejects.toThrow(/made by sqrt of \[\], at slice 1 of the 2 of a scan, at slice 2 of the 3 of a scan/);
  // sqrt has no finite derivative at 0.
  const slope = compile((xs: Tensor) => grad(nested(xs), [xs]), { debug: true });
  await expect(slope(hostArray(Float32Array.of(1, 0, 1, 1, 1, 1), [2, 3]))).rejects.toThrow(/\(Infinity\) is made by \w+ of .*, at slice 0 of the 2 of a scan, at slice 1 of the 3 of a scan/);
});

test("debug mode names module path and line of an operation that passes made", async () => {
  const product = compile((x: Tensor) => withScope("head", () => x.matmul(tensor([[3e38, 1], [1, 1]])).add(tensor([1, 2]))), { debug: true });
  await expect(product(hostArray(new Float32Array(4).fill(-3e38), [2, 2]))).rejects.toThrow(/\(-Infinity\) is made by gemm of .* in head, written at .*compile\.test\.ts/);
});

test("shape errors name the operation and both shapes", () => {
  const a = new Parameter([8, 64], (shape) => new Float32Array(shape[0]! * shape[1]!));
  expect(() => a.matmul(new Parameter([32, 5], () => new Float32Array(160)))).toThrow("matmul [8, 64] x [32, 5]: inner dimensions 64 and 32 differ");
});

test("debug mode names the first operation that makes a NaN and where it was written", async () => {
  const bad = compile((x: Tensor) => x.sub(2).log().add(1).sum(), { debug: true });
  await expect(bad(hostArray(Float32Array.of(3, 1), [2]))).rejects.toThrow(/non-finite value \(NaN\) is made by log of \[2\].*compile\.test\.ts/);
});
