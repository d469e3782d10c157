import { expect, test } from "vitest";
import { RandomStream } from "../../src/engine/index.ts";
import { CmaEs } from "../../src/train/index.ts";

test("a quadratic of ten numbers falls below 1e-6 within 2,000 evaluations", async () => {
  for (const seed of [1, 2, 3]) {
    const search = new CmaEs({ start: new Float64Array(10).fill(1), deviation: 0.5, random: RandomStream.of(seed, "search") });
    const { value, evaluations } = await search.minimize((x) => x.reduce((total, v) => total + v * v, 0), { evaluations: 2000, target: 1e-6 });
    expect(value).toBeLessThanOrEqual(1e-6);
    expect(evaluations).toBeLessThanOrEqual(2000);
  }
});

test("it learns the axes of a narrow, turned valley", async () => {
  const search = new CmaEs({ start: [3, -2, 1], deviation: 1, random: RandomStream.of(4) });
  const valley = (x: Float64Array): number => (x[0]! + x[1]! - 1) ** 2 + 1000 * (x[0]! - x[1]!) ** 2 + 30 * (x[2]! - 2) ** 2;
  const { point, value } = await search.minimize((x) => Promise.resolve(valley(x)), { evaluations: 3000, target: 1e-9 });
  expect(value).toBeLessThanOrEqual(1e-9);
  [0.5, 0.5, 2].forEach((expected, i) => expect(point[i]).toBeCloseTo(expected, 3));
});

test("values that are not numbers count as the worst, and the best is kept", () => {
  const search = new CmaEs({ start: [0, 0], deviation: 1, random: RandomStream.of(5), population: 4 });
  const points = search.ask();
  search.tell(points, [NaN, 3, 2, 5]);
  expect(search.best).toEqual({ point: points[2], value: 2 });
  search.tell(search.ask(), [9, 9, 9, 9]);
  expect(search.best!.value).toBe(2);
  expect(search.ask().flatMap((point) => [...point]).every(Number.isFinite)).toBe(true);
  expect(() => search.tell([], [])).toThrow("expected 4 points and values, got 0 and 0");
});
