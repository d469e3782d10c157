/** Conformal sets: thresholds worked out by counting, coverage by simulation. */
import { expect, test } from "vitest";
import { RandomStream } from "../../src/engine/index.ts";
import { binomialInterval } from "../../src/lab/index.ts";
import { ConformalSets } from "../../src/train/index.ts";

const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => (i * 37) % n); // 0 .. n - 1, shuffled

test("with 99 calibration items and 1% a label is left out if and only if it is strictly stranger than all of them", () => {
  const sets = new ConformalSets(upTo(99), 0.01);
  expect(sets.setOf([98.001, 98, 97.5, -5, 1e9, Infinity])).toEqual([1, 2, 3]);
  expect(sets.pValue(98)).toBe(0.02);
  expect(sets.pValue(98.001)).toBe(0.01);
  expect(sets.pValue(-1)).toBe(1);
});

test("with 98 items nothing can ever be left out: the smallest p is 1/99", () => {
  const sets = new ConformalSets(upTo(98), 0.01);
  expect(sets.setOf([0, 1e9, Infinity])).toEqual([0, 1, 2]);
  expect(sets.pValue(Infinity)).toBeCloseTo(1 / 99, 12);
});

test.each([[0.01, 99], [0.05, 19], [0.1, 9], [0.5, 1], [0.3, 3]])("an error rate of %d needs %d items", (rate, needed) => {
  expect(ConformalSets.needed(rate)).toBe(needed);
  expect(new ConformalSets(upTo(needed), rate).setOf([1e9])).toEqual([]);
  if (needed > 1) expect(new ConformalSets(upTo(needed - 1), rate).setOf([1e9])).toEqual([0]);
});

test("a product that rounds below its whole number does not keep a label too many", () => {
  expect(0.29 * 100).toBeLessThan(29); // the pitfall
  // p of nonconformity 71 is (1 + 28) / 100 = 0.29, which is not above 0.29
  const sets = new ConformalSets(upTo(99), 0.29);
  expect(sets.setOf([71, 70])).toEqual([1]);
});

test("over 2,000 draws of exchangeable scores the right label is in the set as often as promised", () => {
  const random = RandomStream.of(4);
  let hits = 0;
  for (let repeat = 0; repeat < 2000; repeat++) {
    const draws = Array.from({ length: 200 }, () => random.normal());
    if (new ConformalSets(draws.slice(1), 0.01).setOf([draws[0] as number]).length === 1) hits++;
  }
  // 199 items: the promise is exact, 198 of 200 places are kept
  const { low, high } = binomialInterval(hits, 2000, 0.999);
  expect(low).toBeLessThan(0.99);
  expect(high).toBeGreaterThan(0.99);
});

test("equal scores give full sets, and a higher error rate a subset", () => {
  expect(new ConformalSets(new Array(99).fill(0), 0.01).setOf([0, 0, 0])).toEqual([0, 1, 2]);
  const random = RandomStream.of(5);
  const calibration = Array.from({ length: 300 }, () => random.normal());
  const labels = Array.from({ length: 100 }, () => 3 * random.normal());
  const [strict, loose] = [0.05, 0.01].map((rate) => new ConformalSets(calibration, rate).setOf(labels)) as [number[], number[]];
  expect(loose).toEqual(expect.arrayContaining(strict));
  expect(strict.length).toBeLessThan(loose.length);
});

test("rates outside 0 to 1, no items and items that are not numbers are refused", () => {
  expect(() => new ConformalSets([1], 0)).toThrow("errorRate: expected a number between 0 and 1, got 0");
  expect(() => new ConformalSets([1], 1)).toThrow("got 1");
  expect(() => new ConformalSets([], 0.1)).toThrow("at least one");
  expect(() => new ConformalSets([0, NaN], 0.1)).toThrow("nonconformity 1 is not a number");
});
