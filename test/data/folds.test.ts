import { expect, test } from "vitest";
import { FOLDS, foldOf, indicesOfSplit } from "../../src/data/folds.ts";

test("folds are about equally large and depend on the key alone", () => {
  const counts = new Array<number>(FOLDS).fill(0);
  for (let i = 0; i < 5000; i++) counts[foldOf(`key ${i}`)]!++;
  for (const count of counts) expect(Math.abs(count - 500)).toBeLessThan(100); // 4.7 standard deviations
  expect(foldOf("1F600")).toBe(foldOf("1F600"));
});

test("splits share out all items: folds 0-6, 7, and 8-9", () => {
  const folds = Uint8Array.of(9, 0, 7, 6, 8, 1);
  expect([...indicesOfSplit(folds, "train")]).toEqual([1, 3, 5]);
  expect([...indicesOfSplit(folds, "dev")]).toEqual([2]);
  expect([...indicesOfSplit(folds, "test")]).toEqual([0, 4]);
});
