/** Exact checks of CrossTune; reference values come from the weights, by hand. */
import { expect, test } from "vitest";
import { compile, hostArray, RandomStream } from "../../../src/engine/index.ts";
import type { HostArray, Tensor } from "../../../src/engine/index.ts";
import { trainWordPiece } from "../../../src/data/index.ts";
import { CausalLm, EVALUATE, rotary } from "../../../src/nn/index.ts";
import { CmaEs, hashOfArrays } from "../../../src/train/index.ts";
import { batchOfRows, Bert, encodeRows } from "../../../src/lab/text/index.ts";
import type { TrainedBert } from "../../../src/lab/text/index.ts";
import { BlackBox, templateRows } from "../../../src/systems/classification/crosstune-box.ts";
import { CrossTuneClassifier } from "../../../src/systems/classification/crosstune-classifier.ts";
import { continueTexts, drawToken } from "../../../src/systems/classification/crosstune-generate.ts";
import { CrossTuneHead, fitHead, largestOf, scaled } from "../../../src/systems/classification/crosstune-model.ts";
import { searchPrompt, verbaliser, verbalScores } from "../../../src/systems/classification/crosstune-prompt.ts";

const WIDTH = 16;
const WORDS = "it is about game play puzzle fun font letter type serif a the with of and small new".split(" ");
const tokenizer = trainWordPiece(WORDS.flatMap((word) => [word, word, word, `${word}.`]), { size: 128 });
const SIZES = { width: WIDTH, depth: 3, heads: 2, positions: 24 };
const bert: TrainedBert = { model: new Bert({ random: RandomStream.of(3), vocabulary: tokenizer.vocabularySize, ...SIZES }), sizes: SIZES, tokenizer: tokenizer as never };
const TEMPLATE = " it is about [MASK].";
const boxOf = (): BlackBox => new BlackBox(bert, { length: 16, template: TEMPLATE, layers: 2 });

const noise = (rows: number, seed: number, width = WIDTH): HostArray => {
  const random = RandomStream.of(seed);
  return hostArray(Float32Array.from({ length: rows * width }, () => random.normal()), [rows, width]);
};
const headScores = async (head: CrossTuneHead, texts: HostArray, labels: HostArray): Promise<number[]> => {
  const run = compile((x: Tensor, y: Tensor) => head.forward(x, y, EVALUATE));
  const result = await run(texts, labels);
  await run.release();
  return Array.from(result.data, Number);
};
const furthest = (a: ArrayLike<number>, b: ArrayLike<number>): number => Math.max(...Array.from(a, (value, i) => Math.abs(value - (b[i] as number))));
const mapped = (x: ArrayLike<number>, weight: HostArray, bias: HostArray): number[] => Array.from({ length: weight.shape[0] as number }, (_, o) => Number(bias.data[o]) + Array.from(x).reduce((sum, value, i) => sum + value * Number(weight.data[o * x.length + i]), 0));

test("permuting the labels permutes the scores, and scores are not all alike", async () => {
  const head = new CrossTuneHead({ random: RandomStream.of(1), width: WIDTH, heads: 4 });
  const [texts, labels, order] = [noise(3, 1), noise(4, 2), [2, 0, 3, 1]];
  const moved = hostArray(Float32Array.from(order.flatMap((row) => [...(labels.data as Float32Array).subarray(row * WIDTH, (row + 1) * WIDTH)])), [4, WIDTH]);
  const [before, after] = [await headScores(head, texts, labels), await headScores(head, texts, moved)];
  expect(furthest(after, [0, 1, 2].flatMap((text) => order.map((label) => before[text * 4 + label] as number)))).toBeLessThan(1e-5);
  expect(Math.max(...before.slice(0, 4)) - Math.min(...before.slice(0, 4))).toBeGreaterThan(1e-3);
});

