import { expect, test } from "vitest";
import { RandomStream } from "../../src/engine/random/stream.ts";
import { allowedContrary, binomialInterval, bootstrapInterval, mean, pairedBootstrap, standardDeviation } from "../../src/lab/statistics.ts";

test("mean and sample deviation of 2, 4, 9", () => {
  expect(mean([2, 4, 9])).toBe(5);
  expect(standardDeviation([2, 4, 9])).toBeCloseTo(Math.sqrt((9 + 1 + 16) / 2), 12);
  expect(standardDeviation([7])).toBe(0);
});

test("a bootstrap interval of equal values has no width", () => {
  expect(bootstrapInterval([3, 3, 3], { random: RandomStream.of(1) })).toEqual({ low: 3, high: 3 });
});

test("a bootstrap interval of 0 and 1 spans all three possible means", () => {
  // means of two draws are 0, 1/2, 1 with probabilities 1/4, 1/2, 1/4: the 2.5% and 97.5% quantiles are the extremes
  expect(bootstrapInterval([0, 1], { random: RandomStream.of(1) })).toEqual({ low: 0, high: 1 });
});

test("a 40% bootstrap interval of 0 and 1 is its middle value", () => {
  expect(bootstrapInterval([0, 1], { random: RandomStream.of(1), confidence: 0.4 })).toEqual({ low: 0.5, high: 0.5 });
});

test("the same stream gives the same interval", () => {
  const values = [0.1, 0.4, -0.2, 0.3, 0.25];
  const draw = (seed: number) => bootstrapInterval(values, { random: RandomStream.of(seed) });
  expect(draw(7)).toEqual(draw(7));
  expect(draw(7).low).toBeLessThan(mean(values));
  expect(draw(7).high).toBeGreaterThan(mean(values));
});

test("contrary seeds are allowed only where a coin would be as rare as three out of three", () => {
  // binomial tails: 7/64 for one of six, 37/256 for two of eight (too many), 46/512 for two of nine
  expect([1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map(allowedContrary)).toEqual([0, 0, 0, 0, 0, 1, 1, 1, 2, 2]);
});

test("a paired difference is that of the items, and its interval leaves out 0 only when they agree", () => {
  const random = RandomStream.of(1);
  const a = [0.1, 0.9, 0.4, 0.5, 0.2, 0.7];
  const steady = pairedBootstrap(a, a.map((value) => value + 0.05), { random });
  expect(steady.difference).toBeCloseTo(0.05, 12);
  expect(steady.interval.low).toBeCloseTo(0.05, 12);
  expect(steady.significant).toBe(true);
  expect(pairedBootstrap([0, 0, 0, 0], [1, -1, 1, -1], { random }).significant).toBe(false);
  expect(() => pairedBootstrap([1], [1, 2], { random })).toThrow("the same items, got 1 and 2");
});

test("exact binomial intervals agree with published values", () => {
  // 8 of 10: 0.4439 to 0.9748; 0 of 10: upper end 1 - 0.025^(1/10)
  const { low, high } = binomialInterval(8, 10);
  expect(low).toBeCloseTo(0.4439, 4);
  expect(high).toBeCloseTo(0.9748, 4);
  expect(binomialInterval(0, 10)).toEqual({ low: 0, high: expect.closeTo(1 - 0.025 ** 0.1, 9) as number });
  expect(binomialInterval(10, 10).high).toBe(1);
});
