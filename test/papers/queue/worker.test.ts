import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { Queue } from "../../../src/papers/queue/queue.ts";
import { startWorker } from "../../../src/papers/queue/worker.ts";
import type { WorkerEvent } from "../../../src/papers/queue/worker.ts";
import type { Database } from "../../../src/papers/store/database.ts";
import { openDatabase } from "../../../src/papers/store/open.ts";
import { startChild } from "../support/child.ts";
import { describeDatabases, emptyTables } from "../support/databases.ts";
import { startPostgresql, whyNoPostgresql } from "../support/postgresql.ts";
import type { TestServer } from "../support/postgresql.ts";

const PROCESS = new URL("worker-process.ts", import.meta.url);

describe.skipIf(whyNoPostgresql() !== undefined)(`worker processes on PostgreSQL${whyNoPostgresql() === undefined ? "" : ` (skipped: ${whyNoPostgresql()})`}`, () => {
  let server: TestServer;
  let url: string;
  let database: Database;
  let queue: Queue;
  beforeAll(async () => {
    server = await startPostgresql();
    url = await server.createDatabase();
    database = await openDatabase({ url });
    await database.execute("create table starts (name text, pid integer, at timestamptz default clock_timestamp()); create table results (name text primary key, pid integer)");
    queue = new Queue(database, { lease: 1, retryDelay: 0.05 });
  });
  beforeEach(() => emptyTables(database));
  afterAll(async () => {
    await database.close();
    await server.stop();
  });
  const worker = () => startChild(PROCESS, [], { REPRISE_DATABASE_URL: url });
  const started = async (name: string): Promise<number[]> => (await database.query<{ pid: number }>("select pid from starts where name = $1 order by at", [name])).map(({ pid }) => pid);
  const until = async (holds: () => Promise<boolean>): Promise<void> => {
    while (!(await holds())) await delay(30);
  };

  test("a job whose worker is killed is done once more by the other; nothing is lost; a poison job ends in the dead letter", async () => {
    const [first, second] = [worker(), worker()];
    await Promise.all([first.says("ready"), second.says("ready")]);
    await queue.send("encode", { name: "long", milliseconds: 2000 });
    await until(async () => (await started("long")).length === 1);
    const [pid] = await started("long");
    const [victim, survivor] = first.process.pid === pid ? [first, second] : [second, first];
    const names = Array.from({ length: 20 }, (_, n) => `short ${n}`);
    for (const name of names) await queue.send("encode", { name, milliseconds: 20 });
    await queue.send("encode", { name: "poison", milliseconds: 0 }, { retryLimit: 2 });
    await victim.end("SIGKILL");

    await until(async () => (await queue.counts()).every(({ state }) => state === "done" || state === "dead"));
    expect(await started("long")).toEqual([victim.process.pid, survivor.process.pid]);
    const results = await database.query<{ name: string; pid: number }>("select name, pid from results");
    expect(results.map(({ name }) => name).sort()).toEqual(["long", ...names].sort());
    expect(results.find(({ name }) => name === "long")?.pid).toBe(survivor.process.pid);
    expect(await started("poison")).toHaveLength(3);
    expect(await queue.dead(10)).toMatchObject([{ attempts: 3, error: "Error: this job cannot be digested" }]);
    expect(await survivor.end("SIGTERM")).toBe(0);
  });

  test("a worker that is asked to stop finishes what it can and gives the rest back", async () => {
    const child = worker();
    await child.says("ready");
    await queue.send("encode", { name: "brief", milliseconds: 150 });
    await queue.send("encode", { name: "endless", milliseconds: 60_000 });
    await until(async () => (await started("brief")).length + (await started("endless")).length === 2);
    expect(await child.end("SIGTERM")).toBe(0);
    expect(child.printed()).toContain("stopped");
    expect(await database.query("select name from results")).toEqual([{ name: "brief" }]);
    expect(await database.query("select payload->>'name' as name, state, attempts from jobs order by id")).toEqual([
      { name: "brief", state: "done", attempts: 1 },
      { name: "endless", state: "waiting", attempts: 0 },
    ]);
  });
});

describeDatabases("a worker", (database) => {
  beforeEach(() => emptyTables(database()));

  test("does what is there and ends when idle, leaving alone kinds it has no handler for", async () => {
    const queue = new Queue(database());
    const done: unknown[] = [];
    for (let n = 0; n < 5; n++) await queue.send("encode", n);
    await queue.send("run", "other");
    await startWorker({ database: database(), queue, untilIdle: true, concurrency: 2, handlers: { encode: () => Promise.resolve((payload) => Promise.resolve(void done.push(payload))) } }).ended;
    expect(done.sort()).toEqual([0, 1, 2, 3, 4]);
    expect((await queue.counts()).map(({ kind, state, jobs }) => `${kind} ${state} ${jobs}`)).toEqual(["encode done 5", "run waiting 1"]);
  });

  test("renews the lease of a job that takes longer than it, and tells the handler when it was lost", async () => {
    const queue = new Queue(database(), { lease: 0.5 });
    const events: WorkerEvent["event"][] = [];
    let reason: unknown;
    await queue.send("encode", "long");
    const worker = startWorker({
      database: database(),
      queue,
      onEvent: ({ event }) => events.push(event),
      handlers: {
        encode: () =>
          Promise.resolve(async (_, { signal, job }) => {
            const end = async (): Promise<number> => (await database().query<{ end: Date }>(`select leased_until as "end" from jobs where lease = $1`, [job.lease]))[0]?.end.getTime() ?? Number.NaN;
            const first = await end();
            while ((await end()) < first + 600) await delay(20);
            void worker.stop(); // else it takes the job again
            await database().query("update jobs set leased_until = now() - interval '1 second', lease = gen_random_uuid()");
            await queue.recover();
            await delay(60_000, undefined, { signal }).catch(() => (reason = signal.reason));
            signal.throwIfAborted();
          }),
      },
    });
    await worker.ended;
    expect(events).toEqual(["started", "lost"]);
    expect(reason).toMatchObject({ message: "the job's lease was lost" });
    expect((await queue.counts()).map(({ state, jobs }) => `${state} ${jobs}`)).toEqual(["waiting 1"]);
  });
});
