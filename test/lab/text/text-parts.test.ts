import { expect, test } from "vitest";
import { hostArray, RandomStream } from "../../../src/engine/index.ts";
import { trainBytePairs } from "../../../src/data/index.ts";
import { MemoryStore } from "../../../src/lab/index.ts";
import {
  againstArm, amongOwnCandidates, bertEncoder, biChoiceScores, biEncoderOf, bindItems, bm25Negatives, bm25Runs, candidateBatches, choiceRows, crossChoiceScores, crossEncoderOf, describeDifference, encodeTexts, fineTuneBiEncoder, fineTuneCrossEncoder, fineTuneOnCandidates,
  hardNegativeBatches, keepItems, keepWeights, mapRows, packPassages, packTexts, pairRows, pairProducts, pairTexts, paragraphsOf, placesOf, queryDocumentBatches, rankingTable, rankRuns, scoreChoices, scoredPairBatches, scoredSidesBatches, scorePairs, separateCandidateBatches, smallerTask, takeWeights, textRows,
  vectorRuns, Bert,
} from "../../../src/lab/text/index.ts";
import type { TrainedBert } from "../../../src/lab/text/index.ts";

const TEXTS = ["a red circle", "a big blue square stands near a small green star", "the heart", "a red square and a blue circle, a yellow ring", "green", "a small white cross above a big cyan bar"];
const tokenizer = trainBytePairs([...TEXTS, ...bindItems("train", 40).flatMap(({ context, candidates }) => [context, ...candidates])], { size: 460 });
const sizes = { width: 16, depth: 2, heads: 2, positions: 96 };
const read = (): TrainedBert => ({ model: new Bert({ random: RandomStream.of(1), vocabulary: tokenizer.vocabularySize, ...sizes }), sizes, tokenizer });
const trainContext = () => ({ arm: "test", artifacts: new MemoryStore(), device: "cpu" as const, signal: new AbortController().signal, report: () => undefined });

test("packed texts give back each text's ids, cut where asked", () => {
  const packed = packTexts(TEXTS, tokenizer, 5);
  expect(packed.count).toBe(TEXTS.length);
  TEXTS.forEach((text, i) => expect([...packed.at(i)]).toEqual([...tokenizer.encode(text).slice(0, 5)]));
  expect(packed.starts.at(-1)).toBe(packed.ids.length);
});

test("passages end where enough tokens are together, never across documents", () => {
  const document = (id: string, paragraphs: string[]) => ({ source: "en/books" as const, id, paragraphs });
  const passages = packPassages([document("a", ["red circle", "blue", "green star"]), document("b", ["heart"])], { encode: (text) => Int32Array.from(text.split(" "), (word) => word.length) }, 3);
  expect([...passages.lengths]).toEqual([3, 2, 1]);
  expect(paragraphsOf(passages, 0).map((ids) => [...ids])).toEqual([[3, 6], [4]]);
  expect(paragraphsOf(passages, 2).map((ids) => [...ids])).toEqual([[5]]);
});

test("pair rows cut each side first, then the longer one, and put the second text into segment 1", () => {
  const { rows } = pairRows(tokenizer, [["a red circle", "a big blue square stands near a small green star"]], 12, { first: 2 });
  const [{ ids, segments }] = rows as [(typeof rows)[number]];
  expect(ids.length).toBe(12);
  expect([...ids.subarray(0, 4)]).toEqual([1, ...tokenizer.encode("a red circle").subarray(0, 2), 2]);
  expect([...segments]).toEqual([0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1]);
});

test("a model over rows gives the same in any buckets, in the order of the rows", async () => {
  const bi = biEncoderOf(read(), { random: RandomStream.of(2), width: 8 });
  const [plain, single] = [await encodeTexts(bi, "query", tokenizer, TEXTS, { maximum: 24, lengths: [24] }), await encodeTexts(bi, "query", tokenizer, TEXTS, { maximum: 24, lengths: [8, 12, 24], tokens: 24 })];
  expect(plain.shape).toEqual([6, 8]);
  plain.data.forEach((value, i) => expect(Number(single.data[i])).toBeCloseTo(Number(value), 5));
  const lengths = await mapRows(({ valid }) => valid.cast("float32").sum(1), textRows(tokenizer, TEXTS, 24));
  expect([...lengths.data]).toEqual(TEXTS.map((text) => Math.min(24, tokenizer.encode(text).length + 2)));
});

