/** Lines of plain text about what a run showed. */
import { expect, test } from "vitest";
import { conditionLine } from "../../src/cli/commands/outcome-lines.ts";
import { judgeCondition } from "../../src/lab/index.ts";

const effect = { formula: "x", reads: [{ arm: "a", metric: "x" }], noEffect: 0, compute: ([value = NaN]: readonly number[]) => value };
const judged = (values: readonly number[], kind: "atLeast" | "within" = "atLeast") =>
  judgeCondition({ name: "it gains", effect, kind, minimumEffect: 0.1 }, "full", values.map((x, i) => ({ seed: i + 1, arms: new Map([["a", { parameters: 0, flopsPerStep: 0, steps: 0, seconds: 0, metrics: { x } }]]) })));

test("a condition that only points the right way says how many seeds agree, unless all do", () => {
  expect(conditionLine(judged([0.5, -0.1, 0.2]))).toBe("direction: it gains (measured +0.2, expected ≥ +0.1; 2 of 3 seeds agree)");
  expect(conditionLine(judged([0.05, 0.01]))).toBe("direction: it gains (measured +0.03, expected ≥ +0.1)");
  expect(conditionLine(judged([0.05, -0.12, 0.01], "within"))).toBe("direction: it gains (measured −0.02, expected 0 ± 0.1; 2 of 3 seeds agree)");
  expect(conditionLine(judged([0.5, 0.2]))).toBe("held: it gains (measured +0.35, expected ≥ +0.1)");
});