test("with one label attention is 1 and gives the label's value projection, mapped out", async () => {
  const { attention } = new CrossTuneHead({ random: RandomStream.of(1), width: WIDTH, heads: 4 });
  const label = noise(1, 5);
  const run = compile((x: Tensor, y: Tensor) => {
    const { output, weights } = attention.forward(x.unsqueeze(1), y.unsqueeze(0).expand([2, 1, WIDTH]), EVALUATE);
    return { output, weights };
  });
  const { output, weights } = await run(noise(2, 6), label);
  await run.release();
  expect([...weights.data].every((value) => value === 1)).toBe(true);
  const value = mapped(label.data as Float32Array, attention.value.weight.value(), attention.value.bias!.value());
  const expected = mapped(value, attention.output.weight.value(), attention.output.bias!.value());
  expect(furthest(output.data as Float32Array, [...expected, ...expected])).toBeLessThan(1e-5);
});

const EXAMPLES = [
  ...["a fun game", "play a puzzle", "game and fun", "a small puzzle", "play with the game", "new fun", "puzzle game", "the fun of play"].map((text) => ({ text, label: "games" })),
  ...["a serif font", "letter type", "font of letter", "a small serif", "type with the font", "new serif", "letter font", "the type of letter"].map((text) => ({ text, label: "fonts" })),
];
const DESCRIPTIONS = { games: "a puzzle and play with fun", fonts: "type and letter of a serif" };

test("the model is asked once about each text and label, its weights stay, and the classifier learns what was shown", async () => {
  const before = await hashOfArrays(bert.model.stateDict());
  const box = boxOf();
  const classifier = await CrossTuneClassifier.fit(box, EXAMPLES, DESCRIPTIONS);
  expect(box.calls).toBe(16 + 2); // texts + C, for up to 300 steps
  await classifier.predict(["a game", "a font"]);
  expect(box.calls).toBe(16 + 2 + 2);
  const taught = await CrossTuneClassifier.fit(box, EXAMPLES, DESCRIPTIONS, { development: EXAMPLES });
  const found = await taught.predict(EXAMPLES.map(({ text }) => text));
  expect(await hashOfArrays(bert.model.stateDict())).toBe(before);
  expect(found.filter(({ label }, i) => label === EXAMPLES[i]?.label).length).toBeGreaterThanOrEqual(14);
  for (const { probabilities } of found) expect(Object.values(probabilities).reduce((a, b) => a + b, 0)).toBeCloseTo(1, 6);
});

test("examples without a description, too few of them, and single classes are refused by name", async () => {
  await expect(CrossTuneClassifier.fit(boxOf(), [...EXAMPLES, { text: "x", label: "sound" }], DESCRIPTIONS)).rejects.toThrow('labelled "sound", which has no description');
  await expect(CrossTuneClassifier.fit(boxOf(), EXAMPLES.slice(0, 9), DESCRIPTIONS)).rejects.toThrow('got 1 of "fonts"');
  await expect(CrossTuneClassifier.fit(boxOf(), EXAMPLES, { games: "fun" })).rejects.toThrow("two classes or more");
});

test("a text's vector is the mean of the last layers' states at the mask; a label's the maximum over its tokens", async () => {
  const text = "a fun game";
  const { ids, segments, valid } = batchOfRows(templateRows(tokenizer, [text], TEMPLATE, 16), [0], 16);
  const run = compile((rows: Record<string, Tensor>) => encodeRows(bert.model.encoder, rows as never, EVALUATE).hidden.slice(1));
  const layers = await run({ ids, segments, valid });
  await run.release();
  const at = [...ids.data].indexOf(tokenizer.special.mask as number);
  const state = (layer: number, place: number, d: number): number => Number(layers[layer]!.data[place * WIDTH + d]);
  const expected = Array.from({ length: WIDTH }, (_, d) => (state(1, at, d) + state(2, at, d)) / 2);
  expect(furthest((await boxOf().texts([text])).data as Float32Array, expected)).toBeLessThan(1e-5);

  const row = tokenizer.assemble(tokenizer.encode(text));
  const plain = { ids: hostArray(row.ids, [1, row.ids.length]), segments: hostArray(row.segments, [1, row.ids.length]), valid: hostArray(new Uint8Array(row.ids.length).fill(1), [1, row.ids.length], "bool") };
  const top = compile((rows: Record<string, Tensor>) => encodeRows(bert.model.encoder, rows as never, EVALUATE).output);
  const states = await top(plain);
  await top.release();
  const largest = Array.from({ length: WIDTH }, (_, d) => Math.max(...Array.from(row.ids, (_id, place) => Number(states.data[place * WIDTH + d]))));
  expect(furthest((await boxOf().labels([text])).data as Float32Array, largest)).toBeLessThan(1e-5);
});

