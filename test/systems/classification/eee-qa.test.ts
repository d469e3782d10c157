/** Exact checks of EEE-QA. Reference values are worked out on the host from the encoder's states and the weights. */
import { expect, test } from "vitest";
import { compile, hostArray, RandomStream } from "../../../src/engine/index.ts";
import type { HostArray, Tensor } from "../../../src/engine/index.ts";
import { trainWordPiece } from "../../../src/data/index.ts";
import { EVALUATE } from "../../../src/nn/index.ts";
import { batchOfRows, bertEncoder, encodeRows, pairRows, restRows, textRows } from "../../../src/lab/text/index.ts";
import { fitAnswerer } from "../../../src/systems/classification/eee-qa-answer.ts";
import { GraphReasoner, subgraphBatch, subgraphOf } from "../../../src/systems/classification/eee-qa-graph.ts";
import { ChoiceScorer, partsOf, sharedPositions } from "../../../src/systems/classification/eee-qa-model.ts";
import type { ChoiceScorerOptions } from "../../../src/systems/classification/eee-qa-model.ts";
import { choiceBatch, choiceCost, choiceRows, choiceTokens, rowLength, shuffleChoices } from "../../../src/systems/classification/eee-qa-rows.ts";
import type { ChoiceTokens } from "../../../src/systems/classification/eee-qa-rows.ts";
import { rowsOfChoices } from "../../../src/systems/classification/eee-qa-recipe.ts";
import { scoresOf, throughputs } from "../../../src/systems/classification/eee-qa-throughput.ts";
import type { QuestionTensors } from "../../../src/systems/classification/eee-qa-throughput.ts";

const WORDS = "which word means a small dog with long ears cat poodle beagle wheel of the car".split(" ");
const tokenizer = trainWordPiece(WORDS.flatMap((word) => [word, word, word]), { size: 128 });
const SEPARATOR = tokenizer.special.sep as number;
const SIZES = { vocabulary: tokenizer.vocabularySize, width: 16, depth: 2, heads: 2, positions: 40 };
const LENGTHS = { question: 8, choice: 3 };
const ITEM = { context: "which word means a small dog", candidates: ["cat", "poodle dog", "long ears cat"], answer: 1 };

const scorer = (options: Partial<ChoiceScorerOptions> = {}): ChoiceScorer =>
  new ChoiceScorer({ random: RandomStream.of(7), encoder: bertEncoder({ random: RandomStream.of(1), ...SIZES }), width: SIZES.width, depth: SIZES.depth, separator: SEPARATOR, choices: ITEM.candidates.length, pooling: "mean", ...options });

async function scores(model: ChoiceScorer, questions: readonly ChoiceTokens[], encoding: "joint" | "separate", length = rowLength(LENGTHS, ITEM.candidates.length, encoding)): Promise<number[]> {
  const run = compile((batch: QuestionTensors) => scoresOf(model, batch));
  const result = await run(choiceBatch(tokenizer, questions, encoding, length) as never);
  await run.release();
  return Array.from(result.data, Number);
}

async function represent(model: ChoiceScorer, rows: Record<string, HostArray>): Promise<{ readonly question: number[]; readonly answers: number[] }> {
  const run = compile(({ ids, segments, valid }: Record<string, Tensor>) => model.represent({ ids: ids as Tensor, segments: segments as Tensor, valid: valid as Tensor }, EVALUATE));
  const { question, answers } = await run(rows);
  await run.release();
  return { question: Array.from(question.data, Number), answers: Array.from(answers.data, Number) };
}

const furthest = (a: readonly number[], b: readonly number[]): number => Math.max(...a.map((value, i) => Math.abs(value - (b[i] as number))));
const question = choiceTokens(tokenizer, ITEM, LENGTHS);

test("with one choice the one row and the usual pair give equal scores", async () => {
  const one = { ...question, choices: question.choices.slice(1, 2), answer: 0 };
  expect([...choiceRows(tokenizer, one, "joint")[0]!.ids]).toEqual([...pairRows(tokenizer, [[ITEM.context, ITEM.candidates[1]!]], 40).rows[0]!.ids]);
  for (const pooling of ["first", "mean", "max"] as const) {
    // The same weights, once as a scorer of rows of one choice reading a row for each, once reading one row.
    const [joint] = await scores(scorer({ pooling, choices: 1, readsChoice: true }), [one], "joint", 20);
    const separate = await scores(scorer({ pooling, choices: 1, readsChoice: true }), [question], "separate", 20);
    expect(Math.abs((joint as number) - (separate[1] as number)), pooling).toBeLessThan(1e-5);
  }
});

