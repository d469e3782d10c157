/** The grid on users' own data: ids, judgements, and scorers of every kind. */
import { expect, test } from "vitest";
import { parseRanking, slidingRerank } from "../../../src/data/search/index.ts";
import { compareRerankers } from "../../../src/tasks/text/compare-rerankers.ts";

const corpus = { a: "list files of a folder", b: "remove files and folders for good", c: "show hidden files with ls", d: "count words of files", e: "print the date" };
const queries = { q1: "show files", q2: "how to count words in files", q3: "nothing judged", q4: "words of the answer" };
const qrels = { q1: { a: 2, c: 1 }, q2: { d: 1 }, q4: { d: 0, z: 1 } };

test("rerankers that score or order, behind BM25 and a first stage of one's own, with costs and without queries that have no answer", async () => {
  const asked: string[] = [];
  const best = (query: string): string => (query === queries.q1 ? corpus.a : corpus.d);
  const grade = (query: string, text: string): number => (text === best(query) ? 2 : text === corpus.c ? 1 : 0);
  const { stages, cells, table } = await compareRerankers(corpus, queries, qrels, {
    rerankers: {
      judge: { score: (query, texts) => (asked.push(query), texts.map((text) => grade(query, text))) },
      // A model that answers in words.
      words: { order: (query, texts) => slidingRerank(texts.map((_, i) => i), (items) => parseRanking(`[${1 + items.findIndex((i) => texts[i] === best(query))}]`, items.length)) },
    },
    depths: [2, 4],
    firstStages: { mine: { q1: ["e", "c", "a"], q2: ["b"] } },
  });
  expect(new Set(asked)).toEqual(new Set([queries.q1, queries.q2]));
  expect(stages.map(({ name }) => name)).toEqual(["BM25", "mine"]);
  const cell = (stage: string, reranker: string, depth: number) => cells.find((one) => one.firstStage === stage && one.reranker === reranker && one.depth === depth);
  expect(cell("mine", "judge", 4)?.found[0]).toEqual([0, 2, 4]); // a, c, e
  expect(cell("mine", "judge", 2)?.found[0]).toEqual([2, 4, 0]); // a is not among the first two
  expect(cell("mine", "words", 4)?.found[0]?.[0]).toBe(0);
  expect(cell("BM25", "judge", 4)?.run.ndcg10).toBeCloseTo(1, 10);
  expect(cell("mine", "judge", 4)?.cost.pairs).toBe(2); // three and one
  expect(table.rows.length).toBe(2 + 2 * 2 * 2);
});

test("what is wrong with the data is said", async () => {
  const rerankers = { judge: { score: (_: string, texts: readonly string[]) => texts.map(() => 0) } };
  await expect(compareRerankers(corpus, queries, { q1: { zzz: 1 } }, { rerankers })).rejects.toThrow("none of 4 queries has a relevant document in the corpus");
  await expect(compareRerankers(corpus, queries, qrels, { rerankers: {} })).rejects.toThrow("expected at least one reranker");
  await expect(compareRerankers(corpus, queries, qrels, { rerankers, depths: [0] })).rejects.toThrow("depths: expected whole numbers above 0, got 0");
  await expect(compareRerankers(corpus, queries, qrels, { rerankers, firstStages: { mine: { q1: ["x"] } } })).rejects.toThrow('"mine" names document "x", which the corpus does not have');
  await expect(compareRerankers(corpus, queries, qrels, { rerankers: { short: { score: () => [] } } })).rejects.toThrow('"short" gave 0 scores for');
  await expect(compareRerankers(corpus, queries, qrels, { rerankers: { twice: { order: (_, texts) => texts.map(() => 0) } } })).rejects.toThrow('"twice" must put');
});