test("a long text is cut and the template never; a mask that a text spells out is left out", () => {
  const { rows } = templateRows(tokenizer, ["game ".repeat(40), "fun [MASK] game"], TEMPLATE, 12, 2);
  const masks = rows.map(({ ids }) => [...ids].filter((id) => id === tokenizer.special.mask).length);
  expect(masks).toEqual([1, 1]);
  expect(rows[0]!.ids).toHaveLength(12);
  expect(tokenizer.decode(rows[0]!.ids, { keepSpecial: true })).toContain("about [MASK]");
  expect([...rows[0]!.ids.subarray(1, 3)]).toEqual([0, 0]); // room for the prompt
  expect(() => templateRows(tokenizer, ["a"], "no slot", 12)).toThrow("expected one [MASK]");
  expect(() => templateRows(tokenizer, ["a"], TEMPLATE, 7)).toThrow("no room");
});

test("the development texts choose the step: weights that were better on them are kept, not the last", async () => {
  const [labels, texts] = [noise(2, 8), noise(12, 9)];
  const wanted = Array.from({ length: 12 }, (_, i) => i % 2);
  const training = { steps: 60, every: 1, patience: 100, learningRate: 1e-2, weightDecay: 0 };
  const fit = (development: readonly number[]) => fitHead(RandomStream.of(1), labels, { texts, labels: wanted }, { texts, labels: development }, { width: WIDTH, heads: 2 }, training);
  const accuracy = async (head: Awaited<ReturnType<typeof fit>>, truth: readonly number[]): Promise<number> => largestOf(await head.score(texts)).filter((found, i) => found === truth[i]).length / 12;
  const learned = await fit(wanted);
  expect(learned.development).toBe(1);
  // Development labels that contradict the training: what is learned last gets none of them right.
  const opposite = wanted.map((label) => 1 - label);
  const early = await fit(opposite);
  expect(early.development).toBeGreaterThan(0);
  expect(await accuracy(early, opposite)).toBe(early.development);
  expect(early.steps).toBe(60);
  expect((await learned.score(noise(4, 20), noise(3, 21))).shape).toEqual([4, 3]); // labels it never saw
});

test("columns are scaled by the statistics given; constant ones become 0", () => {
  const values = hostArray(Float32Array.of(1, 5, 3, 5), [2, 2]);
  expect([...scaled(values, { mean: Float64Array.of(2, 5), deviation: Float64Array.of(0.5, 0) }).data]).toEqual([-2, 0, 2, 0]);
});

test("CMA-ES reaches 1e-6 on a quadratic of ten numbers within 2,000 evaluations", () => {
  const search = new CmaEs({ start: new Float64Array(10).fill(1), deviation: 0.5, random: RandomStream.of(4) });
  const target = Float64Array.from({ length: 10 }, (_, i) => Math.sin(i));
  let evaluations = 0;
  while (evaluations + search.population <= 2000 && !((search.best?.value ?? 1) < 1e-6)) {
    const points = search.ask();
    search.tell(points, points.map((point) => point.reduce((sum, value, i) => sum + (1 + i) * (value - (target[i] as number)) ** 2, 0)));
    evaluations += points.length;
  }
  expect(search.best?.value).toBeLessThan(1e-6);
});