test("rows with padding behind the question and behind each choice score as the row without", async () => {
  const model = scorer();
  const [expected, apart] = [await scores(model, [question], "joint"), compile((asked: Record<string, Tensor>, choices: Record<string, Tensor>) => {
    const { rows, layout } = rowsOfChoices(asked as never, choices as never);
    return model.forward(rows, EVALUATE, { choices: ITEM.candidates.length, layout });
  })];
  const fields = ({ ids, segments, valid }: ReturnType<typeof batchOfRows>) => ({ ids, segments, valid });
  const asked = fields(batchOfRows(textRows(tokenizer, [ITEM.context], 40), [0], 12));
  const choices = fields(batchOfRows(restRows(tokenizer, ITEM.candidates, 40), [0, 1, 2], 7));
  expect(furthest(Array.from((await apart(asked, choices)).data, Number), expected)).toBeLessThan(1e-5);
  await apart.release();
});

test("the question is the mean of its own tokens and a choice that of its own, worked out from the encoder's states", async () => {
  const model = scorer({ choices: 1, readsChoice: true });
  const rows = pairRows(tokenizer, [[ITEM.context, ITEM.candidates[2]!]], 40);
  const { ids, segments, valid } = batchOfRows(rows, [0], 24);
  const run = compile((batch: Record<string, Tensor>) => encodeRows(model.encoder, { ids: batch["ids"] as Tensor, segments: batch["segments"] as Tensor, valid: batch["valid"] as Tensor }, EVALUATE).output);
  const states = await run({ ids, segments, valid });
  await run.release();
  const mean = (from: number, to: number): number[] => Array.from({ length: SIZES.width }, (_, d) => Array.from({ length: to - from }, (__, i) => Number(states.data[(from + i) * SIZES.width + d])).reduce((a, b) => a + b, 0) / (to - from));
  const [asked, chosen] = [question.question.length, question.choices[2]!.length];
  const found = await represent(model, { ids, segments, valid });
  expect(furthest(found.question, mean(1, 1 + asked))).toBeLessThan(1e-5);
  expect(furthest(found.answers, mean(asked + 2, asked + 2 + chosen))).toBeLessThan(1e-5);
});

test("24 and 4 tokens and five choices: 155 tokens become 51, and 4,805 attention pairs 2,601", () => {
  const lengths = { question: 24, choice: 4 };
  expect(choiceCost(lengths, 5, "separate")).toEqual({ tokens: 155, pairs: 4805 }); // 5 * (24 + 4 + 3), 5 * 31^2
  expect(choiceCost(lengths, 5, "joint")).toEqual({ tokens: 51, pairs: 2601 }); // 24 + 2 + 5 * (4 + 1), 51^2
});

test("attention with a zero query is the mean; another query is not", async () => {
  const [mean, attentive] = [scorer(), scorer({ pooling: "attentive" })];
  const expected = await scores(mean, [question], "joint");
  expect(furthest(await scores(attentive, [question], "joint"), expected)).toBeLessThan(1e-6);
  attentive.attentive!.query.set(hostArray(Float32Array.from({ length: SIZES.width }, (_, i) => 3 * Math.cos(i)), [SIZES.width]));
  expect(furthest(await scores(attentive, [question], "joint"), expected)).toBeGreaterThan(1e-4);
});

test("all weight on the last layer is the first token; equal weights are not", async () => {
  const [first, layerwise] = [scorer({ pooling: "first" }), scorer({ pooling: "layerwise" })];
  const expected = await scores(first, [question], "joint");
  expect(furthest(await scores(layerwise, [question], "joint"), expected)).toBeGreaterThan(1e-5);
  layerwise.layers!.weights.set(hostArray(Float32Array.of(-1e4, 0), [2]));
  expect(furthest(await scores(layerwise, [question], "joint"), expected)).toBeLessThan(1e-6);
});

