import { expect, test } from "vitest";
import { areaUnderRoc, averagePrecision, calibration, equalErrorRate, kendall, matthewsCorrelation, microF1, rankings, rankingsByQuery, retrieval, retrievalByQuery, setScores } from "../../../src/train/metrics/index.ts";

test("average precision and R-precision of a query with two relevant items at ranks 1 and 3 of 4", () => {
  const task = { scores: [9, 8, 7, 6], gallery: 4, relevant: [new Map([[0, 1], [2, 1]])] };
  const [query] = retrievalByQuery(task, [1, 2, 3]);
  expect(query!.averagePrecision).toBeCloseTo((1 + 2 / 3) / 2, 12);
  expect(query!.rPrecision).toBe(1 / 2);
  expect(query!.foundAt).toEqual({ 1: 1 / 2, 2: 1 / 2, 3: 1 });
  const { map, rPrecision, foundAt, recallAt } = retrieval(task, [2, 99]);
  expect([map, rPrecision, foundAt[2], foundAt[99], recallAt[2]]).toEqual([query!.averagePrecision, 1 / 2, 1 / 2, 1, 1]);
});

test("when all scores are equal the metrics are what guessing gives", () => {
  // one relevant of three: average precision (1 + 1/2 + 1/3) / 3
  const { map, rPrecision, foundAt } = retrieval({ scores: [5, 5, 5], gallery: 3, relevant: [new Map([[1, 1]])] }, [1, 2]);
  expect(map).toBeCloseTo((1 + 1 / 2 + 1 / 3) / 3, 12);
  expect(rPrecision).toBeCloseTo(1 / 3, 12);
  expect(foundAt[2]).toBeCloseTo(2 / 3, 12);
  // two relevant of three: the orders rri, rir, irr are equally likely
  const orders = [1, (1 + 2 / 3) / 2, (1 / 2 + 2 / 3) / 2];
  expect(retrieval({ scores: [5, 5, 5], gallery: 3, relevant: [new Map([[0, 1], [2, 1]])] }).map).toBeCloseTo((orders[0]! + orders[1]! + orders[2]!) / 3, 12);
});

test("choosing one of ten responses, a tie at the top counting as rank 1.5", () => {
  const rest = new Array<number>(8).fill(0);
  const scores = [3, 1, ...rest, /**/ 2, 2, ...rest];
  const { recallAt, mrr } = retrieval({ scores, gallery: 10, relevant: [new Map([[0, 1]]), new Map([[0, 1]])] }, [1, 2]);
  expect(recallAt).toEqual({ 1: 0.5, 2: 1 });
  expect(mrr).toBeCloseTo((1 + 1 / 1.5) / 2, 12);
});

test("rankings of finite depth by hand, graded", () => {
  const found = ["a", "b", "c", "d"];
  const relevant = new Map([["b", 2], ["d", 1], ["never found", 1]]);
  const [scores] = rankingsByQuery([{ found, relevant }], [1, 2, 4]);
  expect(scores!.recallAt).toEqual({ 1: 0, 2: 1 / 3, 4: 2 / 3 });
  expect(scores!.mrrAt).toEqual({ 1: 0, 2: 1 / 2, 4: 1 / 2 });
  expect(scores!.averagePrecision).toBeCloseTo((1 / 2 + 2 / 4) / 3, 12);
  expect(scores!.rPrecision).toBe(1 / 3);
  expect(scores!.ndcgAt[4]).toBeCloseTo((3 / Math.log2(3) + 1 / Math.log2(5)) / (3 + 1 / Math.log2(3) + 1 / 2), 12);
  expect(rankings([{ found, relevant }, { found: [], relevant: new Map([["x", 1]]) }], [4]).recallAt[4]).toBeCloseTo(1 / 3, 12);
  expect(() => rankings([{ found: ["a", "a"], relevant }])).toThrow("query 0 lists an item twice");
});