test("scores of pairs are those of the pairs one by one", async () => {
  const cross = crossEncoderOf(read(), { random: RandomStream.of(3) });
  const pairs = TEXTS.map((text, i) => [text, TEXTS[(i + 1) % TEXTS.length] as string] as const);
  const all = await scorePairs(cross, tokenizer, pairs, { maximum: 48 });
  expect(all.shape).toEqual([6]);
  for (const i of [0, 3]) expect((await scorePairs(cross, tokenizer, [pairs[i] as (typeof pairs)[number]], { maximum: 48 })).data[0]).toBeCloseTo(Number(all.data[i]), 5);
});

test("batches of one seed are the same for both kinds of encoder, and hard negatives stand with their pairs", async () => {
  const items = bindItems("train", 12);
  const rows = choiceRows(tokenizer, items, { query: 40, document: 40 });
  expect(rows.pairs.rows).toHaveLength(48);
  const joined = candidateBatches({ ...rows, length: 79, batch: 3, seed: 5 });
  const apart = separateCandidateBatches({ ...rows, lengths: { query: 40, document: 40 }, batch: 3, seed: 5 });
  for (let step = 0; step < 5; step++) expect((await joined.next()).answers.data).toEqual((await apart.next()).answers.data);

  const set = textRows(tokenizer, TEXTS, 24);
  const hard = await hardNegativeBatches({ queries: set, documents: set, pairs: [[0, 1], [2, 3]], negatives: [[4], [5]], lengths: { query: 24, document: 24 }, batch: 2, seed: 1 }).next();
  const rowOf = (name: "documentIds" | "negativeIds", row: number): string => hard[name].data.slice(row * 24, (row + 1) * 24).join();
  const expected = (text: number): string => [...(set.rows[text]?.ids ?? []), ...new Array<number>(24).fill(0)].slice(0, 24).join();
  for (const row of [0, 1]) expect([[expected(1), expected(4)], [expected(3), expected(5)]]).toContainEqual([rowOf("documentIds", row), rowOf("negativeIds", row)]);
  expect(() => hardNegativeBatches({ queries: set, documents: set, pairs: [[0, 1], [2, 3]], negatives: [[4], []], lengths: { query: 24, document: 24 }, batch: 2, seed: 1 })).toThrow("list 1 has 0");
});

test("all three fine-tunings run, and memorise what little there is", async () => {
  const bi = biEncoderOf(read(), { random: RandomStream.of(4), temperature: 0.1 });
  const set = textRows(tokenizer, TEXTS, 16);
  const pairs = TEXTS.map((_, i) => [i, i] as const);
  const trained = await fineTuneBiEncoder(trainContext(), bi, queryDocumentBatches({ queries: set, documents: set, pairs, lengths: { query: 16, document: 16 }, batch: 6, seed: 1 }), { steps: 8, learningRate: 3e-3 });
  const losses = (curves: typeof trained.curves): readonly [number, number] => [curves["loss"]?.[0]?.[1] as number, curves["loss"]?.at(-1)?.[1] as number];
  expect(losses(trained.curves)[1]).toBeLessThan(losses(trained.curves)[0]);

  const cross = crossEncoderOf(read(), { random: RandomStream.of(5) });
  const scored = pairRows(tokenizer, [...pairs, ...pairs.map(([i]) => [i, (i + 1) % 6] as const)].map(([a, b]) => [TEXTS[a] as string, TEXTS[b] as string]), 32);
  const fitted = await fineTuneCrossEncoder(trainContext(), cross, scoredPairBatches({ pairs: scored, labels: [1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0], lengths: [32], tokens: 384, seed: 1 }), { steps: 12, learningRate: 3e-3 });
  expect(losses(fitted.curves)[1]).toBeLessThan(losses(fitted.curves)[0]);

  const rows = choiceRows(tokenizer, bindItems("train", 4), { query: 40, document: 40 });
  const picker = crossEncoderOf(read(), { random: RandomStream.of(6) });
  await fineTuneOnCandidates(trainContext(), picker, candidateBatches({ ...rows, length: 79, batch: 4, seed: 1 }), { steps: 2 });
  expect(await crossChoiceScores(picker, rows)).toHaveLength(16);
  const chooser = biEncoderOf(read(), { random: RandomStream.of(7), width: 8 });
  await fineTuneBiEncoder(trainContext(), chooser, separateCandidateBatches({ ...rows, lengths: { query: 40, document: 40 }, batch: 4, seed: 1 }), { steps: 2, loss: amongOwnCandidates });
  expect(await biChoiceScores(chooser, rows)).toHaveLength(16);
}, 60_000);