test("permuted choices permute the scores when positions are shared and nobody looks across, and in no other case", async () => {
  const order = [2, 0, 1];
  const moved = shuffleChoices(question, order);
  const unlike = async (options: Partial<ChoiceScorerOptions>): Promise<number> => {
    const model = scorer(options);
    const [before, after] = [await scores(model, [question], "joint"), await scores(model, [moved], "joint")];
    return furthest(after, order.map((place) => before[place] as number));
  };
  expect(await unlike({ positions: "shared", visibility: "contextBlind" })).toBeLessThan(1e-5);
  expect(await unlike({ positions: "running", visibility: "contextBlind" })).toBeGreaterThan(1e-5);
  // All seeing all still permutes: without positions a set is a set. What changes is what a choice's neighbours are.
  const other = { ...question, choices: [...question.choices.slice(0, 2), tokenizer.encode("wheel")] };
  const touched = async (visibility: "contextBlind" | "arrow" | "square"): Promise<number> => {
    const model = scorer({ positions: "shared", visibility });
    return furthest((await scores(model, [question], "joint")).slice(0, 2), (await scores(model, [other], "joint")).slice(0, 2));
  };
  expect(await touched("contextBlind")).toBeLessThan(1e-5);
  expect(await touched("arrow")).toBeGreaterThan(1e-5); // through the question
  expect(await touched("square")).toBeGreaterThan(1e-5);
});

test("parts, content and shared positions of a padded row", async () => {
  const ids = hostArray(Int32Array.from([1, 9, 8, 2, 7, 7, 2, 6, 2, 0, 0]), [1, 11]);
  const valid = hostArray(Uint8Array.from([1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0]), [1, 11], "bool");
  const run = compile((rows: Record<string, Tensor>) => {
    const { part, content } = partsOf({ ids: rows["ids"] as Tensor, valid: rows["valid"] as Tensor }, 2, 2);
    return { part, content: content.cast("int32"), places: sharedPositions(part) };
  });
  const found = await run({ ids, valid });
  await run.release();
  expect([...found.part.data]).toEqual([0, 0, 0, 0, 1, 1, 1, 2, 2, 3, 3]);
  expect([...found.content.data]).toEqual([0, 1, 1, 0, 1, 1, 0, 1, 0, 0, 0]);
  expect([...found.places.data]).toEqual([0, 1, 2, 3, 4, 5, 6, 4, 5, 4, 5]);
});

test("padding changes no score, and a separator that a text spells out starts no choice", async () => {
  for (const options of [{}, { positions: "shared", visibility: "arrow" }] as const) {
    const model = scorer(options);
    expect(furthest(await scores(model, [question], "joint", 22), await scores(model, [question], "joint", 33))).toBeLessThan(1e-5);
  }
  const spelled = choiceTokens(tokenizer, { ...ITEM, context: "which word [SEP] means a small dog", candidates: ["cat [SEP]", ...ITEM.candidates.slice(1)] }, LENGTHS);
  expect([...spelled.question]).toEqual([...question.question]);
  expect([...spelled.choices[0]!]).toEqual([...question.choices[0]!]);
});

test("the right choice moves with the order, and a row tells its choices apart", () => {
  const moved = shuffleChoices(question, [2, 0, 1]);
  expect(moved.answer).toBe(2); // choice 1 is third now
  const [row] = choiceRows(tokenizer, moved, "joint");
  expect(tokenizer.decode(row!.ids, { keepSpecial: true })).toBe("[CLS] which word means a small dog [SEP] long ears cat [SEP] cat [SEP] poodle dog [SEP]");
  expect([...row!.segments]).toEqual([...row!.ids].map((_, i) => Number(i > question.question.length + 1)));
  expect(choiceRows(tokenizer, question, "separate")).toHaveLength(3);
});

test("a joint scorer without vectors of the choices is refused: it could only score all alike", () => {
  expect(() => scorer({ readsChoice: false })).toThrow("score alike");
});

const AROUND = [
  { from: "poodle", relation: "is a", to: "dog" },
  { from: "poodle", relation: "is a", to: "dog" },
  { from: "dog", relation: "has part", to: "tail" },
  { from: "dog", relation: "is a", to: "canine" },
  { from: "poodle", relation: "looks like", to: "sheep" },
];

