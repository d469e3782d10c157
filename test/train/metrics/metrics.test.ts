import { expect, test } from "vitest";
import { absoluteRelativeError, accuracy, classScores, confusionMatrix, cosineMatrix, diagonalTask, macroF1, meanIoU, meanRanks, nearestNeighbours, pearson, retrieval, reversed, spearman } from "../../../src/train/metrics/index.ts";

const truth = [0, 0, 0, 1, 1, 2];
const predicted = [0, 0, 1, 1, 0, 1];

test("confusion, accuracy and F1 of six items", () => {
  expect([...confusionMatrix(truth, predicted, 3)]).toEqual([2, 1, 0, 1, 1, 0, 0, 1, 0]);
  expect(accuracy(truth, predicted)).toBe(3 / 6);
  // class 0: 2 of 3 found, 2 of 3 named right; class 1: 1 of 2 found, 1 of 3 right; class 2: never named
  expect(classScores(truth, predicted, 3)).toEqual([
    { precision: 2 / 3, recall: 2 / 3, f1: 4 / 6, support: 3 },
    { precision: 1 / 3, recall: 1 / 2, f1: 2 / 5, support: 2 },
    { precision: 0, recall: 0, f1: 0, support: 1 },
  ]);
  expect(macroF1(truth, predicted, 3)).toBeCloseTo((2 / 3 + 2 / 5) / 3, 12);
});

test("classes that never occur do not count towards macro F1", () => {
  expect(macroF1([0, 0], [0, 0], 5)).toBe(1);
  expect(() => accuracy([], [])).toThrow("expected two lists of one length above 0, got 0 and 0");
  expect(() => confusionMatrix([0], [3], 3)).toThrow("expected class ids from 0 to 2, got 3");
});

test("ranks share ties; Pearson and Spearman by hand", () => {
  expect([...meanRanks([10, 30, 20, 30])]).toEqual([1, 3.5, 2, 3.5]);
  // deviations (-1, 0, 1) and (-2, 1, 1): 3 / sqrt(2 * 6)
  expect(pearson([1, 2, 3], [0, 3, 3])).toBeCloseTo(3 / Math.sqrt(12), 12);
  expect(spearman([1, 2, 3, 4], [1, 8, 27, 64])).toBeCloseTo(1, 12);
  expect(spearman([1, 2, 3, 4], [4, 3, 2, 1])).toBeCloseTo(-1, 12);
  expect(() => pearson([1, 1], [1, 2])).toThrow("constant");
});

test("retrieval of three queries: ranks 1, 2 and 3", () => {
  const scores = [9, 1, 2, /**/ 5, 4, 3, /**/ 5, 4, 3];
  const result = retrieval(diagonalTask(scores, 3), [1, 2]);
  expect(result.recallAt).toEqual({ 1: 1 / 3, 2: 2 / 3 });
  expect(result.mrr).toBeCloseTo((1 + 1 / 2 + 1 / 3) / 3, 12);
  expect(result.meanRank).toBe(2);
  expect(result.medianRank).toBe(2);
  // one relevant item: 1 / log2(rank + 1) within the cut-off
  expect(result.ndcgAt[2]).toBeCloseTo((1 + 1 / Math.log2(3) + 0) / 3, 12);
});

test("a model that scores all alike gets the mean rank, not the first", () => {
  const result = retrieval(diagonalTask(new Float32Array(9), 3), [1, 2]);
  expect(result.meanRank).toBe(2);
  expect(result.recallAt[1]).toBe(0);
  // every place gets a third of the gain
  expect(result.ndcgAt[2]).toBeCloseTo((1 / 3) * (1 + 1 / Math.log2(3)), 12);
});

test("graded relevance and the other direction", () => {
  const task = { scores: [3, 2, 1, /**/ 1, 2, 3], gallery: 3, relevant: [new Map([[0, 1], [1, 2]]), new Map([[2, 1]])] };
  const first = (1 / Math.log2(2) + 3 / Math.log2(3)) / (3 / Math.log2(2) + 1 / Math.log2(3));
  expect(retrieval(task, [3]).ndcgAt[3]).toBeCloseTo((first + 1) / 2, 12);
  // columns (3, 1), (2, 2), (1, 3): item 1 is sought by query 0 with a tie, rank 1.5
  expect(retrieval(reversed(task), [1]).meanRank).toBeCloseTo((1 + 1.5 + 1) / 3, 12);
  expect(() => retrieval({ ...task, relevant: [new Map(), new Map([[2, 1]])] })).toThrow("query 0 has no relevant item");
});

test("cosines and nearest neighbours", () => {
  expect([...cosineMatrix({ data: [3, 4, 0, 0], width: 2 }, { data: [1, 0, 0, 2], width: 2 })]).toEqual([0.6, 0.8, 0, 0]);
  const train = { data: [1, 0, 2, 0.1, 0, 1, 0.1, 3], width: 2 };
  expect([...nearestNeighbours(train, [7, 7, 4, 4], { data: [5, 1, 1, 5], width: 2 }, 3)]).toEqual([7, 4]);
  // one vote each: the nearer one decides
  expect([...nearestNeighbours({ data: [1, 0, 0, 1], width: 2 }, [0, 1], { data: [2, 1], width: 2 }, 2)]).toEqual([0]);
});

test("mean IoU: class 0 has 2 of 3, class 1 has 1 of 2, class 2 does not occur, one pixel is ignored", () => {
  expect(meanIoU([0, 0, 0, 1, 255], [0, 0, 1, 1, 0], 3, 255)).toBeCloseTo((2 / 3 + 1 / 2) / 2, 12);
});

test("absolute relative depth error ignores pixels without depth", () => {
  expect(absoluteRelativeError([2, 4, 0], [3, 3, 9])).toBeCloseTo((0.5 + 0.25) / 2, 12);
});
