/** Choosing among answers by comparisons, with a comparer that prefers longer answers and whatever is read first. */
import { expect, test } from "vitest";
import { hostArray } from "../../../src/engine/index.ts";
import { compareTexts, fuse, rankCandidates } from "../../../src/tasks/index.ts";
import type { Comparer } from "../../../src/tasks/index.ts";

let passes = 0;
const model = {
  labels: ["LABEL_0"],
  scores: (rows: readonly (readonly [string, string])[]) => {
    passes += rows.length;
    const of = ([, both]: readonly [string, string]): number => {
      const [, left = "", right = ""] = /^1: (.*) 2: (.*)$/.exec(both) ?? [];
      return left.length - right.length + 1.5;
    };
    return Promise.resolve(hostArray(Float32Array.from(rows, of), [rows.length, 1]));
  },
} as unknown as Comparer;

test("two answers compare by their difference, whichever is read first", async () => {
  expect(await compareTexts(model, "q", "abcd", "abc")).toBeCloseTo(1, 6);
  expect(await compareTexts(model, "q", "abc", "abcd")).toBeCloseTo(-1, 6);
});

test("all comparisons give a ranking, one pass the best; the number of passes is as promised", async () => {
  const answers = ["aa", "aaaaa", "a", "aaaa"];
  passes = 0;
  const [full] = await rankCandidates(model, ["q"], [answers]);
  expect(passes).toBe(12);
  expect(full?.map(({ index }) => index)).toEqual([1, 3, 0, 2]);
  expect(full?.[0]?.score).toBeCloseTo((3 + 4 + 1) / 3, 5); // mean difference to the others
  passes = 0;
  expect((await rankCandidates(model, ["q"], [answers], { method: "bubble" }))[0]?.map(({ index }) => index)).toEqual([1]);
  expect(passes).toBe(6);
  expect(await rankCandidates(model, ["q", "r"], [["only"], []])).toEqual([[{ index: 0, score: 0 }], []]);
});

test("a writer gets the best three with the input, and what cannot be ranked is refused", async () => {
  expect(fuse((prompt) => prompt, "the question", ["a", "b", "c", "d"])).toBe("1: a | 2: b | 3: c | the question");
  await expect(rankCandidates(model, ["q"], [])).rejects.toThrow("1 inputs need as many lists of candidates, got 0");
  await expect(compareTexts({ ...model, labels: ["good", "bad"] } as Comparer, "q", "a", "b")).rejects.toThrow("this one has good, bad");
});