test("both forms agree on a full ranking without ties", () => {
  const scores = [0.3, 0.9, 0.1, 0.5, 0.7];
  const relevant = new Map([[0, 1], [3, 3]]);
  const full = retrieval({ scores, gallery: 5, relevant: [relevant] }, [2, 3]);
  const ranked = rankings([{ found: [1, 4, 3, 0, 2], relevant }], [2, 3]);
  expect(ranked.averagePrecision).toBeCloseTo(full.map, 12);
  expect(ranked.rPrecision).toBeCloseTo(full.rPrecision, 12);
  for (const k of [2, 3]) expect([ranked.recallAt[k], ranked.ndcgAt[k]]).toEqual([full.foundAt[k], full.ndcgAt[k]]);
});

test("Matthews correlation: the two-class formula, and 0 for a constant answer", () => {
  // true positives 3, false negatives 1, false positives 2, true negatives 4
  const truth = [1, 1, 1, 1, 0, 0, 0, 0, 0, 0];
  const predicted = [1, 1, 1, 0, 1, 1, 0, 0, 0, 0];
  expect(matthewsCorrelation(truth, predicted, 2)).toBeCloseTo((3 * 4 - 2 * 1) / Math.sqrt(5 * 4 * 6 * 5), 12);
  expect(matthewsCorrelation(truth, truth.map(() => 0), 2)).toBe(0);
  expect(matthewsCorrelation([0, 1, 2], [0, 1, 2], 3)).toBeCloseTo(1, 12);
  expect(microF1(truth, predicted, 2)).toBeCloseTo(0.7, 12);
});

test("area under the ROC curve, average precision and equal error rate by hand", () => {
  const truth = [1, 0, 1, 0];
  const scores = [0.9, 0.8, 0.7, 0.1];
  expect(areaUnderRoc(truth, scores)).toBe(3 / 4);
  expect(averagePrecision(truth, scores)).toBeCloseTo(1 / 2 + (1 / 2) * (2 / 3), 12);
  // thresholds refuse / pass: (1/2, 0), (1/2, 1/2): equal at 1/2
  expect(equalErrorRate(truth, scores)).toBe(0.5);
  expect(equalErrorRate([1, 1, 0, 0], [4, 3, 2, 1])).toBe(0);
  expect(areaUnderRoc([1, 0, 1, 0], [1, 1, 1, 1])).toBe(0.5);
  expect(averagePrecision([1, 0, 1, 0], [1, 1, 1, 1])).toBe(0.5);
  expect(equalErrorRate([1, 0, 1, 0], [1, 1, 1, 1])).toBe(0.5);
  expect(() => areaUnderRoc([1, 1], [1, 2])).toThrow("expected items of both classes, got 2 positives of 2");
});

test("Kendall's tau by counting all pairs, ties included", () => {
  const x = [1, 2, 2, 3, 5, 5, 4];
  const y = [2, 1, 3, 3, 4, 4, 0];
  let [agree, tiedX, tiedY] = [0, 0, 0];
  const pairs = (x.length * (x.length - 1)) / 2;
  for (let i = 0; i < x.length; i++) for (let j = 0; j < i; j++) {
    agree += Math.sign(x[i]! - x[j]!) * Math.sign(y[i]! - y[j]!);
    if (x[i] === x[j]) tiedX++;
    if (y[i] === y[j]) tiedY++;
  }
  expect(kendall(x, y)).toBeCloseTo(agree / Math.sqrt((pairs - tiedX) * (pairs - tiedY)), 12);
  expect(kendall([1, 2, 3], [3, 2, 1])).toBe(-1);
  expect(() => kendall([1, 1], [1, 2])).toThrow("constant");
});

test("calibration error of two bins by hand, and sets of candidates", () => {
  // 0.95, 0.85 in different bins of ten; two in the bin [0.5, 0.6)
  const { expectedError, largestError, bins } = calibration([0.5, 0.5, 0.95, 1], [1, 0, 1, 1], 10);
  expect(bins).toEqual([{ confidence: 0.5, accuracy: 0.5, count: 2 }, { confidence: 0.975, accuracy: 1, count: 2 }]);
  expect(expectedError).toBeCloseTo(0.5 * 0.025, 12);
  expect(largestError).toBeCloseTo(0.025, 12);
  const scores = setScores([new Set([0, 1]), new Set([2]), new Set()], [1, 0, 0]);
  expect(scores.coverage).toBeCloseTo(1 / 3, 12);
  expect(scores.meanSize).toBe(1);
  expect([...scores.sizes]).toEqual([[0, 1], [1, 1], [2, 1]]);
});
