import { describe, expect, test } from "vitest";
import { RandomStream } from "../../../src/engine/index.ts";
import { contextAndTargets, coveredByBlocks } from "../../../src/data/masking/block-mask.ts";
import { dirichletShares, dirichletTokens } from "../../../src/data/masking/dirichlet-tokens.ts";
import { runningCell } from "../../../src/data/masking/running-cell.ts";
import { tubeMask } from "../../../src/data/masking/tube-mask.ts";
import { subsetCounts, uniformSubset } from "../../../src/data/masking/uniform-subset.ts";

describe("uniform subsets", () => {
  test("CrossMAE's counts at 196 tokens: 49 visible, 49 predicted at p = .25, all 147 at p = .75", () => {
    expect(subsetCounts(196, 0.75, 0.25)).toEqual({ visible: 49, predicted: 49 });
    expect(subsetCounts(196, 0.75)).toEqual({ visible: 49, predicted: 147 });
    expect(subsetCounts(64, 0.75, 0.25)).toEqual({ visible: 16, predicted: 16 });
  });
  test("visible and predicted tokens never meet, and p = m predicts everything hidden", () => {
    for (let i = 0; i < 50; i++) {
      const { visible, predicted } = uniformSubset(RandomStream.of(i), 64, subsetCounts(64, 0.75));
      expect([...visible, ...predicted].sort((a, b) => a - b)).toEqual(Array.from({ length: 64 }, (_, t) => t));
    }
  });
  test("every token is visible equally often", () => {
    const seen = new Float64Array(16);
    for (let i = 0; i < 4000; i++) for (const token of uniformSubset(RandomStream.of(9, i), 16, { visible: 4, predicted: 4 }).visible) seen[token]! += 1;
    // binomial: mean 1000, deviation sqrt(4000 * .25 * .75) = 27.4
    for (const count of seen) expect(Math.abs(count - 1000)).toBeLessThan(4 * 27.4);
  });
  test("impossible ratios are refused", () => {
    expect(() => subsetCounts(64, 0.5, 0.75)).toThrow(/0 < predictionRatio <= maskRatio < 1, got 0.75 and 0.5/);
  });
});

describe("clip masks of VideoMAE V2 at 8 x 14 x 14 tokens", () => {
  test("the tube hides 176 places of every slice and leaves 160 tokens", () => {
    const { visible, hidden } = tubeMask(RandomStream.of(1), 8, 196, 0.9);
    expect(visible.length).toBe(160);
    expect(hidden.length).toBe(8 * 176);
    const places = [...visible].map((token) => token % 196);
    for (let t = 1; t < 8; t++) expect(places.slice(t * 20, (t + 1) * 20)).toEqual(places.slice(0, 20));
  });
  test("the running cell shows half of each slice and each place twice in any four slices", () => {
    for (let start = 0; start < 4; start++) {
      const shown = runningCell(start, 8, 14, 14);
      expect(shown.length).toBe(784);
      const at = new Set(shown);
      for (let first = 0; first <= 4; first++) {
        for (let place = 0; place < 196; place++) {
          const times = [0, 1, 2, 3].filter((t) => at.has((first + t) * 196 + place)).length;
          expect(times).toBe(2);
        }
      }
    }
  });
});

describe("blocks", () => {
  test("context and targets never overlap, and have the counts asked for", () => {
    for (let i = 0; i < 100; i++) {
      const { context, targets } = contextAndTargets(RandomStream.of(i), { rows: 8, columns: 8 }, { targets: 4, targetCount: 12, contextCount: 20 });
      const taken = new Set(targets.flatMap((target) => [...target]));
      expect(context.length).toBe(20);
      expect(targets.map((target) => target.length)).toEqual([12, 12, 12, 12]);
      expect([...context].some((token) => taken.has(token))).toBe(false);
    }
  });
  test("rectangles cover exactly the tokens asked for, mostly beside each other", () => {
    let neighbours = 0;
    for (let i = 0; i < 100; i++) {
      const kept = coveredByBlocks(RandomStream.of(i), { rows: 8, columns: 8 }, 32);
      expect(new Set(kept).size).toBe(32);
      const set = new Set(kept);
      neighbours += [...kept].filter((token) => token % 8 < 7 && set.has(token + 1)).length;
    }
    // A uniform half would hold both of a horizontal pair with probability 32/64 * 31/63: 56 pairs x .246 = 13.8 a draw.
    expect(neighbours / 100).toBeGreaterThan(18);
  });
});

describe("MultiMAE's Dirichlet allocation", () => {
  test("shares of three have mean 1/3 and variance 1/18", () => {
    const random = RandomStream.of(4);
    const first = Array.from({ length: 10000 }, () => dirichletShares(random, 3)[0] as number);
    const mean = first.reduce((a, b) => a + b, 0) / first.length;
    const variance = first.reduce((a, b) => a + (b - mean) ** 2, 0) / first.length;
    expect(Math.abs(mean - 1 / 3)).toBeLessThan(0.01);
    expect(Math.abs(variance - 1 / 18)).toBeLessThan(0.003);
  });
  test("exactly 98 of 3 x 196 tokens are kept, and hidden says which are not", () => {
    for (let i = 0; i < 200; i++) {
      const { kept, hidden } = dirichletTokens(RandomStream.of(i), 3, 196, 98);
      expect(new Set(kept).size).toBe(98);
      expect(hidden.reduce((total, flags) => total + flags.reduce((a, b) => a + b, 0), 0)).toBe(3 * 196 - 98);
      for (const token of kept) expect(hidden[Math.floor(token / 196)]![token % 196]).toBe(0);
    }
  });
});
