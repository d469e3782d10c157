/** Search on a budget: which items the scorer is asked for, and what the answers are. Scores are of known rank, so that guesses can be exact. */
import { expect, test } from "vitest";
import { hostArray, RandomStream } from "../../../src/engine/index.ts";
import { curIndex, CurSearch, splitBudget } from "../../../src/data/search/index.ts";

const [RANK, ITEMS] = [4, 60];
const random = RandomStream.of(7, "cur search");
const vectors = (count: number): number[][] => Array.from({ length: count }, () => Array.from({ length: RANK }, () => random.normal()));
const items = vectors(ITEMS).map((vector, i) => ({ name: `item ${i}`, vector }));
type Item = (typeof items)[number];
const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, value, i) => sum + value * b[i]!, 0);

test("a budget finds the exact top of scores of low rank, and the scorer is asked for no more than it allows", async () => {
  const asked: string[][] = [];
  const score = async (query: readonly number[], some: readonly Item[]): Promise<number[]> => {
    asked.push(some.map(({ name }) => name));
    return some.map(({ vector }) => dot(query, vector));
  };
  const index = await curIndex(score, items, vectors(8));
  expect(asked.map((names) => names.length)).toEqual(Array.from({ length: 8 }, () => ITEMS)); // the index: every anchor query with every item
  asked.length = 0;
  const query = vectors(1)[0]!;
  const expected = items.map(({ name, vector }) => ({ name, score: dot(query, vector) })).sort((a, b) => b.score - a.score).slice(0, 5);
  const hits = await index.search(query, 12, 5);
  expect(hits.map(({ item }) => item.name)).toEqual(expected.map(({ name }) => name));
  hits.forEach(({ index: place, item, score: value }, i) => {
    expect(items[place]).toBe(item);
    expect(value).toBeCloseTo(expected[i]!.score, 10);
  });
  expect(asked.map((names) => names.length)).toEqual([6, 6]);
  expect(new Set(asked.flat()).size).toBe(12);
});

test("a budget for every item is an exact search, whatever the scores", async () => {
  const table = Float32Array.from({ length: ITEMS }, () => random.normal());
  const noise = hostArray(Float32Array.from({ length: 3 * ITEMS }, () => random.normal()), [3, ITEMS]);
  const places = Array.from({ length: ITEMS }, (_, i) => i);
  const search = new CurSearch((_: string, some: readonly number[]) => some.map((item) => table[item]!), places, noise);
  const hits = await search.search("anything", ITEMS, 7);
  expect(hits.map(({ item }) => item)).toEqual([...places].sort((a, b) => table[b]! - table[a]!).slice(0, 7));
});

test("budgets are split by share, with one item at least on either side", () => {
  expect(splitBudget(80, 0.25)).toEqual({ anchors: 20, rescored: 60 });
  expect(splitBudget(2, 0.01)).toEqual({ anchors: 1, rescored: 1 });
  expect(splitBudget(5, 0.99)).toEqual({ anchors: 4, rescored: 1 });
  expect(() => splitBudget(1, 0.5)).toThrow("budget: expected a whole number above 1, got 1");
  expect(() => splitBudget(8, 1)).toThrow("share: expected a number between 0 and 1, got 1");
});

test("a scorer that leaves items out or gives no number is told so", async () => {
  await expect(curIndex(() => [1], [1, 2], ["q"])).rejects.toThrow("must give a finite score for each of 2 items, it gave 1 scores");
  await expect(curIndex(() => [1, NaN], [1, 2], ["q"])).rejects.toThrow("it gave NaN for item 1");
  await expect(curIndex(() => [], [], ["q"])).rejects.toThrow("expected items and anchor queries, got 0 and 1");
  expect(() => new CurSearch(() => [], [1, 2], hostArray(new Float32Array(3), [1, 3]))).toThrow("expected scores [anchor queries, 2 items], got [1, 3]");
});
