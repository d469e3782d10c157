import { access, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { compileFixture, removeFixture } from "../../cli/compiled-fixture.ts";
import { openTestPglite } from "../support/pglite.ts";
import { emptyTables } from "../support/databases.ts";
import { limitExceeded } from "../../../src/papers/runs/limits.ts";
import { runCommand, runFolder } from "../../../src/papers/runs/run-folder.ts";
import { RunManager } from "../../../src/papers/runs/run-manager.ts";
import { QueueFull, RunConflict } from "../../../src/papers/runs/run.ts";
import type { Run, RunStatus } from "../../../src/papers/runs/run.ts";
import type { Database } from "../../../src/papers/store/database.ts";

const FIXTURE = join(import.meta.dirname, "../../server/fixture/main.ts");
const LIMITS = { concurrency: 1, waiting: 3, minutes: 5, memoryMiB: 1024 };

let main: string;
let database: Database;
let directory: string;
let managers: RunManager[] = [];
let errors: unknown[] = [];

beforeAll(async () => {
  main = await compileFixture("runs", FIXTURE);
  database = await openTestPglite();
});
afterAll(async () => {
  await database.close();
  await removeFixture(main);
});
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "runs-"));
  process.env["REPRISE_CACHE"] = join(directory, "cache");
  await emptyTables(database);
  [managers, errors] = [[], []];
});
afterEach(async () => {
  await Promise.all(managers.map((manager) => manager.stop()));
  await rm(directory, { recursive: true, force: true });
  expect(errors).toEqual([]);
});

interface Changes {
  readonly milliseconds?: number;
  readonly limits?: Partial<typeof LIMITS>;
  readonly database?: Database;
  readonly onError?: (error: unknown) => void;
  /** Milliseconds between looks for runs of others. */
  readonly look?: number;
}

async function started({ milliseconds = 20, limits, onError = (error) => errors.push(error), look = 60_000, ...other }: Changes = {}): Promise<RunManager> {
  process.env["FAKE_MILLISECONDS"] = String(milliseconds);
  const manager = new RunManager({ database, directory, program: [process.execPath, main], limits: { ...LIMITS, ...limits }, clock: () => new Date(), onError, pace: { every: 20, patience: 5000, look }, ...other });
  managers.push(manager);
  await manager.start();
  return manager;
}

/** Whether there is a process of that number. */
function signalable(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function until(manager: RunManager, id: string, wanted: (run: Run) => boolean): Promise<Run> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const run = (await manager.get(id)) as Run;
    if (wanted(run)) return run;
    if (Date.now() > deadline) throw new Error(`the run stayed ${run.status} (${run.label ?? "no label"}, ${run.reason ?? "no reason"})`);
    await manager.nextChange(100, AbortSignal.timeout(200));
  }
}
const has = (...statuses: RunStatus[]) => (run: Run) => statuses.includes(run.status);
const isThere = (path: string): Promise<boolean> => access(path).then(() => true, () => false);

test("a run goes from the queue to its verdict and leaves its curve, log and files", async () => {
  const manager = await started();
  const { run, created } = await manager.submit("crossmae");
  expect(created).toBe(true);
  const finished = await until(manager, run.id, has("finished", "failed"));

  expect(finished).toMatchObject({ status: "finished", fraction: 1, attempt: 1, reason: null, pid: null });
  expect(finished.outcome).toMatchObject({ verdict: "reproduced", indicative: true, arms: [{ name: "plain" }, { name: "baseline" }, { name: "new" }] });
  expect(finished.outcome?.claim.conditions.map(({ name, outcome }) => [name, outcome])).toEqual([["gain", "held"], ["cost", "held"]]);
  const events = await manager.events(run.id, 0, 1000);
  expect(events.map(({ number }) => number)).toEqual(events.map((_, index) => index + 1));
  expect(events.filter((event) => event.type === "progress" && event.arm?.arm === "new" && event.arm.fraction === 1)).toMatchObject([{ values: { loss: 0.25 } }]);
  expect(await isThere(join(finished.directory as string, "run/report.html"))).toBe(true);
});

test("pressing twice gives the same run, others wait in order, and the queue has an end", async () => {
  const manager = await started({ milliseconds: 3000, limits: { waiting: 1 } });
  const first = await manager.submit("crossmae");
  const again = await manager.submit("crossmae");
  expect(again).toMatchObject({ created: false, run: { id: first.run.id } });
  await until(manager, first.run.id, has("running"));

  const second = await manager.submit("multimae");
  expect(await manager.position(second.run)).toBe(1);
  await expect(manager.submit("croco")).rejects.toThrow(QueueFull);
  expect((await manager.cancel(second.run.id)).status).toBe("cancelled");
});

test("a cancelled run keeps what it has, its process ends, and it can be continued to its verdict", async () => {
  const manager = await started({ milliseconds: 1200 });
  const { run } = await manager.submit("crossmae");
  await until(manager, run.id, ({ label }) => label?.startsWith("new") ?? false);
  const pid = (await manager.get(run.id))?.pid as number;
  expect((await manager.cancel(run.id)).status).toBe("cancelling");
  const cancelled = await until(manager, run.id, has("cancelled"));
  await expect.poll(() => signalable(pid)).toBe(false); // its exit status may be waited for a moment later
  const kept = join(cancelled.directory as string, "run/arms/baseline/seed-1.json");
  const before = await readFile(kept, "utf8");
  await expect(manager.cancel(run.id)).rejects.toThrow(RunConflict);

  await manager.resume(run.id);
  const finished = await until(manager, run.id, has("finished", "failed"));
  expect(finished).toMatchObject({ status: "finished", attempt: 2 });
  expect(await readFile(kept, "utf8")).toBe(before);
  await expect(manager.resume(run.id)).rejects.toThrow("only one that failed or was cancelled can be continued");
});