test("a choice counts when it is first; ties count as guessing would", () => {
  const { accuracy, mrr, byItem } = scoreChoices([3, 1, 2, /**/ 1, 1, 0, /**/ 5, 4, 3], [0, 1, 2]);
  expect(byItem).toEqual([1, 0.5, 0]);
  expect(accuracy).toBeCloseTo(0.5, 10);
  expect(mrr).toBeCloseTo((1 + (1 + 1 / 2) / 2 + 1 / 3) / 3, 10);
});

test("rankings are judged against the first run, query by query", () => {
  const relevant = [new Map([[0, 1]]), new Map([[1, 1]]), new Map([[2, 1]])];
  const runs = rankRuns(relevant, [{ name: "BM25", found: [[0, 1], [0, 1], [0, 1]] }, { name: "model", found: [[0, 1], [1, 0], [0, 2]] }]);
  const second = 1 / Math.log2(3);
  expect(runs[0]?.byQuery).toEqual([1, second, 0]);
  expect(runs[1]?.byQuery).toEqual([1, 1, second]);
  expect(runs[1]?.against?.difference).toBeCloseTo(1 / 3, 10); // ((1 - s) + s) / 3
  expect(runs[1]).toMatchObject({ recall10: 1, mrr10: (1 + 1 + 0.5) / 3 });
  expect(rankingTable("test", runs).rows.map(([name, ndcg]) => [name, ndcg])).toEqual([["BM25", "54.4"], ["model", "87.7"]]);
});

test("search by words and by vectors, and negatives that are never the query's own", async () => {
  expect(bm25Runs(TEXTS, ["cyan bar"])[0]?.[0]).toBe(5);
  const vectors = hostArray(Float32Array.of(1, 0, 0, 1, 0.6, 0.8), [3, 2]);
  expect(await vectorRuns(vectors, hostArray(Float32Array.of(0, 1), [1, 2]))).toEqual([[1, 2, 0]]);
  const negatives = bm25Negatives({ queries: TEXTS, documents: TEXTS }, [[0, 0], [4, 4]], 3, RandomStream.of(1));
  for (const [i, own] of [0, 4].entries()) {
    expect(negatives[i]).toHaveLength(3);
    expect(new Set(negatives[i]).size).toBe(3);
    expect(negatives[i]).not.toContain(own);
  }
  expect(negatives[0]?.[0]).toBe(3); // shares red and circle
});

test("a smaller task keeps the documents of its queries", () => {
  const task = { name: "t", queries: ["q0", "q1", "q2"], documents: ["d0", "d1", "d2", "d3", "d4"], relevant: [new Map([[4, 1]]), new Map([[2, 1]]), new Map([[0, 1]])] };
  const smaller = smallerTask(task, { queries: 2, index: 3 });
  expect(smaller.documents).toHaveLength(3);
  smaller.relevant.forEach((items, query) => expect([...items.keys()].map((place) => smaller.documents[place])).toEqual([["d4"], ["d2"]][query]));
});

