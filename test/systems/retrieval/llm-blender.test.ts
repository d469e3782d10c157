/** Exact checks of LLM-Blender; expected numbers are worked out by hand from the definitions. */
import { expect, test } from "vitest";
import { compile, hostArray, RandomStream } from "../../../src/engine/index.ts";
import type { HostArray, Tensor } from "../../../src/engine/index.ts";
import { trainBytePairs } from "../../../src/data/index.ts";
import { EVALUATE } from "../../../src/nn/index.ts";
import { bertEncoder } from "../../../src/lab/text/index.ts";
import { agreement, comparisonOf, comparisonsOf, judgeSelection, metricsOf } from "../../../src/systems/retrieval/llm-blender-lab.ts";
import { comparisonBatches, comparisonLoss, markedBatch, MarkedRowMaker, PairRanker, trainingPair } from "../../../src/systems/retrieval/llm-blender-ranker.ts";
import type { CandidateSet, MarkedRow, MarkedRows } from "../../../src/systems/retrieval/llm-blender-ranker.ts";
import { bothOrders, bubbleBest, bubbleBestOf, fuserInput, maxLogits, maxWins, orderedPairs, ranking } from "../../../src/systems/retrieval/llm-blender-tournament.ts";
import { centralSentence, leadSentence, meaningSimilarity, PoolWriters } from "../../../src/systems/retrieval/llm-blender-writers.ts";
import { llmBlenderTextRecipe } from "../../../src/systems/retrieval/llm-blender-recipe.ts";

/** A comparison that always favours what is read first, beside the truth. */
const biased = (strength: readonly number[], bias: number) => (i: number, j: number): number => (strength[i] as number) - (strength[j] as number) + bias;

test("with both orders averaged the comparison is antisymmetric, whatever is favoured for being read first", () => {
  const draw = RandomStream.of(1);
  const values = Array.from({ length: 12 }, () => draw.normal());
  const fair = bothOrders(comparisonOf(values, 4));
  for (const [i, j] of orderedPairs(4)) expect(fair(i, j)).toBeCloseTo(-fair(j, i), 12);
  expect(bothOrders(biased([1, 3], 5))(0, 1)).toBeCloseTo(-2, 12);
});

test("with a perfect comparison MaxLogits, MaxWins and bubble choose the same candidate, in spite of a bias for the first place", () => {
  for (let seed = 0; seed < 20; seed++) {
    const strength = Array.from(RandomStream.of(seed).permutation(11));
    const best = strength.indexOf(10);
    const compare = biased(strength, 0.4);
    expect(ranking(maxLogits(11, compare))[0]).toBe(best);
    expect(ranking(maxWins(11, compare))[0]).toBe(best);
    expect(bubbleBest(11, biased(strength, 30), RandomStream.of(seed, "order"))).toBe(best); // a large one too
    expect(ranking(maxLogits(11, compare)).map((place) => strength[place])).toEqual([10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0]);
  }
});

test("scores of a matrix by hand", () => {
  // M = [., 1, -2; 3, ., 0.5; -1, 2, .]: rows minus columns.
  const compare = comparisonOf([1, -2, 3, 0.5, -1, 2], 3);
  expect(maxLogits(3, compare)).toEqual([1 - 2 - (3 - 1), 3 + 0.5 - (1 + 2), -1 + 2 - (-2 + 0.5)]);
  expect(maxWins(3, compare)).toEqual([2, 2, 2]); // won when read first: 1, 2, 1; when read second: 1, 0, 1
});

test("110 passes against 20 for 11 candidates", async () => {
  expect(orderedPairs(11)).toHaveLength(110);
  let passes = 0;
  const count = (i: number, j: number): number => {
    passes++;
    return i - j;
  };
  expect(bubbleBest(11, count, RandomStream.of(1))).toBe(10);
  expect(passes).toBe(20);
  passes = 0;
  expect(await bubbleBestOf(11, (i, j) => Promise.resolve(count(i, j)), RandomStream.of(1))).toBe(10);
  expect(passes).toBe(20);
});

const matrix = (rows: readonly (readonly number[])[]): HostArray => hostArray(Float32Array.from(rows.flat()), [rows.length, rows[0]?.length ?? 0]);

test("the loss of zero logits is ln 2; labels say of each side whether it is better by each measure", async () => {
  const run = compile((l: Tensor, r: Tensor, a: Tensor, b: Tensor) => ({ loss: comparisonLoss(l, r, a, b).loss }));
  const lossOf = async (...sides: readonly (readonly number[])[]): Promise<number> => {
    const [l, r, a, b] = sides.map((side) => matrix([side])) as [HostArray, HostArray, HostArray, HostArray];
    return (await run(l, r, a, b)).loss.item();
  };
  expect(await lossOf([0, 0], [0, 0], [0.3, 0.5], [0.1, 0.9])).toBeCloseTo(0.6931, 4);
  // Measure one: left is better. Measure two: equal, so neither is. Logits 2 and -2 on the left, 1 and 3 on the right.
  const plus = (z: number): number => Math.log(1 + Math.exp(z));
  const left = (plus(-2) + plus(-2)) / 2;
  const right = (plus(1) + plus(3)) / 2;
  expect(await lossOf([2, -2], [1, 3], [0.3, 0.5], [0.1, 0.5])).toBeCloseTo((left + right) / 2, 5);
  await run.release();
});

