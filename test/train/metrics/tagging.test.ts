/** Spans of tags, counted by hand. */
import { expect, test } from "vitest";
import { spanF1, spansOfTags } from "../../../src/train/metrics/index.ts";

test("a span goes on while its label does, and begins with B or where nothing was", () => {
  expect(spansOfTags(["B-PER", "I-PER", "O", "I-LOC", "B-LOC", "I-PER", "X"])).toEqual([
    { label: "PER", start: 0, end: 2 },
    { label: "LOC", start: 3, end: 4 },
    { label: "LOC", start: 4, end: 5 },
    { label: "PER", start: 5, end: 6 },
    { label: "X", start: 6, end: 7 },
  ]);
});

test("spans are right with both ends and the label", () => {
  // Wanted PER 0-2 and LOC 3-4; found PER 0-1 and LOC 3-4: 2 * 1 / (2 + 2).
  expect(spanF1([["B-PER", "I-PER", "O", "B-LOC"]], [["B-PER", "O", "O", "B-LOC"]])).toBe(0.5);
  expect(spanF1([["O", "O"]], [["O", "O"]])).toBe(1);
  expect(spanF1([["B-A"]], [["B-B"]])).toBe(0);
});
