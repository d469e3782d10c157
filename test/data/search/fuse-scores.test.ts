import { expect, test } from "vitest";
import { fuseScores } from "../../../src/data/search/index.ts";

const bm25 = [{ id: "a", score: 9 }, { id: "b", score: 5 }, { id: "c", score: 1 }];
const dense = [{ id: "b", score: 0.8 }, { id: "d", score: 0.6 }];

test("reciprocal ranks by hand, with provenance", () => {
  const fused = fuseScores({ bm25, dense });
  expect(fused.map(({ id }) => id)).toEqual(["b", "a", "d", "c"]);
  expect(fused[0]!.score).toBeCloseTo(1 / 62 + 1 / 61, 12);
  expect(fused[1]!.score).toBeCloseTo(1 / 61, 12);
  expect(fused[0]!.from).toEqual({ bm25: { rank: 2, score: 5 }, dense: { rank: 1, score: 0.8 } });
  expect(fused[3]!.from).toEqual({ bm25: { rank: 3, score: 1 } });
});

test("z-scores: an item that a ranking lacks gets that ranking's lowest score", () => {
  // bm25: mean 5, deviation sqrt(32 / 3); dense: mean 0.7, deviation 0.1
  const z = (score: number): number => (score - 5) / Math.sqrt(32 / 3);
  const fused = new Map(fuseScores({ bm25, dense }, { kind: "zScore", weights: { dense: 2 } }).map(({ id, score }) => [id, score]));
  expect(fused.get("a")).toBeCloseTo(z(9) - 2, 9);
  expect(fused.get("b")).toBeCloseTo(0 + 2, 9);
  expect(fused.get("c")).toBeCloseTo(z(1) - 2, 9);
  expect(fused.get("d")).toBeCloseTo(z(1) - 2, 9);
});

test("z-scores: where a ranking was not cut short, the items it lacks count with the score they have there", () => {
  // four items: bm25 gives 6, 0, 0, 0 (mean 1.5, deviation sqrt(6.75)); dense gives 4, 3, 2, 1 (mean 2.5, deviation sqrt(1.25))
  const words = [{ id: "d", score: 6 }];
  const meaning = ["a", "b", "c", "d"].map((id, i) => ({ id, score: 4 - i }));
  const fused = fuseScores({ words, meaning }, { kind: "zScore", weights: { words: 2 }, absent: { words: 0 } });
  expect(fused.map(({ id }) => id)).toEqual(["d", "a", "b", "c"]);
  expect(fused[0]!.score).toBeCloseTo((2 * 4.5) / Math.sqrt(6.75) - 1.5 / Math.sqrt(1.25), 9);
  expect(fused[1]!.score).toBeCloseTo((2 * -1.5) / Math.sqrt(6.75) + 1.5 / Math.sqrt(1.25), 9);
  expect(fused[1]!.from).toEqual({ meaning: { rank: 1, score: 4 } });
  expect(fuseScores({ words, meaning }, { kind: "zScore", weights: { words: 2 } })[0]!.id).toBe("a"); // one score alone has no deviation
});

test("maximum merges duplicates and keeps who found them", () => {
  // the hand case of xmen: {A: 0.9, B: 0.4} and {B: 0.7}
  const fused = fuseScores({ ngrams: [{ id: "A", score: 0.9 }, { id: "B", score: 0.4 }], dense: [{ id: "B", score: 0.7 }] }, { kind: "maximum" });
  expect(fused.map(({ id, score }) => [id, score])).toEqual([["A", 0.9], ["B", 0.7]]);
  expect(Object.keys(fused[1]!.from)).toEqual(["ngrams", "dense"]);
});

test("a ranking of equal scores does not decide, and an empty one neither", () => {
  const fused = fuseScores({ flat: [{ id: 1, score: 3 }, { id: 2, score: 3 }], dense: [{ id: 2, score: 2 }, { id: 1, score: 1 }], none: [] }, { kind: "zScore" });
  expect(fused.map(({ id }) => id)).toEqual([2, 1]);
  expect(() => fuseScores({ bm25 }, { kind: "maximum", weights: { dens: 1 } })).toThrow('a weight for "dens", but the rankings are bm25');
  expect(() => fuseScores({ bm25: [bm25[0]!, bm25[0]!] })).toThrow('"bm25" lists "a" twice');
});