test("a choice's graph: the question is tied to the choice and to what it names, edges run both ways, named concepts stay first", () => {
  const { concepts, edges } = subgraphOf("A small Dog", "poodle", AROUND, { nodes: 10, edges: 40 });
  expect(concepts).toEqual([{ name: "poodle", kind: 1 }, { name: "dog", kind: 2 }, { name: "tail", kind: 3 }, { name: "canine", kind: 3 }, { name: "sheep", kind: 3 }]);
  expect(edges).toEqual([
    [0, 1, 6], [1, 0, 7], [0, 2, 6], [2, 0, 7], // asks
    [1, 2, 0], [2, 1, 3], // is a
    [2, 3, 2], [3, 2, 5], // has part
    [2, 4, 0], [4, 2, 3],
  ]);
  const small = subgraphOf("A small dog", "poodle", [...AROUND.slice(2), ...AROUND.slice(0, 2)], { nodes: 3, edges: 40 });
  expect(small.concepts.map(({ name }) => name)).toEqual(["poodle", "dog"]); // the question's node is the third
});

test("what fills up graphs changes nothing, and the named concept and the question's vector do", async () => {
  const reasoner = new GraphReasoner({ random: RandomStream.of(4), inputs: SIZES.width, width: 8 });
  const words = hostArray(Float32Array.from({ length: SIZES.vocabulary * SIZES.width }, (_, i) => Math.sin(i)), [SIZES.vocabulary, SIZES.width]);
  const vectors = (shift: number): HostArray => hostArray(Float32Array.from({ length: SIZES.width }, (_, i) => Math.cos(i + shift)), [1, SIZES.width]);
  const run = compile((q: Tensor, table: Tensor, graphs: Record<string, Tensor>) => reasoner.forward(q, table, graphs as never));
  const read = async (asked: string, sizes: { nodes: number; edges: number }, shift = 0): Promise<number[]> => Array.from((await run(vectors(shift), words, subgraphBatch(tokenizer, [subgraphOf(asked, "poodle", AROUND, { nodes: 6, edges: 12 })], { ...sizes, name: 4 }))).data, Number);
  const tight = await read("a small dog", { nodes: 6, edges: 12 });
  expect(furthest(await read("a small dog", { nodes: 9, edges: 20 }), tight)).toBeLessThan(1e-5);
  expect(furthest(await read("a small cat", { nodes: 6, edges: 12 }), tight)).toBeGreaterThan(1e-4);
  expect(furthest(await read("a small dog", { nodes: 6, edges: 12 }, 1), tight)).toBeGreaterThan(1e-4);
  await run.release();
});

test("the measured batch is the largest whose activations fit the budget", async () => {
  const model = scorer();
  const budget = 400_000;
  const questions = (count: number) => choiceBatch(tokenizer, Array.from({ length: count }, () => question), "joint", 22);
  const [found] = await throughputs([{ model, questions }], budget, "cpu");
  const run = compile((batch: QuestionTensors) => scoresOf(model, batch));
  const peak = (count: number): number => run.explain(questions(count) as never).memory.peakActivations;
  expect(peak(found!.batch)).toBeLessThanOrEqual(budget);
  expect(peak(found!.batch + 1)).toBeGreaterThan(budget);
  expect(found!.perSecond).toBeGreaterThan(0);
  await run.release();
});

test("a user teaches and asks: another number of choices, in any order, with a graph", async () => {
  const isDog = (name: string) => ({ from: name, relation: "is a", to: "dog" });
  const examples = ["poodle", "beagle"].flatMap((dog) => ["cat", "wheel", "car"].map((other) => ({ question: "which word means a dog", choices: [dog, other], answer: 0, edges: [[isDog(dog)], []] })));
  const bert = { model: { encoder: bertEncoder({ random: RandomStream.of(1), ...SIZES }) } as never, sizes: SIZES, tokenizer: tokenizer as never };
  const answerer = await fitAnswerer(bert, examples, { steps: 40, learningRate: 3e-3, lengths: LENGTHS, batch: 6 });
  for (const choices of [["wheel", "poodle", "car"], ["poodle", "wheel", "car"]]) {
    const { choice, index, probabilities } = await answerer.answer("which word means a dog", choices, choices.map((name) => (name === "poodle" ? [isDog(name)] : [])));
    expect(choice).toBe("poodle");
    expect(choices[index]).toBe(choice);
    expect(probabilities).toHaveLength(3);
    expect(probabilities.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 6);
  }
  await expect(answerer.answer("which word means a dog", ["cat"])).rejects.toThrow("at least two choices");
  await expect(fitAnswerer(bert, [...examples, { question: "x", choices: ["a", "b", "c"], answer: 0 }], { steps: 1 })).rejects.toThrow("example 6");
  await answerer.release();
});
