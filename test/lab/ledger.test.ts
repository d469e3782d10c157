import { expect, test } from "vitest";
import { difference } from "../../src/lab/index.ts";
import { judgeAgain } from "../../src/lab/judge-again.ts";
import { ledgerMarkdown } from "../../src/lab/ledger.ts";
import type { LedgerResult } from "../../src/lab/ledger.ts";

const result = (preconditions: LedgerResult["preconditions"], verdict: LedgerResult["verdict"]): LedgerResult => ({
  format: 1,
  slug: "some-system",
  profile: "full",
  provenance: { version: "0.1.0", commit: null, changed: false, node: "", runtime: "", machine: "" } as unknown as LedgerResult["provenance"],
  finishedAt: "2026-11-25T00:00:00Z",
  device: "cpu",
  seeds: [1],
  seconds: 1,
  settings: {},
  checks: [],
  verdict,
  preconditions,
  conditions: [],
  arms: [],
});
const verdictCell = (entry: LedgerResult): string | undefined => ledgerMarkdown([{ slug: "some-system", family: "retrieval", title: "", result: entry }]).split("\n").find((line) => line.startsWith("| some-system"))?.split("|")[2]?.trim();

test("the verdict names the premises that failed, and no others", () => {
  expect(verdictCell(result([{ name: "foundation a", holds: true, measured: "" }, { name: "foundation b", holds: false, measured: "" }], "precondition failed"))).toBe("precondition failed (foundation b)");
  expect(verdictCell(result([{ name: "foundation a", holds: true, measured: "" }], "reproduced"))).toBe("reproduced");
});

const spread = (...values: number[]) => ({ mean: values.reduce((a, b) => a + b, 0) / values.length, deviation: 0, values });
const arm = (name: string, ...accuracy: number[]) => ({ name, role: "system" as const, parameters: 1, flopsPerStep: 1, steps: 1, seconds: spread(1, 1), metrics: { accuracy: spread(...accuracy) } });

test("a stored result is judged by other conditions from the numbers of its seeds", () => {
  const stored = { ...result([], "reproduced"), seeds: [1, 2], arms: [arm("ours", 0.7, 0.9), arm("theirs", 0.6, 0.5)] };
  const gain = difference({ metric: "accuracy", of: "ours", minus: "theirs" });
  const judged = (minimumEffect: number) => judgeAgain([{ name: "better", effect: gain, kind: "atLeast", minimumEffect }], stored);
  expect(judged(0.2).verdict).toBe("reproduced"); // .1 and .4: .25 on average, and both gain
  expect(judged(0.3).verdict).toBe("direction only");
  expect(judged(0.2).conditions[0]?.perSeed.map(({ effect }) => effect?.toFixed(4))).toEqual(["0.1000", "0.4000"]);
  expect(judgeAgain([{ name: "worse", effect: difference({ metric: "accuracy", of: "theirs", minus: "ours" }), kind: "atLeast", minimumEffect: 0.01 }], stored).verdict).toBe("not reproduced at this scale");
  expect(() => judgeAgain([{ name: "speed", effect: difference({ metric: "speed", of: "ours", minus: "theirs" }), kind: "atLeast", minimumEffect: 0 }], stored)).toThrow("speed(ours) was not measured");
});