test("a class scores the mean of its name's words at the mask; a prompt takes the places kept for it", async () => {
  const shares = verbaliser(tokenizer, ["game", "serif font"]);
  const sums = [0, 1].map((label) => Array.from({ length: tokenizer.vocabularySize }, (_, id) => Number(shares.data[id * 2 + label])).reduce((a, b) => a + b, 0));
  expect(sums.map((sum) => Math.round(1e6 * sum) / 1e6)).toEqual([1, 1]);
  const { ids, segments, valid } = batchOfRows(templateRows(tokenizer, ["a fun puzzle"], TEMPLATE, 16, 2), [0], 16);
  const table = bert.model.encoder.embedding.word.weight.value().data as Float32Array;
  const words = [7, 9];
  const prompt = hostArray(Float32Array.from(words.flatMap((id) => [...table.subarray(id * WIDTH, (id + 1) * WIDTH)])), [2, WIDTH]);
  const run = compile((rows: Record<string, Tensor>, s: Tensor, p: Tensor | null) => verbalScores(bert, rows as never, s, p ?? undefined));
  const prompted = await run({ ids, segments, valid }, shares, prompt);
  // The same as words that stand there.
  const spelled = hostArray(Int32Array.from(ids.data as Int32Array, (id, i) => (i === 1 || i === 2 ? (words[i - 1] as number) : id)), [1, 16]);
  const written = await run({ ids: spelled, segments, valid }, shares, null);
  const empty = await run({ ids, segments, valid }, shares, null);
  await run.release();
  expect(furthest(prompted.data as Float32Array, written.data as Float32Array)).toBeLessThan(1e-5);
  expect(furthest(prompted.data as Float32Array, empty.data as Float32Array)).toBeGreaterThan(1e-6);
});

test("prompt search counts every text it sends and stays within its calls", async () => {
  const plain = { texts: EXAMPLES.map(({ text }) => text), labels: EXAMPLES.map(({ label }) => Number(label === "fonts")) };
  const found = await searchPrompt(RandomStream.of(2), bert, { template: TEMPLATE, length: 16, names: ["game", "font"] }, plain, { texts: plain.texts.slice(4, 12), labels: plain.labels.slice(4, 12) }, { tokens: 2, width: 6, calls: 24 });
  expect(found.sent).toBe(2 * (9 * 16 + 8)); // population 4 + floor(3 ln 6) = 9, two generations of 10 calls
  expect(await found.classes(["a game"])).toHaveLength(1);
});

test("writing with kept keys and values gives the tokens that full passes give, and ends at the end", async () => {
  const model = new CausalLm({ random: RandomStream.of(6), vocabulary: 12, width: 16, depth: 2, heads: 2, bias: false, norm: "rms" });
  const prompts = [Int32Array.of(1, 4, 5), Int32Array.of(3)];
  const greedy = await continueTexts(model, prompts, { random: RandomStream.of(1), tokens: 4, temperature: 1e-4 });
  const run = compile((ids: Tensor) => model.forward(ids, EVALUATE, { rotary: rotary(8, ids.dim(1)) }).logits);
  for (const [i, prompt] of prompts.entries()) {
    const ids = [...prompt];
    for (let n = 0; n < 4; n++) {
      const { data } = await run(hostArray(Int32Array.from(ids), [1, ids.length]));
      const last = Array.from(data.subarray((ids.length - 1) * 12), Number);
      ids.push(last.indexOf(Math.max(...last)));
    }
    expect([...greedy[i]!]).toEqual(ids.slice(prompt.length));
  }
  await run.release();
  const end = greedy[0]![1] as number;
  const ended = await continueTexts(model, prompts.slice(0, 1), { random: RandomStream.of(1), tokens: 4, temperature: 1e-4, end });
  expect([...ended[0]!]).toEqual([...greedy[0]!].slice(0, greedy[0]!.indexOf(end)));
});

test("tokens are drawn in proportion to their probabilities", () => {
  const random = RandomStream.of(5);
  const counts = [0, 0, 0];
  for (let i = 0; i < 6000; i++) counts[drawToken([0, Math.log(2), Math.log(3)], 1, random)]!++;
  // 1/6, 2/6, 3/6 within four standard deviations
  [1000, 2000, 3000].forEach((mean, i) => expect(Math.abs(counts[i]! - mean)).toBeLessThan(4 * Math.sqrt(mean * (1 - mean / 6000))));
});
