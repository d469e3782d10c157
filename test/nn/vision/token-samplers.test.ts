import { expect, test } from "vitest";
import { RandomStream } from "../../../src/engine/index.ts";
import type { HostArray } from "../../../src/engine/index.ts";
import { blockSubset, dirichletSubset, randomRectangle, runningCellIds, tubeSubset } from "../../../src/nn/index.ts";

const random = RandomStream.of(37);
const rowsOf = ({ data, shape }: HostArray): number[][] => Array.from({ length: shape[0]! }, (_, b) => Array.from(data.subarray(b * shape[1]!, (b + 1) * shape[1]!), Number));

test("tubes hide the same places in every frame: 160 of 1,568 tokens stay at the published setting", () => {
  const { kept, hidden } = tubeSubset(2, 8, 196, 0.9, random);
  expect([kept.shape, hidden.shape]).toEqual([[2, 160], [2, 1408]]);
  for (const row of rowsOf(kept)) {
    const perFrame = Array.from({ length: 8 }, (_, t) => row.filter((id) => Math.floor(id / 196) === t).map((id) => id % 196));
    perFrame.forEach((places) => expect(places).toEqual(perFrame[0]));
  }
  expect(rowsOf(kept)[0]).not.toEqual(rowsOf(kept)[1]);
});

test("the running cell shows half of each frame and every place twice in any four frames", () => {
  for (const row of rowsOf(runningCellIds(4, 8, 14, 14, random))) {
    expect(row).toHaveLength(784);
    for (let first = 0; first <= 4; first++) {
      const times = new Array<number>(196).fill(0);
      for (const id of row) if (Math.floor(id / 196) >= first && Math.floor(id / 196) < first + 4) times[id % 196]!++;
      expect(new Set(times)).toEqual(new Set([2]));
    }
  }
  const starts = new Set(rowsOf(runningCellIds(64, 1, 2, 2, random)).map((row) => row.join()));
  expect(starts.size).toBe(4);
});

test("rectangles keep to their area and aspect", () => {
  for (let i = 0; i < 200; i++) {
    const ids = randomRectangle(14, 14, { area: [0.15, 0.2], aspect: [0.75, 1.5] }, random);
    const rows = new Set(ids.map((id) => Math.floor(id / 14)));
    const columns = new Set(ids.map((id) => id % 14));
    expect(ids.length).toBe(rows.size * columns.size);
    expect(ids.length).toBeGreaterThanOrEqual(0.15 * 196 * 0.85); // sides are rounded
    expect(ids.length).toBeLessThanOrEqual(0.2 * 196 * 1.15);
    expect(rows.size / columns.size).toBeGreaterThan(0.6);
    expect(rows.size / columns.size).toBeLessThan(1.9);
  }
});

test("blocks hide, or in the reversed form keep, connected places in exact numbers", () => {
  const neighbours = (ids: readonly number[]): number => {
    const set = new Set(ids);
    const beside = (id: number): number => Number(id % 14 < 13 && set.has(id + 1)) + Number(set.has(id + 14));
    return ids.reduce((total, id) => total + beside(id), 0) / ids.length;
  };
  const block = blockSubset(20, 14, 14, 0.5, random);
  const reversed = blockSubset(20, 14, 14, 0.5, random, { covered: "kept" });
  expect([block.hidden.shape, reversed.kept.shape]).toEqual([[20, 98], [20, 98]]);
  const mean = (rows: readonly number[][]): number => rows.map(neighbours).reduce((a, b) => a + b, 0) / rows.length;
  // Among 98 random places of 196, each of nearly two right and lower neighbours is there with probability 1/2: about 0.93.
  expect(mean(rowsOf(block.hidden))).toBeGreaterThan(1.4);
  expect(mean(rowsOf(reversed.kept))).toBeGreaterThan(1.4);
});

test("Dirichlet shares: exactly as many kept as asked, mean 1/3 and variance 1/18 of the share of each modality", () => {
  expect(dirichletSubset(2, [196, 196, 196], 98, random).kept.shape).toEqual([2, 98]);
  const draws = 1500;
  const { kept } = dirichletSubset(draws, [30, 30, 30], 30, random);
  const shares = rowsOf(kept).map((row) => row.filter((id) => id < 30).length / 30);
  const mean = shares.reduce((a, b) => a + b, 0) / draws;
  const variance = shares.reduce((a, b) => a + (b - mean) ** 2, 0) / draws;
  expect(Math.abs(mean - 1 / 3)).toBeLessThan(0.025); // deviation of the mean: 0.006
  expect(Math.abs(variance - 1 / 18)).toBeLessThan(0.01);
  // A modality too small for its share: others make up for it.
  expect(dirichletSubset(50, [2, 30], 20, random).kept.shape).toEqual([50, 20]);
});