test("a server that stops leaves its run waiting, and the next one continues it", async () => {
  const first = await started({ milliseconds: 1200 });
  const { run } = await first.submit("crossmae");
  await until(first, run.id, ({ label }) => label?.startsWith("baseline") ?? false);
  await first.stop();
  expect(await first.get(run.id)).toMatchObject({ status: "queued", reason: "the server stopped; the run continues with it" });

  const second = await started({ milliseconds: 1200 });
  expect(await until(second, run.id, has("finished", "failed"))).toMatchObject({ status: "finished", attempt: 2 });
});

test("after a crash of the server the next one follows the process that still works, and no event is lost or doubled", async () => {
  let isDead = false;
  const dying: Database = { ...database, host: database.host, hasVector: database.hasVector, close: () => Promise.resolve(), execute: (sql) => database.execute(sql), query: (sql, parameters) => (isDead ? Promise.reject(new Error("dead")) : database.query(sql, parameters)), transaction: (work) => (isDead ? Promise.reject(new Error("dead")) : database.transaction(work)) };
  const first = await started({ milliseconds: 500, database: dying, onError: () => undefined });
  const { run } = await first.submit("crossmae");
  const before = await until(first, run.id, ({ label, pid }) => pid !== null && (label?.startsWith("plain") ?? false));
  isDead = true;
  managers = [];

  const second = await started();
  expect(await second.get(run.id)).toMatchObject({ status: "running", pid: before.pid });
  const finished = await until(second, run.id, has("finished", "failed"));
  expect(finished).toMatchObject({ status: "finished", attempt: 1 });
  const lines = (await readFile(join(finished.directory as string, "events.jsonl"), "utf8")).trim().split("\n");
  expect((await second.events(run.id, 0, 1000)).map(({ at }) => at)).toEqual(lines.map((line) => (JSON.parse(line) as { at: number }).at));
});

test("after a crash of the whole machine the run is started again from what it had", async () => {
  const first = await started({ milliseconds: 1200 });
  const { run } = await first.submit("crossmae");
  await until(first, run.id, ({ label }) => label?.startsWith("baseline") ?? false);
  await first.stop();
  // as the crash would have left it: running, with a process that is gone and whose number may be another's by now
  await database.query("update runs set status = 'running', pid = $2, process_started = 'long ago' where id = $1", [run.id, process.pid]);

  const second = await started({ milliseconds: 1200 });
  expect(await until(second, run.id, has("finished", "failed"))).toMatchObject({ status: "finished", attempt: 2 });
});

test("a run that takes too long is stopped with the reason, and can be continued", async () => {
  const manager = await started({ milliseconds: 3000, limits: { minutes: 0.01 } });
  const { run } = await manager.submit("crossmae");
  const failed = await until(manager, run.id, has("failed", "finished"));
  expect(failed.reason).toBe("stopped after 0.01 minutes, the most a run may take here; continue it to give it as long again");
});

test("a run that cannot work says what it complained of", async () => {
  const manager = await started();
  const { run } = await manager.submit("croco"); // the stand-in command does not know it
  expect((await until(manager, run.id, has("failed"))).reason).toContain('unknown system "croco"');
});

test("memory over the limit is noticed", async () => {
  const now = new Date();
  expect(await limitExceeded({ pid: process.pid, started: "" }, now, now, { ...LIMITS, memoryMiB: 1 })).toMatch(/^stopped at \d+ MiB of memory; a run may take 1 MiB here$/);
  expect(await limitExceeded({ pid: process.pid, started: "" }, now, now, { ...LIMITS, memoryMiB: 1 << 20 })).toBeUndefined();
});

test("a run gets none of the server's secrets", () => {
  const before = { ...process.env };
  Object.assign(process.env, { REPRISE_SECRET: "s", REPRISE_DATABASE_URL: "postgres://u:p@h/d", REPRISE_SMTP_PASSWORD: "p", PGPASSWORD: "p", REPRISE_DEVICE: "cpu", REPRISE_CACHE: "/c" });
  try {
    const { environment } = runCommand(runFolder("/r"), ["node", "main.js"], { slug: "crossmae", profile: "quick" });
    expect(Object.keys(environment).filter((name) => /^(REPRISE|PG)/.test(name)).sort()).toEqual(["REPRISE_CACHE", "REPRISE_DEVICE"]);
  } finally {
    process.env = before;
  }
});

test("a run asked for at a server without places is taken by another on the same database, and cancelled from the first", async () => {
  const front = await started({ limits: { concurrency: 0 } });
  const { run } = await front.submit("crossmae");
  expect(run.status).toBe("queued");
  directory = await mkdtemp(join(directory, "other-"));
  const worker = await started({ milliseconds: 3000, look: 50 });
  const taken = await until(front, run.id, ({ status }) => status === "running");
  expect(taken.machine).toContain(directory);
  await front.cancel(run.id);
  expect((await until(worker, run.id, ({ status }) => status !== "cancelling")).status).toBe("cancelled");
});
