import { expect, test } from "vitest";
import { splitOf } from "../../../src/data/worlds/split.ts";

test("keys fall 80/10/10 and always the same way", () => {
  const counts = { train: 0, dev: 0, test: 0 };
  for (let i = 0; i < 10_000; i++) counts[splitOf(`key ${i}`)]++;
  // Standard deviations are 40 (train) and 30 (dev, test); four of them are allowed.
  expect(Math.abs(counts.train - 8000)).toBeLessThan(160);
  expect(Math.abs(counts.dev - 1000)).toBeLessThan(120);
  expect(Math.abs(counts.test - 1000)).toBeLessThan(120);
  expect(splitOf("a red circle")).toBe(splitOf("a red circle"));
});
