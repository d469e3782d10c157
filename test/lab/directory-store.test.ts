import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { DirectoryStore } from "../../src/lab/node/directory-store.ts";
import { duration } from "../../src/lab/node/terminal-progress.ts";
import { MemoryStore, subStore } from "../../src/lab/store.ts";
import type { BlobStore } from "../../src/lab/store.ts";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "store-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const stores: readonly [string, () => BlobStore][] = [["directory", () => new DirectoryStore(directory)], ["memory", () => new MemoryStore()]];

test.each(stores)("the %s store reads what was written and lists it sorted", async (_name, make) => {
  const store = make();
  await store.write("b/two", Uint8Array.of(2));
  await store.write("b/one", Uint8Array.of(1));
  await store.write("bb", Uint8Array.of(3));
  expect([...((await store.read("b/one")) ?? [])]).toEqual([1]);
  expect(await store.read("b/three")).toBeUndefined();
  expect(await store.list("b/")).toEqual(["b/one", "b/two"]);
  expect(await store.list("")).toEqual(["b/one", "b/two", "bb"]);
  expect(await subStore(store, "b").list("t")).toEqual(["two"]);
});

test.each(stores)("holders of one name in the %s store take turns", async (_name, make) => {
  const store = make();
  const order: string[] = [];
  const hold = (label: string) => store.exclusive("lock", async () => {
    order.push(`${label} in`);
    await delay(30);
    order.push(`${label} out`);
  });
  await Promise.all([hold("a"), hold("b")]);
  expect(order[0]?.slice(0, 1)).toBe(order[1]?.slice(0, 1));
  expect(order.map((step) => step.slice(2))).toEqual(["in", "out", "in", "out"]);
});

test("a write leaves no temporary file, and a name cannot leave the directory", async () => {
  const store = new DirectoryStore(directory);
  await store.write("a", Uint8Array.of(1));
  expect(await readdir(directory)).toEqual(["a"]);
  expect(() => store.path("../outside")).toThrow("is outside of");
});

test("durations read well", () => {
  expect([0.4, 59, 200, 3900].map(duration)).toEqual(["0 s", "59 s", "3 min 20 s", "1 h 05 min"]);
});