test("an arm's items are compared with an earlier arm's", async () => {
  const artifacts = new MemoryStore();
  await keepItems({ artifacts }, "R@1", [0, 1, 0, 1]);
  const difference = await againstArm({ artifactsOf: () => artifacts }, "first", "R@1", [1, 1, 1, 1]);
  expect(difference.difference).toBe(0.5);
  expect(describeDifference(difference)).toMatch(/^\+50\.0 points \[\d+\.\d, 100\.0\]$/);
  await expect(againstArm({ artifactsOf: () => artifacts }, "first", "MRR", [1])).rejects.toThrow('arm "first" kept no values named "MRR"');
});

test("the encoder's weights are the BERT's own, dropout is of training only", () => {
  const bert = read();
  expect(biEncoderOf(bert, { random: RandomStream.of(1) }).query.parameters()).toEqual(bert.model.encoder.parameters());
  // words, positions, segments, norm; four maps with biases, two norms, the feed-forward network
  const parameters = (tokenizer.vocabularySize + 96 + 2 + 2) * 16 + 2 * (4 * (16 * 16 + 16) + 2 * 32 + (16 * 64 + 64) + (64 * 16 + 16));
  expect(bertEncoder({ random: RandomStream.of(1), vocabulary: tokenizer.vocabularySize, ...sizes }).parameterCount()).toBe(parameters);
});

test("scored pairs keep each text once, and their batches put both texts and the label of a pair together", async () => {
  const places = placesOf([{ a: "red", b: "blue", score: 0.25 }, { a: "blue", b: "green", score: 0.75 }], ["red", "white"]);
  expect([places.texts, places.pairs, [...places.scores]]).toEqual([["red", "blue", "green", "white"], [[0, 1], [1, 2]], [0.25, 0.75]]);
  expect(pairTexts(places)).toEqual([["red", "blue"], ["blue", "green"]]);
  const texts = textRows(tokenizer, places.texts, 8);
  const { queryIds, documentIds, labels } = await scoredSidesBatches({ texts, pairs: places.pairs, labels: places.scores, length: 8, batch: 2, seed: 3 }).next();
  const row = (data: ArrayLike<number | bigint>, i: number): string => Array.from(data).slice(8 * i, 8 * i + 8).join();
  const expected = (place: number): string => [...(texts.rows[place]?.ids ?? []), ...new Array<number>(8).fill(0)].slice(0, 8).join();
  for (const i of [0, 1]) {
    const pair = Number(labels.data[i]) === 0.25 ? 0 : 1;
    expect([row(queryIds.data, i), row(documentIds.data, i)]).toEqual((places.pairs[pair] as readonly number[]).map(expected));
  }
  expect([...pairProducts(hostArray(Float32Array.of(1, 2, 3, 4, 5, 6, 0, 0), [4, 2]), places.pairs)]).toEqual([11, 39]);
  expect(() => scoredSidesBatches({ texts, pairs: places.pairs, labels: [1], length: 8, batch: 2, seed: 3 })).toThrow("2 pairs need as many labels, got 1");
});

test("a later arm takes the weights that an earlier one kept, and is told when it kept none", async () => {
  const artifacts = new MemoryStore();
  const [kept, other] = [2, 3].map((seed) => biEncoderOf(read(), { random: RandomStream.of(seed), width: 8 })) as [ReturnType<typeof biEncoderOf>, ReturnType<typeof biEncoderOf>];
  await keepWeights({ artifacts }, "bi", kept);
  const context = { artifactsOf: () => artifacts };
  await takeWeights(context, "first", "bi", other);
  expect([...other.stateDict().values()].map(({ data }) => [...data])).toEqual([...kept.stateDict().values()].map(({ data }) => [...data]));
  await expect(takeWeights(context, "first", "cross", other)).rejects.toThrow('arm "first" kept no weights named "cross"');
});
