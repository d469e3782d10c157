import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { crashRun } from "./crash-run.ts";
import type { CrashReport } from "./crash-run.ts";
import { emptyCluster } from "../support/pglite.ts";
import { whyNoPostgresql, withPostgresql } from "../support/postgresql.ts";
import { openPgliteDirectory } from "../../../src/papers/store/pglite.ts";

function checkNothingTwiceNothingLost({ duplicates, contradictions, states, mails, unknown }: CrashReport): void {
  expect(duplicates).toEqual([]);
  expect(contradictions).toEqual([]);
  expect(mails).toBe((states["sent"] ?? 0) + unknown.arrived);
  // the run did not just fail: mails went out, and it was killed in the middle of some
  expect(states["sent"]).toBeGreaterThan(10);
  expect(Object.keys(states).sort()).toEqual(["sent", "unknown"]);
}

test.skipIf(whyNoPostgresql() !== undefined)("two schedulers on PostgreSQL, killed 15 times at random: no mail twice, none lost in silence", async () => {
  await withPostgresql(async (url) => {
    checkNothingTwiceNothingLost(await crashRun({ database: { url }, kills: 15, schedulers: 2, readers: 6, random: Math.random }));
  });
});

test("a scheduler on PGlite, killed 3 times and started again on the same files: no mail twice, none lost in silence", async () => {
  const directory = await mkdtemp(join(tmpdir(), "reprise-digest-"));
  try {
    await (await openPgliteDirectory(directory, await emptyCluster())).close();
    const report = await crashRun({ database: { directory }, kills: 3, schedulers: 1, readers: 6, random: Math.random });
    expect(report.duplicates).toEqual([]);
    expect(report.contradictions).toEqual([]);
    expect(report.states["sent"]).toBeGreaterThan(0);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
});
