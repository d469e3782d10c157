import { expect, test } from "vitest";
import { compile, hostArray } from "../../src/engine/index.ts";
import type { Tensor } from "../../src/engine/index.ts";
import { growthExponent, measureCost, medianTime } from "../../src/lab/cost-meter.ts";

test("FLOPs are counted from the graph: a product of [3, 4] and [4, 5] is 120", async () => {
  const product = compile((a: Tensor, b: Tensor) => a.matmul(b));
  const cost = await measureCost(product, [hostArray(new Float32Array(12), [3, 4]), hostArray(new Float32Array(20), [4, 5])], { items: 3, storedBytes: 80, runs: 3 });
  expect(cost.flops).toBe(120 / 3);
  expect(cost.storedBytes).toBe(80);
  expect(cost.activationBytes).toBe(15 * 4);
  expect(cost.milliseconds).toBeGreaterThan(0);
  await product.release();
});

test("the first run does not count, and the median ignores an outlier", async () => {
  const waits = [60, 1, 1, 60, 1, 1];
  const runs: number[] = [];
  const median = await medianTime(async () => {
    const wait = waits[runs.length]!;
    runs.push(wait);
    await new Promise((done) => setTimeout(done, wait));
  });
  expect(runs.length).toBe(6);
  expect(median).toBeLessThan(40);
});

test("the exponent of a quadratic cost is 2", () => {
  expect(growthExponent([1, 2, 4], [3, 12, 48])).toBeCloseTo(2, 12);
  expect(() => growthExponent([1, 1], [1, 2])).toThrow("two or more different sizes");
});
