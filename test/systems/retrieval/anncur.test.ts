/** Exact checks of ANNCUR; scores are made up, of known rank or by hand. */
import { expect, test } from "vitest";
import { compile, hostArray, RandomStream } from "../../../src/engine/index.ts";
import type { HostArray } from "../../../src/engine/index.ts";
import { product, transposed } from "../../../src/engine/linalg/index.ts";
import { CurIndex } from "../../../src/data/search/index.ts";
import { trainWordPiece } from "../../../src/data/index.ts";
import { EVALUATE } from "../../../src/nn/index.ts";
import { rowsBetween } from "../../../src/lab/index.ts";
import { batchOfRows, Bert, encodeRows } from "../../../src/lab/text/index.ts";
import type { TokenRows } from "../../../src/lab/text/index.ts";
import { curCost, firstLayers } from "../../../src/systems/retrieval/anncur-arms.ts";
import { chooseShares, curRecalls, relativeError, rerankedRecalls } from "../../../src/systems/retrieval/anncur-recall.ts";
import { MarkedPairEncoder, markedRows, pairMarks, rowLength, scoreMatrix } from "../../../src/systems/retrieval/marked-pairs.ts";

const random = RandomStream.of(11, "anncur test");
const [QUERIES, ITEMS, RANK] = [30, 90, 5];

/** Scores of a known rank. */
function lowRank(queries: number, items: number, rank: number): HostArray {
  const [left, right] = [queries, items].map((count) => Array.from({ length: count * rank }, () => random.normal())) as [number[], number[]];
  const scores = Float32Array.from({ length: queries * items }, (_, i) => Array.from({ length: rank }, (__, r) => left[Math.floor(i / items) * rank + r]! * right[(i % items) * rank + r]!).reduce((a, b) => a + b));
  return hostArray(scores, [queries, items]);
}

const all = lowRank(QUERIES, ITEMS, RANK);
const [anchors, asked] = [rowsBetween(all, 0, 20), rowsBetween(all, 20, QUERIES)];
const noise = (queries: number): HostArray => hostArray(Float32Array.from({ length: queries * ITEMS }, () => random.normal()), [queries, ITEMS]);

test("scores of rank r are guessed to 1e-4 from r and more anchor queries and items, and not from fewer", () => {
  for (const count of [RANK, 2 * RANK]) {
    const index = new CurIndex({ scores: anchors, anchors: Array.from({ length: count }, (_, i) => 3 * i) });
    for (let query = 0; query < 10; query++) {
      const row = (asked.data as Float32Array).subarray(query * ITEMS, (query + 1) * ITEMS);
      const guessed = index.approximate([...index.anchors].map((item) => row[item]!));
      expect(Math.max(...row.map((value, item) => Math.abs(value - guessed[item]!)))).toBeLessThan(1e-4);
    }
  }
  expect(relativeError(anchors, asked, [0, 3, 6, 9, 12], 0)).toBeLessThan(1e-8);
  expect(relativeError(anchors, asked, [0, 3, 6], 0)).toBeGreaterThan(1e-2);
});

test("[[1, 2], [2, 4]] is reproduced from one row and one column", () => {
  const index = new CurIndex({ scores: hostArray(Float32Array.of(1, 2), [1, 2]), anchors: [0] });
  expect([...index.approximate([1])]).toEqual([1, 2]);
  expect([...index.approximate([2])]).toEqual([2, 4]);
});

test("a transpose in place of the pseudo-inverse guesses wrong", () => {
  const columns = Array.from({ length: RANK }, (_, i) => 3 * i);
  const taken = hostArray(Float32Array.from({ length: 20 * RANK }, (_, i) => (anchors.data as Float32Array)[Math.floor(i / RANK) * ITEMS + columns[i % RANK]!]!), [20, RANK]);
  const embeddings = product(transposed(taken), anchors);
  const row = (asked.data as Float32Array).subarray(0, ITEMS);
  const guessed = Array.from({ length: ITEMS }, (_, item) => columns.reduce((sum, column, i) => sum + row[column]! * embeddings.data[i * ITEMS + item]!, 0));
  expect(Math.max(...guessed.map((value, item) => Math.abs(value - row[item]!)))).toBeGreaterThan(1);
});

test("with every item an anchor recall is 1, whatever the matrix; low rank is found on a small budget, noise is not", async () => {
  const [index, queries] = [noise(6), noise(4)];
  expect(await curRecalls(index, queries, [1, 10], ITEMS, { seed: 1 })).toEqual([1, 1]);
  expect((await curRecalls(anchors, asked, [1, 10], 20, { seed: 1 })).map((recall) => Math.round(1e6 * recall) / 1e6)).toEqual([1, 1]);
  // On noise, 10 anchors and 10 guesses are 20 of 90 items by chance: recall 2/9 at best in expectation.
  expect((await curRecalls(noise(20), noise(40), [10], 20, { seed: 1 }))[0]).toBeLessThan(0.4);
});

