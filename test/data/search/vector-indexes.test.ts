import { expect, test, vi } from "vitest";
import { hostArray, RandomStream } from "../../../src/engine/index.ts";
import { CurIndex, FlatIndex } from "../../../src/data/search/index.ts";
import { ApproximateIndex } from "../../../src/data/search/approximate-index.node.ts";
import type { VectorMetric } from "../../../src/data/search/index.ts";

const random = RandomStream.of(3, "vectors");
const noise = (count: number): Float32Array => Float32Array.from({ length: count }, () => random.normal());

/** All scores in float64, sorted: what an index must find. */
function bruteForce(vectors: Float32Array, query: Float32Array, metric: VectorMetric): { readonly item: number; readonly score: number }[] {
  const width = query.length;
  const rows = Array.from({ length: vectors.length / width }, (_, i) => [...vectors.subarray(i * width, (i + 1) * width)]);
  const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number => Array.from(a).reduce((total, value, i) => total + value * b[i]!, 0);
  const score = (row: readonly number[]): number => {
    if (metric === "dot") return dot(row, query);
    if (metric === "cosine") return dot(row, query) / Math.sqrt(dot(row, row) * dot(query, query));
    return -row.reduce((total, value, i) => total + (value - query[i]!) ** 2, 0);
  };
  return rows.map((row, item) => ({ item, score: score(row) })).sort((a, b) => b.score - a.score);
}

test.each(["dot", "cosine", "l2"] as const)("by %s it finds what brute force finds, over several chunks and after replacing and removing", async (metric) => {
  const [width, items, queries] = [7, 150, 70];
  const vectors = noise(items * width);
  const index = new FlatIndex({ width, metric, chunk: 32 });
  index.add(Array.from({ length: items }, (_, i) => i), noise(items * width));
  index.add(Array.from({ length: items }, (_, i) => i), vectors); // all replaced
  index.add(["gone", "too"], noise(2 * width));
  expect(index.remove(["gone", "too", "never"])).toBe(2);
  expect(index.size).toBe(items);
  const asked = noise(queries * width);
  const loaded = await FlatIndex.load(await index.save(), { chunk: 64 });
  for (const searched of [index, loaded]) {
    const found = await searched.search(asked, 5);
    found.forEach((hits, q) => {
      const expected = bruteForce(vectors, asked.subarray(q * width, (q + 1) * width), metric).slice(0, 5);
      expect(hits.map(({ id }) => id)).toEqual(expected.map(({ item }) => item));
      hits.forEach(({ score }, i) => expect(score).toBeCloseTo(expected[i]!.score, 4));
    });
    await searched.release();
  }
});

test("the distance of a vector to itself is exactly 0, however long it is", async () => {
  const index = new FlatIndex({ width: 2, metric: "l2" });
  index.add(["far", "near"], Float32Array.of(1000.1, 2000.2, 1000.2, 2000.2));
  const [hits] = await index.search(Float32Array.of(1000.1, 2000.2), 2);
  expect(hits![0]).toEqual({ id: "far", score: -0, group: "far" });
  expect(hits![1]!.score).toBeCloseTo(-0.01, 3);
  await index.release();
});

test("excluded items and groups are passed over, and groups give their best item", async () => {
  const index = new FlatIndex({ width: 1, metric: "dot" });
  index.add(["a1", "a2", "b1", "a3", "c1"], Float32Array.of(5, 4, 3, 2, 1), { groups: ["a", "a", "b", "a", "c"] });
  const query = Float32Array.of(1);
  const ids = async (k: number, options: Parameters<FlatIndex["search"]>[2]): Promise<unknown[]> => (await index.search(query, k, options))[0]!.map(({ id }) => id);
  expect(await ids(2, { exclude: [["a1"]] })).toEqual(["a2", "b1"]);
  expect(await ids(2, { excludeGroups: [["a"]] })).toEqual(["b1", "c1"]);
  expect(await ids(3, { by: "groups" })).toEqual(["a1", "b1", "c1"]);
  expect(await ids(2, { by: "groups", exclude: [["a1", "b1"]] })).toEqual(["a2", "c1"]);
  expect(await ids(9, {})).toEqual(["a1", "a2", "b1", "a3", "c1"]); // fewer than k
  await index.release();
});

test("equal vectors keep the order of adding, and an empty index finds nothing", async () => {
  const index = new FlatIndex({ width: 2 });
  expect(await index.search(Float32Array.of(1, 0), 3)).toEqual([[]]);
  index.add(["x", "y", "z"], Float32Array.of(1, 0, 2, 0, 3, 0));
  expect((await index.search(Float32Array.of(1, 0), 2))[0]!.map(({ id }) => id)).toEqual(["x", "y"]);
  await index.release();
});

