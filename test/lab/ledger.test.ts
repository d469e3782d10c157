import { expect, test } from "vitest";
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
