import { beforeEach, expect, test } from "vitest";
import { PermanentFailure } from "../../../src/papers/queue/job.ts";
import type { Job, JobKind } from "../../../src/papers/queue/job.ts";
import { Queue } from "../../../src/papers/queue/queue.ts";
import { describeDatabases, emptyTables } from "../support/databases.ts";

describeDatabases("the queue", (database) => {
  beforeEach(() => emptyTables(database()));

  const queue = (options = {}): Queue => new Queue(database(), options);
  const take = async (from: Queue, kinds: readonly JobKind[] = ["harvest", "encode"]): Promise<Job> => {
    const job = await from.take(kinds, "tester");
    if (!job) throw new Error("there was nothing to take");
    return job;
  };
  const states = async (): Promise<string[]> => (await queue().counts()).map(({ kind, state, jobs }) => `${kind} ${state} ${jobs}`);
  /** Lets time pass for the jobs, by moving their times back. */
  const pass = (seconds: number): Promise<unknown> => database().query("update jobs set start_after = start_after - $1::integer * interval '1 second', leased_until = leased_until - $1::integer * interval '1 second'", [seconds]);

  test("gives each job to one taker, the longest waiting first, of the kinds asked for", async () => {
    const q = queue();
    const first = await q.send("harvest", { from: "arxiv", list: [1, "two", null] });
    await q.send("encode", [3]);
    await q.send("digest", "not asked for");
    expect(await take(q)).toMatchObject({ id: first, kind: "harvest", payload: { from: "arxiv", list: [1, "two", null] }, attempt: 1 });
    expect(await take(q)).toMatchObject({ kind: "encode", payload: [3] });
    expect(await q.take(["harvest", "encode"], "tester")).toBeUndefined();
    expect(await states()).toEqual(["digest waiting 1", "encode running 1", "harvest running 1"]);
  });

  test("gives a job to one of many who ask at once", async () => {
    const q = queue();
    for (let n = 0; n < 6; n++) await q.send("encode", n);
    const taken = await Promise.all(Array.from({ length: 12 }, () => q.take(["encode"], "tester")));
    expect(taken.flatMap((job) => (job ? [job.payload] : [])).sort()).toEqual([0, 1, 2, 3, 4, 5]);
  });

  test("holds one unfinished job of a key, and another once it is done; with once none ever again", async () => {
    const q = queue();
    expect(await q.send("harvest", 1, { key: "arxiv" })).toBeTypeOf("number");
    expect(await q.send("harvest", 2, { key: "arxiv" })).toBeUndefined();
    expect(await q.send("encode", 2, { key: "arxiv" })).toBeTypeOf("number");
    await q.finish(await take(q, ["harvest"]));
    expect(await q.send("harvest", 3, { key: "arxiv" })).toBeTypeOf("number");

    const sent = await Promise.all(Array.from({ length: 5 }, () => q.send("digest", 1, { key: "ada/2025-06-01", once: true })));
    expect(sent.filter((id) => id !== undefined)).toHaveLength(1);
    await q.finish(await take(q, ["digest"]));
    expect(await q.send("digest", 1, { key: "ada/2025-06-01", once: true })).toBeUndefined();
  });

  test("adds a job with the transaction it belongs to", async () => {
    const q = queue();
    const lost = database().transaction(async (connection) => {
      await q.send("encode", 1, { connection });
      throw new Error("no");
    });
    await expect(lost).rejects.toThrow("no");
    expect(await states()).toEqual([]);
  });

  test("starts a job no earlier than asked", async () => {
    const q = queue();
    await q.send("encode", 1, { startAfter: new Date(Date.now() + 60_000) });
    expect(await q.take(["encode"], "tester")).toBeUndefined();
    await pass(61);
    expect(await take(q)).toMatchObject({ payload: 1 });
  });

  test("waits longer after each failure, then keeps the job with its error in the dead letter", async () => {
    const q = queue({ retryDelay: 100 });
    await q.send("encode", 1, { retryLimit: 2, key: "k" });
    for (const [attempt, least, most] of [[1, 75, 125], [2, 150, 250]] as const) {
      const job = await take(q);
      expect(job.attempt).toBe(attempt);
      expect(await q.fail(job, new TypeError(`attempt ${attempt}`))).toBe("waiting");
      const [row] = await database().query<{ wait: number }>("select extract(epoch from start_after - now())::double precision as wait from jobs");
      expect(row?.wait).toBeGreaterThan(least - 5);
      expect(row?.wait).toBeLessThan(most);
      await pass(most);
    }
    expect(await q.fail(await take(q), new Error("the last\0 one"))).toBe("dead");
    expect(await q.dead(10)).toMatchObject([{ kind: "encode", key: "k", attempts: 3, error: "Error: the last one" }]);
    expect(await states()).toEqual(["encode dead 1"]);
  });

  test("does not try again what can never succeed", async () => {
    const q = queue();
    await q.send("encode", 1);
    expect(await q.fail(await take(q), new PermanentFailure("no such paper"))).toBe("dead");
  });

  test("lets dead jobs try again, one of a key", async () => {
    const q = queue();
    for (let n = 0; n < 2; n++) {
      await q.send("encode", n, { key: "k" });
      await q.fail(await take(q), new PermanentFailure("no"));
    }
    expect(await q.revive()).toBe(1);
    expect(await take(q)).toMatchObject({ payload: 1, attempt: 1 });
    expect(await q.revive()).toBe(0);
  });

  test("gives a silent worker's job to another, and refuses the first one's outcome", async () => {
    const q = queue({ lease: 60 });
    await q.send("encode", 1);
    const first = await take(q);
    await pass(50);
    expect(await q.recover()).toBe(0);
    expect(await q.renew(first)).toBe(true);
    await pass(50);
    expect(await q.recover()).toBe(0);
    await pass(11);
    expect(await q.recover()).toBe(1);
    const second = await take(q);
    expect(second).toMatchObject({ id: first.id, attempt: 2 });
    expect(await q.renew(first)).toBe(false);
    expect(await q.finish(first)).toBe(false);
    expect(await q.fail(first, new Error("late"))).toBeUndefined();
    await q.giveBack(first);
    expect(await states()).toEqual(["encode running 1"]);
    expect(await q.finish(second)).toBe(true);
  });

  test("gives up a job that takes every worker down with it", async () => {
    const q = queue();
    await q.send("encode", 1, { retryLimit: 1 });
    for (let n = 0; n < 2; n++) {
      await take(q);
      await pass(61);
      await q.recover();
    }
    expect((await q.dead(1))[0]?.error).toMatch(/its worker tester was silent for too long/);
  });

  test("does not count an attempt that was given back", async () => {
    const q = queue();
    await q.send("encode", 1);
    await q.giveBack(await take(q));
    expect(await take(q)).toMatchObject({ attempt: 1 });
  });

  test("forgets what finished more than 30 days ago, and nothing else", async () => {
    const q = queue();
    for (let n = 0; n < 3; n++) await q.send("encode", n);
    await q.finish(await take(q));
    await q.finish(await take(q));
    await database().query("update jobs set finished_at = now() - interval '31 days' where payload = '0'");
    expect(await q.prune()).toBe(1);
    expect(await states()).toEqual(["encode done 1", "encode waiting 1"]);
  });
});
