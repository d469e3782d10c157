import { expect, test } from "vitest";
import { RandomStream } from "../../../src/engine/random/stream.ts";
import { documentSplit, stratifiedSplits } from "../../../src/data/text/document-split.ts";
import { bucketedBatches, bucketLengths, bucketsOf } from "../../../src/data/text/length-buckets.ts";
import type { BucketPlan } from "../../../src/data/text/length-buckets.ts";
import { maskedBatch } from "../../../src/data/text/masked-batch.ts";
import { drawSegmentPair } from "../../../src/data/text/segment-pairs.ts";
import { padRows } from "../../../src/data/text/token-batch.ts";
import { byteTokenizer } from "../../../src/data/tokenizers/train/byte-pairs.ts";
import { hostArray } from "../../../src/engine/host-array.ts";

test("rows are padded to one length with what is valid and how long they are", () => {
  const batch = padRows([{ ids: Int32Array.of(1, 7, 2), segments: Int32Array.of(0, 0, 1) }, { ids: Int32Array.of(1), segments: Int32Array.of(0) }], 4, 0);
  expect([...batch.ids.data]).toEqual([1, 7, 2, 0, 1, 0, 0, 0]);
  expect([...batch.segments.data]).toEqual([0, 0, 1, 0, 0, 0, 0, 0]);
  expect(batch.valid).toMatchObject({ dtype: "bool", shape: [2, 4], data: Uint8Array.of(1, 1, 1, 0, 1, 0, 0, 0) });
  expect([...batch.lengths.data]).toEqual([3, 1]);
  expect(() => padRows([{ ids: new Int32Array(5), segments: new Int32Array(5) }], 4, 0)).toThrow("row 0 has 5 tokens, the batch holds 4");
});

test("bucket lengths are multiples that hold equal shares, the last the longest row", () => {
  expect(bucketLengths([3, 5, 9, 12, 20, 30, 60, 100], { count: 4, multiple: 8 })).toEqual([8, 16, 32, 104]);
  expect(bucketLengths([3, 5, 9, 12, 20, 30, 60, 100], { count: 4, multiple: 8, maximum: 64 })).toEqual([8, 16, 32, 64]);
  expect(bucketsOf([64, 16], 128)).toEqual([{ length: 16, batchSize: 8 }, { length: 64, batchSize: 2 }]);
});

const LENGTHS = Int32Array.from({ length: 100 }, (_, i) => 1 + (i * 37) % 64);
const CONFIG = { indices: Int32Array.from(LENGTHS.keys()), lengths: LENGTHS, buckets: bucketsOf([16, 32, 64], 128), seed: 5 };
const stream = () => {
  const plans: BucketPlan[] = [];
  const batches = bucketedBatches(CONFIG, (plan) => {
    plans.push(plan);
    return { indices: hostArray(plan.indices, [plan.indices.length]) };
  });
  return { plans, batches };
};

test("every batch comes from one bucket with its batch size, and no row comes twice in an epoch", async () => {
  const { plans, batches } = stream();
  while ((plans.at(-1)?.epoch ?? 0) === 0) await batches.next();
  const first = plans.filter(({ epoch }) => epoch === 0);
  const rows = first.flatMap(({ indices }) => [...indices]);
  expect(new Set(rows).size).toBe(rows.length);
  expect(rows.length).toBeGreaterThan(90);
  for (const { length, indices } of first) {
    expect(indices).toHaveLength(128 / length);
    for (const index of indices) expect(LENGTHS[index]! <= length && LENGTHS[index]! > { 16: 0, 32: 16, 64: 32 }[length]!).toBe(true);
  }
  expect(new Set(first.slice(0, 8).map(({ length }) => length)).size).toBeGreaterThan(1);
});

test("a stream restored from its position continues with the same batches", async () => {
  const { plans, batches } = stream();
  for (let i = 0; i < 7; i++) await batches.next();
  const saved = JSON.parse(JSON.stringify(batches.state()));
  for (let i = 0; i < 20; i++) await batches.next();
  const again = stream();
  again.batches.restore(saved);
  for (let i = 0; i < 20; i++) await again.batches.next();
  expect(again.plans).toEqual(plans.slice(7));
  expect(() => again.batches.restore({ ...saved, seed: 6 })).toThrow("restore: seed: this stream has 5, the saved position 6");
});

test("masked batches have one shape whatever the rows are, and depend on the stream alone", () => {
  const tokenizer = byteTokenizer();
  const rows = ["a longer text with many bytes", "x"].map((text) => tokenizer.encodePair(text));
  const batch = maskedBatch(RandomStream.of(1, "mlm", 0), rows, 40, tokenizer, { count: 6 });
  expect([batch.ids.shape, batch.places.shape, batch.labels.shape, batch.weights.shape]).toEqual([[2, 40], [2, 6], [2, 6], [2, 6]]);
  expect([...batch.weights.data]).toEqual([1, 1, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0]); // round(0.15 x 29) = 4, and at least 1
  expect(maskedBatch(RandomStream.of(1, "mlm", 0), rows, 40, tokenizer, { count: 6 })).toEqual(batch);
});

test("segment pairs follow each other in one document, fit, and foreign ones come as often as asked", () => {
  const documents = Array.from({ length: 20 }, (_, d) => Array.from({ length: 6 }, (_, s) => Int32Array.from({ length: 5 }, (_, i) => d * 1000 + s * 5 + i)));
  let foreign = 0;
  for (let i = 0; i < 1000; i++) {
    const { a, b, follows } = drawSegmentPair(RandomStream.of(i, "pairs"), documents, i % 20, { room: 16, foreign: 0.5 });
    expect(a.length + b.length).toBeLessThanOrEqual(16);
    expect(a.length > 0 && b.length > 0).toBe(true);
    if (follows === 1) expect(b[0]).toBe((a.at(-1) as number) + 1);
    else expect(Math.floor((b[0] as number) / 1000)).not.toBe(i % 20);
    foreign += 1 - follows;
  }
  expect(Math.abs(foreign / 1000 - 0.5)).toBeLessThan(0.06);
});

test("stratified splits have exact totals and each group its share", () => {
  const keys = Array.from({ length: 100 }, (_, i) => `t${i}`);
  const groups = keys.map((_, i) => (i < 63 ? "big" : i < 91 ? "mid" : "small"));
  const splits = stratifiedSplits(keys, groups, { dev: 10, test: 10 });
  const count = (split: number, group?: string) => [...splits.keys()].filter((i) => splits[i] === split && (group === undefined || groups[i] === group)).length;
  expect([count(0), count(1), count(2)]).toEqual([80, 10, 10]);
  expect([count(2, "big"), count(2, "mid"), count(2, "small")]).toEqual([6, 3, 1]); // 6.3, 2.8, 0.9
});

test("document splits come out at 88, 4 and 8 per cent", () => {
  const counts = [0, 0, 0];
  for (let i = 0; i < 20_000; i++) counts[documentSplit(`key ${i}`)]!++;
  expect(counts.map((count) => Math.round(count / 200))).toEqual([88, 4, 8]);
});
