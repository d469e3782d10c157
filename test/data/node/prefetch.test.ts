import { expect, test } from "vitest";
import { imageBatches } from "../../../src/data/image/image-batches.ts";
import { prefetch, prefetchImageBatches } from "../../../src/data/node/prefetch.node.ts";
import { ALL, TINY } from "../support/tiny-set.ts";

const STREAMS = new URL("../support/streams.ts", import.meta.url);
const open = (factory: string, options?: unknown, depth = 2) => prefetch({ module: STREAMS, factory, options }, { depth });
const threads = () => (process.report.getReport() as { workers: unknown[] }).workers.length;
const until = async (condition: () => boolean) => {
  const deadline = Date.now() + 5000;
  while (!condition() && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(condition()).toBe(true);
};

const OPTIONS = {
  set: TINY,
  shuffle: { indices: ALL, batchSize: 5, seed: 3 },
  augment: [{ kind: "probeJitter", shift: 1, scale: [0.8, 1.2], hue: 0 }],
} as const;

test("a worker's picture batches equal those made in place, bit for bit, also after a restore", async () => {
  const here = imageBatches(OPTIONS);
  const there = await prefetchImageBatches(OPTIONS);
  expect(there.state()).toEqual(here.state());
  for (let i = 0; i < 5; i++) expect(await there.next()).toEqual(await here.next());
  expect(there.state()).toEqual(here.state());
  const saved = here.state();
  const expected = await here.next();
  await there.next();
  there.restore(saved);
  expect(there.state()).toEqual(saved);
  expect(await there.next()).toEqual(expected);
  await there.close();
});

test("the queue is bounded: no more batches are made than were taken plus the depth", async () => {
  const made = new Int32Array(new SharedArrayBuffer(4));
  const stream = await open("counting", { made }, 3);
  await until(() => Atomics.load(made, 0) === 3);
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(Atomics.load(made, 0)).toBe(3);
  await stream.next();
  await until(() => Atomics.load(made, 0) === 4);
  expect(stream.state()).toBe(1);
  await stream.close();
});

test("batches that are views into a pool do not take the pool along", async () => {
  const stream = await open("counting");
  for (let i = 0; i < 5; i++) expect([...(await stream.next())["values"]!.data]).toEqual([i]);
  await stream.close();
});

test("an error arrives in its place, with type and message, and the stream goes on", async () => {
  const stream = await open("counting", { failAt: 1 });
  await stream.next();
  await expect(stream.next()).rejects.toThrow(new RangeError("no batch 1"));
  expect([...(await stream.next())["values"]!.data]).toEqual([2]);
  await stream.close();
});

test("a refused restore fails the batches asked for after it", async () => {
  const stream = await open("counting");
  stream.restore("five");
  await expect(stream.next()).rejects.toThrow(/expected a number, got string/);
  stream.restore(7);
  expect([...(await stream.next())["values"]!.data]).toEqual([7]);
  await stream.close();
});

test("a stream that cannot be opened rejects and leaves no thread", async () => {
  const before = threads();
  await expect(open("unopenable")).rejects.toThrow("the folder is gone");
  await expect(open("missing")).rejects.toThrow(/exports no function "missing"; its exports: .*counting/);
  expect(threads()).toBe(before);
});

test("a worker that dies fails the waiting batch", async () => {
  const stream = await open("dying");
  await expect(stream.next()).rejects.toThrow(/ended with code 3/);
});

test("close ends the thread and fails what is still waiting", async () => {
  const before = threads();
  const stream = await open("counting");
  await stream.next();
  expect(threads()).toBe(before + 1);
  await stream.close();
  expect(threads()).toBe(before);
  await expect(stream.next()).rejects.toThrow("the stream is closed");
  await stream.close();
});
