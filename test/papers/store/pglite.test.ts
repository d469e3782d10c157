import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { DirectoryInUse, lockDirectory } from "../../../src/lab/node/directory-lock.ts";
import { openPgliteDirectory } from "../../../src/papers/store/pglite.ts";
import { startChild } from "../support/child.ts";
import { emptyCluster, seedDirectory, withPglite } from "../support/pglite.ts";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "pglite-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const WRITER = new URL("writer.ts", import.meta.url);

test("every write that was acknowledged survives kill -9, again and again", async () => {
  await seedDirectory(directory);
  let acknowledged = -1;
  for (const writes of [2, 150]) {
    const child = startChild(WRITER, [directory]);
    await child.says(`\n${acknowledged + writes}\n`);
    await child.end("SIGKILL");
    acknowledged = Number(child.printed().trim().split("\n").at(-1));
    const database = await openPgliteDirectory(directory);
    const [stored] = await database.query<{ rows: number; last: number }>("select count(*) as rows, max(n) as last from numbers where length(filler) = 300");
    await database.close();
    // the write in flight may be there or not; no other may be missing
    expect(stored?.rows).toBe((stored?.last ?? 0) + 1);
    expect(stored?.last).toBeGreaterThanOrEqual(acknowledged);
    expect(stored?.last).toBeLessThanOrEqual(acknowledged + 2);
    acknowledged = stored?.last ?? acknowledged;
  }
});

test("a second process is told which process has the directory open", async () => {
  await seedDirectory(directory);
  const child = startChild(WRITER, [directory]);
  await child.says("\n5\n");
  await expect(openPgliteDirectory(directory)).rejects.toThrow(new RegExp(`open in process ${child.process.pid} on ${hostname()}; stop that process first`));
  await child.end("SIGKILL");
  await (await openPgliteDirectory(directory)).close();
});

test("files that were half made when a process died are made anew", async () => {
  await mkdir(join(directory, "postgres.unfinished", "base"), { recursive: true });
  await writeFile(join(directory, "postgres.unfinished", "PG_VERSION"), "18\n");
  const database = await openPgliteDirectory(directory, await emptyCluster());
  expect(await database.query("select 1 as one")).toEqual([{ one: 1 }]);
  await database.close();
  expect(existsSync(join(directory, "postgres.unfinished"))).toBe(false);
});

test("the same process cannot open a directory twice, and can after closing it", async () => {
  const first = await lockDirectory(directory);
  await expect(lockDirectory(directory)).rejects.toThrow(DirectoryInUse);
  await first.release();
  await (await lockDirectory(directory)).release();
});

test.each([
  ["a process that is gone", { pid: 2 ** 22 + 1, host: hostname(), started: "x" }, 0],
  ["an earlier process with our number", { pid: process.pid, host: hostname(), started: "x" }, 0],
  ["another machine that was silent for long", { pid: 1, host: "elsewhere", started: "x" }, 3600],
  ["nobody who can be read", "{", 0],
])("the lock of %s is taken over", async (_, holder, age) => {
  await hold(holder, age);
  await (await lockDirectory(directory)).release();
});

test.runIf(process.platform === "linux")("the lock of a process whose number was given to another one is taken over", async () => {
  await hold({ pid: process.ppid, host: hostname(), started: "an earlier boot/1" }, 0);
  await (await lockDirectory(directory)).release();
});

test("the lock of another machine that gives signs of life is respected", async () => {
  await hold({ pid: 4711, host: "elsewhere", started: "x" }, 5);
  await expect(lockDirectory(directory)).rejects.toThrow(/process 4711 on elsewhere/);
});

test("a statement that would wait for its own transaction for ever is an error", async () => {
  await withPglite(async (database) => {
    await expect(database.transaction(() => database.query("select 1"))).rejects.toThrow(/use the connection given to the transaction's function/);
    await expect(database.transaction(() => database.transaction((connection) => connection.query("select 1")))).rejects.toThrow(/use the connection given/);
    expect(await database.query("select 1 as one")).toEqual([{ one: 1 }]);
  });
});

async function hold(holder: object | string, secondsAgo: number): Promise<void> {
  const path = join(directory, "holder.json");
  await writeFile(path, typeof holder === "string" ? holder : JSON.stringify(holder));
  const time = new Date(Date.now() - 1000 * secondsAgo);
  await utimes(path, time, time);
}
