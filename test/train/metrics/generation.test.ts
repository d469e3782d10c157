import { expect, test } from "vitest";
import { metrics } from "../../../src/train/index.ts";

test("chrF: equal texts score 1, texts without a common character 0, and blanks do not count", () => {
  expect(metrics.chrF("a tool for names", "a tool for names")).toBe(1);
  expect(metrics.chrF("abc", "xyz")).toBe(0);
  expect(metrics.chrF("ab c", "a bc")).toBe(1);
  expect(metrics.chrF("", "abc")).toBe(0);
});

test("chrF by hand: runs of one and two characters", () => {
  // "abc" against "abcd": precision 1 and 1; recall 3/4 and 2/3, mean 17/24.
  const recall = 17 / 24;
  expect(metrics.chrF("abc", "abcd", { order: 2 })).toBeCloseTo((5 * recall) / (4 + recall), 10);
  expect(metrics.chrF("abc", "abcd", { order: 2, beta: 1 })).toBeCloseTo((2 * recall) / (1 + recall), 10);
  // A run counts as often as the reference has it: "aaa" against "a" has precision 1/3 of single characters, and none of pairs.
  expect(metrics.chrF("aaa", "a", { order: 2, beta: 1 })).toBeCloseTo((2 * (1 / 6) * (1 / 2)) / (1 / 6 + 1 / 2), 10);
});

test("ROUGE-L by hand: the longest common subsequence, whatever the case", () => {
  // "police killed gunman" in "The gunman police killed": police killed, 2 of 3 and 2 of 4.
  expect(metrics.rougeL("Police killed gunman", "the gunman, police killed")).toBeCloseTo(4 / 7, 10);
  expect(metrics.rougeL("a b c", "a b c")).toBe(1);
  expect(metrics.rougeL("a", "b")).toBe(0);
  expect(metrics.rougeL("", "b")).toBe(0);
});