test("retrieve and rerank finds what is both in the exact top and in the budget", async () => {
  const exact = hostArray(Float32Array.of(5, 4, 3, 2, 1, 0, 1, 2, 3, 4), [2, 5]); // tops: 0 1, then 4 3
  const rankings = [[4, 0, 1, 2, 3], [4, 3, 2, 1, 0]];
  expect(await rerankedRecalls(exact, [1, 2], rankings, 2)).toEqual([1, 0.75]); // of {0, 1} item 0 came back, of {4, 3} both
});

test("the split of a budget is chosen on held-out anchor queries, for each cut-off", async () => {
  // Rank 5 needs 5 anchors: of 20 scores a share of 0.1 gives 2 of them, 0.5 gives 10.
  expect(await chooseShares(anchors, [10], 20, [0.1, 0.5], 5, { seed: 1 })).toEqual([0.5]);
});

test("an index costs queries times items calls, a query its budget and anchors times items multiply-adds", () => {
  expect(curCost({ queries: 160, items: 600, anchors: 40, rescored: 40 })).toEqual({ indexCalls: 96_000, queryCalls: 80, multiplyAdds: 24_000 });
});

const WORDS = "red green blue one two three four";
const tokenizer = trainWordPiece([WORDS, WORDS], { size: 60, reserved: 8 });

test("rows have their marks, texts are cut to their lengths, and a row is never longer than said", () => {
  const { rows } = markedRows(tokenizer, [["red green blue", "one two three four"], ["red", "one"]], { query: 2, document: 3 });
  const spelled = rows.map(({ ids }) => [...ids].map((id) => tokenizer.tokenOf(id)).join(" "));
  expect(spelled).toEqual(["[CLS] [unused0] red green [unused1] [SEP] [unused2] one two three [SEP]", "[CLS] [unused0] red [unused1] [SEP] [unused2] one [SEP]"]);
  expect(rows[0]?.ids.length).toBe(rowLength({ query: 2, document: 3 }));
  expect([...(rows[1]?.segments ?? [])]).toEqual([0, 0, 0, 0, 0, 1, 1, 1]);
  expect(() => pairMarks(trainWordPiece([WORDS], { size: 60 }))).toThrow("has no [unused0] to mark parts of a row with; train the tokenizer with reserved ids");
});

function encoderOf(head: "emb" | "cls"): MarkedPairEncoder {
  const { encoder } = new Bert({ random: RandomStream.of(5), vocabulary: tokenizer.vocabularySize, width: 16, depth: 1, heads: 2, positions: 24 });
  return new MarkedPairEncoder({ random: RandomStream.of(6), encoder, width: 16, marks: pairMarks(tokenizer), head });
}

test("the [EMB] head has no weights and is the inner product of the mean of the query's marks with the item's mark", async () => {
  const [emb, cls] = [encoderOf("emb"), encoderOf("cls")];
  expect(emb.parameterCount()).toBe(emb.encoder.parameterCount());
  expect(cls.parameterCount() - cls.encoder.parameterCount()).toBe(16 + 1);
  const rows = batchOfRows(markedRows(tokenizer, [["red green", "one two"]], { query: 4, document: 4 }), [0], 12);
  // [CLS] [START] red green [END] [SEP] [TITLE] ...: marks at 1, 4 and 6.
  const run = compile((batch: TokenRows) => ({ states: encodeRows(emb.encoder, batch, EVALUATE).output, score: emb.forward(batch, EVALUATE) }));
  const { states, score } = await run({ ids: rows.ids, segments: rows.segments, valid: rows.valid });
  await run.release();
  const state = (place: number): number[] => Array.from(states.data.subarray(place * 16, (place + 1) * 16), Number);
  const [start, end, title] = [state(1), state(4), state(6)];
  expect(score.item()).toBeCloseTo(start.reduce((sum, value, i) => sum + ((value + end[i]!) / 2) * title[i]!, 0), 4);
});

test.each(["emb", "cls"] as const)("a matrix of scores by the %s head has a row for each query, and padding changes no score", async (head) => {
  const model = encoderOf(head);
  const [queries, items] = [["red", "blue green"], ["one", "two three", "four four four"]];
  const lengths = { query: 4, document: 4 };
  const matrix = await scoreMatrix(model, tokenizer, queries, items, lengths);
  expect(matrix.shape).toEqual([2, 3]);
  const alone = await scoreMatrix(model, tokenizer, ["blue green"], ["four four four"], lengths, { lengths: [20] });
  expect(Number(alone.data[0])).toBeCloseTo(Number(matrix.data[5]), 4);
  expect(new Set(Array.from(matrix.data, Number)).size).toBe(6);
});

test("the first layers of a BERT keep their weights, and the model they come from is left alone", () => {
  const model = new Bert({ random: RandomStream.of(8), vocabulary: tokenizer.vocabularySize, width: 16, depth: 3, heads: 2, positions: 8 });
  const shallow = firstLayers({ model, sizes: { width: 16, depth: 3, heads: 2, positions: 8 }, tokenizer }, 2);
  expect(shallow.sizes.depth).toBe(2);
  expect(model.encoder.encoder.blocks.length).toBe(3);
  const own = shallow.model.stateDict();
  for (const [name, value] of model.stateDict()) if (!name.includes("blocks.2.")) expect(own.get(name)?.data, name).toEqual(value.data);
});
