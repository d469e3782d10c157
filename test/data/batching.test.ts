import { expect, test } from "vitest";
import { hostArray } from "../../src/engine/host-array.ts";
import { sequentialBatches, shuffledBatches } from "../../src/data/batching.ts";
import { channelStatistics, collateImages, imageBatches } from "../../src/data/image/image-batches.ts";
import { ALL, TINY } from "./support/tiny-set.ts";

const ids = (indices: Int32Array, batchSize: number, seed = 1) => shuffledBatches({ indices, batchSize, seed }, (plan) => ({ ids: hostArray(plan.indices, [batchSize]) }));
const take = async (stream: ReturnType<typeof ids>, count: number) => {
  const taken: number[][] = [];
  for (let i = 0; i < count; i++) taken.push([...((await stream.next()).ids.data as Int32Array)]);
  return taken;
};

test("an epoch gives every item once, another epoch in another order", async () => {
  const stream = ids(ALL, 4);
  const first = (await take(stream, 3)).flat();
  const second = (await take(stream, 3)).flat();
  expect([...first].sort((a, b) => a - b)).toEqual([...ALL]);
  expect([...second].sort((a, b) => a - b)).toEqual([...ALL]);
  expect(second).not.toEqual(first);
});

test("items of a split only, and an unfilled last batch waits for another epoch", async () => {
  const taken = await take(ids(Int32Array.of(3, 5, 7, 9, 11), 2), 4);
  for (const batch of taken) expect(batch).toHaveLength(2);
  expect(new Set(taken.slice(0, 2).flat()).size).toBe(4);
  for (const item of taken.flat()) expect([3, 5, 7, 9, 11]).toContain(item);
});

test("a stream restored from JSON continues with the batches that would have come, at every position", async () => {
  const whole = await take(ids(ALL, 4), 8);
  for (let stop = 0; stop < 8; stop++) {
    const first = ids(ALL, 4);
    await take(first, stop);
    const second = ids(ALL, 4);
    await take(second, 5); // wherever it was before
    second.restore(JSON.parse(JSON.stringify(first.state())));
    expect(await take(second, 8 - stop)).toEqual(whole.slice(stop));
  }
});

test("a position of another stream is refused with the field that differs", () => {
  const stream = ids(ALL, 4);
  expect(() => stream.restore(ids(ALL, 3).state())).toThrow(/batchSize: this stream has 4, the saved position 3/);
  expect(() => stream.restore(ids(ALL, 4, 2).state())).toThrow(/seed: this stream has 1, the saved position 2/);
  expect(() => stream.restore({ ...(stream.state() as object), step: 3 })).toThrow(/step in 0..2, got epoch 0, step 3/);
  expect(() => stream.restore(null)).toThrow(/kind/);
});

test("a batch larger than the data is refused", () => {
  expect(() => ids(ALL, 13)).toThrow(/batchSize 13 exceeds the 12 items/);
});

test("sequential batches keep order and shape and say how many rows count", () => {
  const batches = [...sequentialBatches(Int32Array.of(4, 5, 6, 7, 8), 3)];
  expect(batches.map(({ indices, valid }) => [[...indices], valid])).toEqual([[[4, 5, 6], 3], [[7, 8, 7], 2]]);
});

test("picture batches hold planes of 0..1, labels and positions in rows", () => {
  const batch = collateImages(TINY, { indices: Int32Array.of(5, 1), epoch: 0 }, 1);
  expect(batch.images.shape).toEqual([2, 1, 2, 2]);
  expect([...(batch.images.data as Float32Array)].map((value) => Math.round(value * 255))).toEqual([50, 50, 50, 50, 10, 10, 10, 10]);
  expect([...(batch.labels.data as Int32Array)]).toEqual([2, 1]);
  expect([...(batch.indices.data as Int32Array)]).toEqual([5, 1]);
});

test("standardised values have mean 0 and deviation 1 over the pictures the statistics come from", () => {
  const statistics = channelStatistics(TINY, Int32Array.of(0, 2)); // values 0 and 20: mean 10, deviation 10
  expect(statistics.mean[0]).toBeCloseTo(10 / 255, 10);
  expect(statistics.deviation[0]).toBeCloseTo(10 / 255, 10);
  const batch = collateImages(TINY, { indices: Int32Array.of(0, 2, 3), epoch: 0 }, 1, { standardize: statistics });
  [-1, 1, 2].forEach((value, picture) => expect((batch.images.data as Float32Array)[picture * 4]).toBeCloseTo(value, 5));
  expect(() => channelStatistics(TINY, Int32Array.of(3))).toThrow(/same value in all 1 pictures/);
});

test("a picture's augmentation does not depend on its batch, but on epoch and seed", () => {
  const config = { augment: [{ kind: "probeJitter", shift: 1, scale: [0.8, 1.2], hue: 0 }] } as const;
  const picture = (indices: number[], row: number, epoch = 3, seed = 1) => {
    const { data } = collateImages(TINY, { indices: Int32Array.from(indices), epoch }, seed, config).images;
    return [...data.slice(row * 4, row * 4 + 4)];
  };
  expect(picture([7, 2], 1)).toEqual(picture([2, 9, 4], 0));
  expect(picture([2], 0, 4)).not.toEqual(picture([2], 0, 3));
  expect(picture([2], 0, 3, 2)).not.toEqual(picture([2], 0, 3));
});

test("an augmented stream resumes to the same pictures", async () => {
  const open = () => imageBatches({ set: TINY, shuffle: { indices: ALL, batchSize: 4, seed: 9 }, augment: [{ kind: "horizontalFlip", probability: 0.5 }, { kind: "probeJitter", shift: 1, scale: [1, 1], hue: 0 }] });
  const first = open();
  for (let i = 0; i < 4; i++) await first.next();
  const resumed = open();
  resumed.restore(first.state());
  expect((await resumed.next()).images.data).toEqual((await first.next()).images.data);
});
