/** Sliding windows: what one pass with a perfect judge achieves, how often it asks, and what answers in words mean. */
import { expect, test } from "vitest";
import { RandomStream } from "../../../src/engine/index.ts";
import { parseRanking, slidingRerank, windowsOf } from "../../../src/data/search/index.ts";

/** A judge that knows the true order: smaller numbers are better. */
function perfect() {
  const seen: number[][] = [];
  const order = (items: readonly number[]): number[] => {
    seen.push([...items]);
    return items.map((_, i) => i).sort((a, b) => items[a]! - items[b]!);
  };
  return { seen, order };
}

const shuffled = (count: number): number[] => [...RandomStream.of(count, "list").permutation(count)];

test("one pass of a perfect judge over 100 puts the true first 10 in order, and not all", async () => {
  const result = await slidingRerank(shuffled(100), perfect().order);
  expect(result.slice(0, 10)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(result).not.toEqual([...result].sort((a, b) => a - b));
  expect([...result].sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i));
});

test("a window as long as the list sorts it with one call", async () => {
  const { seen, order } = perfect();
  expect(await slidingRerank(shuffled(30), order, { window: 30 })).toEqual(Array.from({ length: 30 }, (_, i) => i));
  expect(seen.length).toBe(1);
});

test.each([[100, 9], [50, 4], [30, 2], [25, 2], [20, 1], [7, 1], [0, 0]])("%d items are read in %d windows, the last of which begins at the top", (count, calls) => {
  const windows = windowsOf(count);
  expect(windows.length).toBe(calls);
  if (count > 0) expect(windows.at(-1)?.start).toBe(0);
});

test("25 items: the first window begins at rank 5, the second is clamped to the top, and the first 10 come out right", async () => {
  expect(windowsOf(25)).toEqual([{ start: 5, end: 25 }, { start: 0, end: 15 }]);
  expect((await slidingRerank(shuffled(25), perfect().order)).slice(0, 10)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test('"[2] > [2] > [9] > [1]" over four passages is 2, 1, 3, 4', () => {
  const positions = (answer: string, count: number): number[] => parseRanking(answer, count).map((position) => position + 1);
  expect(positions("[2] > [2] > [9] > [1]", 4)).toEqual([2, 1, 3, 4]);
  expect(positions("Passage 3 is best, then 1.", 3)).toEqual([3, 1, 2]);
  expect(positions("I cannot say", 3)).toEqual([1, 2, 3]);
  expect(positions("[0] > [-2]", 2)).toEqual([2, 1]);
});

test("a judge that leaves items out, repeats or invents some loses none", async () => {
  expect(await slidingRerank(["a", "b", "c"], () => [2, 2, 7, -1])).toEqual(["c", "a", "b"]);
  expect(() => windowsOf(10, { window: 5, step: 6 })).toThrow("expected a step from 1 to the window, got a window of 5 and a step of 6");
});