const tokenizer = trainBytePairs(["a tool that draws maps and a library for names of places, with tests"], { size: 310, reserved: 32 });

test("markers stand where their parts begin, and long parts are cut", () => {
  const maker = new MarkedRowMaker(tokenizer, { source: 6, candidate: 4 });
  const { ids, segments, markers } = maker.row("a tool that draws maps and a library", "a library", "a tool");
  const text = (part: Int32Array): string => tokenizer.decode(part, { keepSpecial: true });
  expect(markers.map((at) => text(ids.subarray(at, at + 1)))).toEqual(["[unused5]", "[unused6]", "[unused7]"]);
  expect(markers[1]).toBe(8); // marker, six tokens of the source, [SEP]
  expect([...segments]).toEqual(Array.from(ids, (_, at) => Number(at >= 8)));
  expect(ids.length).toBeLessThanOrEqual(maker.longest(2));
  expect(maker.longest(2)).toBe(8 + 6 + 6);
  expect(maker.longest(1)).toBe(8 + 6);
  expect(maker.row("a", "b").markers).toHaveLength(2);
});

const width = 16;
const ranker = (): PairRanker => new PairRanker({ random: RandomStream.of(5, "ranker"), encoder: bertEncoder({ random: RandomStream.of(5), vocabulary: tokenizer.vocabularySize, width, depth: 1, heads: 2, positions: 40 }), width, tasks: 3 });

test("scores are read at the markers: the head sees the source's state beside that of each candidate", async () => {
  const model = ranker();
  // Two maps of [2 d -> d] and [d -> 3] for both sides together, beside the encoder.
  expect(model.parameterCount() - model.encoder.parameterCount()).toBe(2 * width * width + width + 3 * width + 3);
  const rows: MarkedRow[] = [[0, 3, 6], [0, 6, 3], [1, 3, 6]].map((markers) => ({ ids: Int32Array.from({ length: 9 }, (_, i) => 40 + i), segments: new Int32Array(9), markers }));
  const run = compile((batch: Readonly<Record<string, Tensor>>) => {
    const [left, right] = model.forward(batch as unknown as MarkedRows, EVALUATE) as [Tensor, Tensor];
    return { left, right, compare: model.compare(batch as unknown as MarkedRows, EVALUATE) };
  });
  const { left, right, compare } = await run(markedBatch(rows, 9, 0));
  const row = ({ data }: Pick<HostArray, "data">, i: number): number[] => Array.from(data.subarray(i * 3, (i + 1) * 3) as Float32Array);
  row(left, 0).forEach((value, k) => expect(value).toBeCloseTo(row(right, 1)[k] as number, 5)); // markers exchanged
  expect(row(left, 2)).not.toEqual(row(left, 0)); // another source token
  const mean = [0, 1, 2].reduce((sum, k) => sum + (row(left, 0)[k] as number) - (row(right, 0)[k] as number), 0) / 3;
  expect(compare.data[0]).toBeCloseTo(mean, 5);
  expect(compare.data[1]).toBeCloseTo(-mean, 5);
  await run.release();
});

const set = (candidates: readonly string[], quality: readonly (readonly number[])[]): CandidateSet => ({ source: "a tool that draws maps", candidates, quality });

test("training pairs are of different texts, in both orders, the best with the worst in half of the draws", () => {
  const one = set(["a", "b", "a", "c"], [[0.9], [0.1], [0.9], [0.5]]);
  const drawn = Array.from({ length: 400 }, (_, i) => (trainingPair(RandomStream.of(i), one) as readonly [number, number]).join());
  expect(drawn.some((pair) => pair.includes("2"))).toBe(false); // the copy
  const extreme = drawn.filter((pair) => pair === "0,1" || pair === "1,0").length / 400; // 1/2 + 1/2 * 1/3
  expect(extreme).toBeGreaterThan(0.58);
  expect(extreme).toBeLessThan(0.75);
  expect(drawn.filter((pair) => pair === "0,1").length).toBeGreaterThan(90);
  expect(drawn.filter((pair) => pair === "1,0").length).toBeGreaterThan(90);
  expect(trainingPair(RandomStream.of(1), set(["a", "a"], [[1], [1]]))).toBeUndefined();
});

test("batches carry the qualities of the texts in their rows, and sets of equal texts are left out", async () => {
  const maker = new MarkedRowMaker(tokenizer, { source: 6, candidate: 6 });
  const sets = [set(["a tool", "a tool"], [[1, 1], [1, 1]]), set(["names", "maps"], [[0.75, 0.5], [0.25, 0.125]])];
  const { ids, markers, leftQuality, rightQuality } = await comparisonBatches(maker, sets, { batch: 1, seed: 3 }).next();
  const row = ids.data as Int32Array;
  const first = tokenizer.decode(row.subarray((markers.data[1] as number) + 1, (markers.data[2] as number) - 1));
  const [left, right] = first === "names" ? [[0.75, 0.5], [0.25, 0.125]] : [[0.25, 0.125], [0.75, 0.5]];
  expect([Array.from(leftQuality.data as Float32Array), Array.from(rightQuality.data as Float32Array)]).toEqual([left, right]);
});

