/** The grid of rerankers by hand: what each cell ranks, what it costs, and that pairs are scored once. */
import { expect, test } from "vitest";
import { gridTable, rerankGrid } from "../../../src/lab/text/rerank-grid.ts";
import type { PairIndex } from "../../../src/lab/text/rerank-grid.ts";

const relevant = [new Map([[2, 1]]), new Map([[5, 1]])];
const firstStages = [
  { name: "A", found: [[0, 1, 2, 3], [4, 5, 6, 7]] },
  { name: "B", found: [[3, 2], [7, 6]] },
];

test("a cell reorders the first so many and leaves the rest; pairs of several first stages are scored once", async () => {
  const asked: PairIndex[] = [];
  const score = async (pairs: readonly PairIndex[]) => {
    asked.push(...pairs);
    return pairs.map(([query, document]) => (relevant[query]!.has(document) ? 1 : 0));
  };
  const grid = await rerankGrid({ relevant, firstStages, rerankers: [{ name: "judge", flops: 10, score }], depths: [2, 3] });
  expect(grid.cells.map(({ firstStage, depth, found }) => [firstStage, depth, found])).toEqual([
    ["A", 2, [[0, 1, 2, 3], [5, 4, 6, 7]]],
    ["A", 3, [[2, 0, 1, 3], [5, 4, 6, 7]]],
    ["B", 2, [[2, 3], [7, 6]]],
    ["B", 3, [[2, 3], [7, 6]]],
  ]);
  expect(asked.length).toBe(8); // three of both queries from A, and from B document 3 of query 0 and 7 of query 1; its 2 and 6 are known
  expect(new Set(asked.map(String)).size).toBe(asked.length);
  expect(grid.cells.map(({ cost: { pairs, flops } }) => [pairs, flops])).toEqual([[2, 20], [3, 30], [2, 20], [2, 20]]);
  // A alone: rank 3 and rank 2; reranked to 2: rank 3 and rank 1; to 3: both first.
  const at = (rank: number): number => 1 / Math.log2(rank + 1);
  expect(grid.stages[0]?.ndcg10).toBeCloseTo((at(3) + at(2)) / 2, 10);
  expect(grid.cells.map(({ run }) => run.ndcg10)).toEqual([(at(3) + 1) / 2, 1, 0.5, 0.5].map((value) => expect.closeTo(value, 10)));
  expect(grid.cells[1]?.run.against?.difference).toBeCloseTo(1 - (at(3) + at(2)) / 2, 10);
  expect(grid.stages[1]?.ndcg10).toBeCloseTo(at(2) / 2, 10);
});

test("a listwise judge orders each query's candidates, and the table has a row for every first stage and cell", async () => {
  const grid = await rerankGrid({ relevant, firstStages, rerankers: [{ name: "reverse", order: (_, items) => Promise.resolve([...items].reverse()) }], depths: [3] });
  expect(grid.cells[0]?.found).toEqual([[2, 1, 0, 3], [6, 5, 4, 7]]);
  expect(grid.cells[0]?.cost.flops).toBeNull();
  const { rows, columns } = gridTable("two queries", grid);
  expect(rows.map(([stage, reranker, depth]) => [stage, reranker, depth])).toEqual([["A", "none", 0], ["B", "none", 0], ["A", "reverse", 3], ["B", "reverse", 3]]);
  expect(rows.every((row) => row.length === columns.length)).toBe(true);
});

test("a listwise judge that goes by scores has each pair scored once for all cells, and puts what it is given into its own order", async () => {
  const asked: PairIndex[] = [];
  const score = async (pairs: readonly PairIndex[]) => {
    asked.push(...pairs);
    return pairs.map(([, document]) => document);
  };
  // Only the two candidates at the end of a list are compared, the higher score first.
  const arrange = (documents: readonly number[], scoreOf: (document: number) => number) => Promise.resolve([...documents.slice(0, -2), ...documents.slice(-2).sort((a, b) => scoreOf(b) - scoreOf(a))]);
  const grid = await rerankGrid({ relevant, firstStages, rerankers: [{ name: "last two", flops: 10, score, arrange }], depths: [2, 3] });
  expect(grid.cells.map(({ found }) => found)).toEqual([[[1, 0, 2, 3], [5, 4, 6, 7]], [[0, 2, 1, 3], [4, 6, 5, 7]], [[3, 2], [7, 6]], [[3, 2], [7, 6]]]);
  expect(asked.length).toBe(8);
  expect(grid.cells.map(({ cost: { pairs, flops } }) => [pairs, flops])).toEqual([[2, 20], [3, 30], [2, 20], [2, 20]]);
});

test("a reranker that gives too few scores is named", async () => {
  await expect(rerankGrid({ relevant, firstStages, rerankers: [{ name: "short", score: () => Promise.resolve([1]) }], depths: [1] })).rejects.toThrow('"short" gave 1 scores for 4 pairs');
});