test("bad vectors are refused by name and change nothing; damage is noticed", async () => {
  const index = new FlatIndex({ width: 2 });
  index.add(["ok"], Float32Array.of(1, 1));
  expect(() => index.add(["p", "q"], Float32Array.of(1, 2, 3, NaN))).toThrow('item "q": value 1 of its vector is NaN');
  expect(() => index.add(["p"], Float32Array.of(1))).toThrow("1 items of width 2 need 2 values and 1 groups, got 1 and 1");
  expect(index.size).toBe(1);
  const bytes = await index.save();
  bytes[bytes.length - 40] = (bytes[bytes.length - 40] as number) ^ 4;
  await expect(FlatIndex.load(bytes)).rejects.toThrow("SHA-256");
});

test("the approximate index finds nearly all true neighbours, and survives saving, replacing and removing", async () => {
  const [width, items] = [16, 2000];
  const vectors = noise(items * width);
  const index = await ApproximateIndex.create({ width, metric: "cosine" });
  index.add(Array.from({ length: items }, (_, i) => `item-${i}`), vectors);
  const loaded = await ApproximateIndex.load(await index.save());
  const asked = noise(40 * width);
  for (const searched of [index, loaded]) {
    let found = 0;
    searched.search(asked, 10).forEach((hits, q) => {
      const expected = bruteForce(vectors, asked.subarray(q * width, (q + 1) * width), "cosine").slice(0, 10);
      const byId = new Map(expected.map(({ item, score }) => [`item-${item}`, score]));
      hits.forEach(({ id, score }) => {
        if (byId.has(id as string)) found++;
        if (byId.has(id as string)) expect(score).toBeCloseTo(byId.get(id as string)!, 4);
      });
    });
    expect(found / 400).toBeGreaterThan(0.9);
  }
  const own = vectors.slice(0, width);
  expect(loaded.search(own, 1)[0]![0]!.id).toBe("item-0");
  expect(loaded.remove(["item-0", "absent"])).toBe(1);
  expect(loaded.search(own, 1)[0]![0]!.id).not.toBe("item-0");
  loaded.add(["item-1"], own); // moved
  expect(loaded.search(own, 1)[0]![0]!.id).toBe("item-1");
  expect(loaded.size).toBe(items - 1);
});

test("squared distances and products of the approximate index by hand", async () => {
  const [l2, dot] = await Promise.all((["l2", "dot"] as const).map(async (metric) => {
    const index = await ApproximateIndex.create({ width: 2, metric });
    index.add(["a", "b"], Float32Array.of(1, 0, 0, 3));
    return index.search(Float32Array.of(1, 1), 2)[0]!.map(({ id, score }) => [id, score]);
  }));
  expect(l2).toEqual([["a", -1], ["b", -5]]);
  expect(dot).toEqual([["b", 3], ["a", 1]]);
});

test("CUR reproduces a matrix of low rank from as many anchors", async () => {
  const [queries, items, rank] = [12, 40, 4];
  const [left, right] = [noise((queries + 1) * rank), noise(rank * items)];
  const exact = (q: number, i: number): number => Array.from({ length: rank }, (_, r) => left[q * rank + r]! * right[r * items + i]!).reduce((a, b) => a + b);
  const scores = hostArray(Float32Array.from({ length: queries * items }, (_, at) => exact(Math.floor(at / items), at % items)), [queries, items]);
  const cur = new CurIndex({ scores, anchors: [3, 7, 11, 19, 23, 31] });
  const approximate = cur.approximate([...cur.anchors].map((i) => exact(queries, i)));
  approximate.forEach((value, i) => expect(Math.abs(value - exact(queries, i))).toBeLessThan(1e-4));
  const all = Array.from({ length: items }, (_, item) => ({ item, score: exact(queries, item) })).sort((a, b) => b.score - a.score);
  let calls = 0;
  const hits = await cur.search((chosen) => ((calls += chosen.length), [...chosen].map((i) => exact(queries, i))), 5, 6);
  expect(calls).toBe(6 + 6);
  expect(hits.map(({ item }) => item)).toEqual(all.slice(0, 5).map(({ item }) => item));
});

test("CUR by hand: one row and one column of [[1, 2], [2, 4]] give the rest", () => {
  const cur = new CurIndex({ scores: hostArray(Float32Array.of(1, 2), [1, 2]), anchors: [0] });
  expect([...cur.approximate([2])]).toEqual([2, 4]);
  // with a ridge of 1 the only singular value 1 becomes 1 / 2
  expect([...new CurIndex({ scores: hostArray(Float32Array.of(1, 2), [1, 2]), anchors: [0], ridge: 1 }).approximate([2])]).toEqual([1, 2]);
  expect(() => new CurIndex({ scores: hostArray(Float32Array.of(1, 2), [1, 2]), anchors: [0, 0] })).toThrow("expected distinct columns from 0 to 1");
});

test("without the optional package the message says what to do", async () => {
  vi.resetModules();
  vi.doMock("usearch", () => {
    throw new Error("Cannot find package 'usearch'");
  });
  const { ApproximateIndex: Absent } = await import("../../../src/data/search/approximate-index.node.ts");
  await expect(Absent.create({ width: 2 })).rejects.toThrow("needs the optional package usearch, which is not installed or has no build for this platform");
  vi.doUnmock("usearch");
});