test("all comparisons of a set come in the order of its pairs", async () => {
  const model = ranker();
  const maker = new MarkedRowMaker(tokenizer, { source: 6, candidate: 6 });
  const sets = [set(["maps", "names", "tests"], [[1], [0], [0]]), set(["names", "maps", "a tool"], [[1], [0], [0]])];
  const [one, two] = (await comparisonsOf(model, maker, sets, {})).map((values) => comparisonOf(values, 3));
  expect(one?.(0, 1)).toBeCloseTo(two?.(1, 0) as number, 5); // maps before names in both
  expect(one?.(1, 0)).toBeCloseTo(two?.(0, 1) as number, 5);
  expect(one?.(0, 1)).not.toBeCloseTo(one?.(0, 2) as number, 5);
});

test("what is chosen is judged by its measures, and agreement by ranks", () => {
  const sets = [set(["a", "b"], [[0.2, 0.4, 0.6], [0.8, 0.2, 0.2]]), set(["a", "b"], [[0, 0, 0], [1, 1, 1]])];
  const { metrics, byItem } = judgeSelection(sets, [1, 0]);
  expect(byItem).toEqual([0.8, 0]);
  expect(metrics.chrF).toBeCloseTo(0.4, 12);
  expect(metrics.quality).toBeCloseTo(0.2, 12); // (0.4 + 0) / 2
  expect(metricsOf([[1, 0, 0.5]])).toEqual({ chrF: 1, rougeL: 0, meaning: 0.5, quality: 0.5 });
  // Candidates of the first set are equally good, so it has no rank correlation and is left out.
  const ranked = [set(["a", "b"], [[0.5, 0.5, 0.5], [0.5, 0.5, 0.5]]), set(["a", "b", "c"], [[0, 0, 0], [1, 1, 1], [0.5, 0.5, 0.5]])];
  expect(agreement(ranked, [[1, 2], [1, 3, 2]])).toBeCloseTo(1, 12);
  expect(agreement(ranked, [[1, 2], [3, 2, 1]])).toBeCloseTo(-0.5, 12); // 1 - 6 (4 + 1 + 1) / (3 (9 - 1))
});

test("writers that train nothing: the first sentence, the central one, the nearest summary, keywords", () => {
  const text = "This is new. It draws maps of cities and rivers. Maps of cities can be printed. Rivers and maps are fun.";
  expect(leadSentence(text)).toBe("This is new.");
  expect(centralSentence(text)).toBe("It draws maps of cities and rivers.");
  expect(centralSentence("Only one.")).toBe("Only one.");
  const pool = new PoolWriters([{ description: "draws maps of the sea", summary: "sea maps" }, { description: "plays songs", summary: "a player" }, { description: "of the", summary: "nothing" }]);
  expect(pool.neighbour("it plays a song or songs")).toBe("a player");
  expect(pool.keywords("of of songs songs songs the")).toMatch(/^songs, /);
});

test("meaning is the cosine of mean vectors, 0 where no word is known", () => {
  const meaning = meaningSimilarity({ words: ["map", "sea", "song"], width: 2, vectors: Float32Array.of(1, 0, 0, 1, -1, 0) });
  expect(meaning("Map sea", "map")).toBeCloseTo(Math.SQRT1_2, 6);
  expect(meaning("map", "song")).toBeCloseTo(-1, 6);
  expect(meaning("map", "xyz")).toBe(0);
});

test("the fuser reads the candidates first, numbered, then the source", () => {
  expect(fuserInput("the source", ["best", "second"])).toBe("1: best | 2: second | the source");
});

test("training on users' pairs: both orders of each better and worse answer; the loss is that of their difference", async () => {
  const { examples, loss } = llmBlenderTextRecipe.objectives["better"] as (typeof llmBlenderTextRecipe.objectives)[string];
  const context = { settings: { negatives: 2, scale: 20 }, random: RandomStream.of(1), labels: [] };
  expect(examples([{ query: "q", positive: "good", negatives: ["bad", "good", "worse", "worst"] }] as never, context)).toEqual([
    { texts: [["q", "1: good 2: bad"], ["q", "1: bad 2: good"]], targets: [1] },
    { texts: [["q", "1: good 2: worse"], ["q", "1: worse 2: good"]], targets: [1] },
  ]);
  expect(() => examples([{ query: "q", positive: "good", negatives: [] }] as never, context)).toThrow('give each pair "negatives"');
  const run = compile((a: Tensor, b: Tensor, t: Tensor) => ({ loss: loss([a, b], t, context.settings).loss }));
  // Comparisons 3 and 1: half their difference is 1.
  expect((await run(matrix([[3]]), matrix([[1]]), matrix([[1]]))).loss.item()).toBeCloseTo(Math.log(1 + Math.exp(-1)), 5);
  await run.release();
});
