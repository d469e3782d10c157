import { expect, test } from "vitest";
import { RandomStream } from "../../src/engine/index.ts";
import type { Json } from "../../src/data/index.ts";
import { Prefetch } from "../../src/train/prefetch.ts";
import { toyData } from "./toy.ts";

test("the position is that of the last batch taken, and rewinding puts the stream there", async () => {
  const stream = toyData();
  const plain = toyData();
  const prefetch = new Prefetch(stream);
  expect(await prefetch.take(true)).toEqual(await plain.next());
  expect(prefetch.taken()["data"]).toMatchObject({ epoch: 0, step: 1 });
  await prefetch.rewind();
  expect(stream.state()).toMatchObject({ epoch: 0, step: 1 });
  expect(await prefetch.take(false)).toEqual(await plain.next());
});

test("other streams are saved and put back together with the data", async () => {
  let random = RandomStream.of(1);
  const draws = { state: () => random.state() as unknown as Json, restore: (state: Json) => (random = new RandomStream(state as never)) };
  const prefetch = new Prefetch(toyData(), { masks: draws });
  await prefetch.take(false);
  const expected = random.bits();
  prefetch.restore(prefetch.taken());
  expect(random.bits()).toBe(expected);
  expect(() => prefetch.restore({ data: prefetch.taken()["data"]! })).toThrow('the checkpoint has no position of "masks"; it has data');
});

test("an error while fetching ahead appears when that batch is wanted", async () => {
  const stream = toyData();
  let calls = 0;
  const failing = { ...stream, next: () => (++calls === 2 ? Promise.reject(new Error("disk")) : stream.next()) };
  const prefetch = new Prefetch(failing);
  await prefetch.take(true);
  await expect(prefetch.take(true)).rejects.toThrow("disk");
});
