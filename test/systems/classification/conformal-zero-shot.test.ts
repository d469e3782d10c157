/** Exact checks of conformal zero-shot classification with scorers made for the purpose; counts are worked out by hand. */
import { expect, test } from "vitest";
import { hostArray, RandomStream } from "../../../src/engine/index.ts";
import { PairEncoder } from "../../../src/nn/index.ts";
import { ConformalSets } from "../../../src/train/index.ts";
import { bertEncoder } from "../../../src/lab/text/index.ts";
import type { RowSet } from "../../../src/lab/text/index.ts";
import { binomialInterval } from "../../../src/lab/index.ts";
import { bestOf, calibrateSets, ConformalZeroShot, keptLabels, slowAnswers } from "../../../src/systems/classification/conformal-zero-shot-classifier.ts";
import type { FastScorer, SlowScorer } from "../../../src/systems/classification/conformal-zero-shot-classifier.ts";
import { RowScorer } from "../../../src/systems/classification/conformal-zero-shot-lab.ts";
import { cosineScorer, overlapScorer } from "../../../src/systems/classification/conformal-zero-shot-scorers.ts";

const LABELS = 7;
const texts = (count: number, from = 0): string[] => Array.from({ length: count }, (_, i) => `text ${from + i}`);
const numberOf = (text: string): number => Number(text.split(" ")[1]);

/** Scores of a slow model that depend on text and label alone, and a count of its passes. */
function slowModel(): { readonly slow: SlowScorer; readonly answer: (text: string) => number; readonly passes: () => number } {
  let passes = 0;
  const known = new Map<string, readonly number[]>();
  const rowFor = (text: string): readonly number[] => {
    const row = known.get(text) ?? Array.from({ length: LABELS }, (_, label) => RandomStream.of(1, text, label).normal());
    known.set(text, row);
    return row;
  };
  return {
    slow: (pairs) => {
      passes += pairs.length;
      return Promise.resolve(pairs.map(([text, label]) => rowFor(text)[label] as number));
    },
    answer: (text) => rowFor(text).indexOf(Math.max(...rowFor(text))),
    passes: () => passes,
  };
}

/** A fast model that sees the slow one's answer through noise. */
const noisy = (answer: (text: string) => number, noise: number): FastScorer => (some) => Promise.resolve(some.map((text) => Array.from({ length: LABELS }, (_, label) => Number(label === answer(text)) + noise * RandomStream.of(2, text, label).normal())));

test("an oracle with 99 calibration texts leaves exactly the answer, and the slow model need not run", async () => {
  const { slow, answer, passes } = slowModel();
  const model = await ConformalZeroShot.calibrate(texts(99), { labels: LABELS, slow, fast: noisy(answer, 0) });
  expect(passes()).toBe(99 * LABELS);
  const found = await model.classify(texts(50, 1000));
  expect(found).toEqual(texts(50, 1000).map((text) => ({ label: answer(text), set: [answer(text)], passes: 0 })));
  expect(passes()).toBe(99 * LABELS);
});

test("98 texts are refused for an error rate of 1%; their sets would be full", async () => {
  const { slow, answer } = slowModel();
  await expect(ConformalZeroShot.calibrate(texts(98), { labels: LABELS, slow, fast: noisy(answer, 0) })).rejects.toThrow("an error rate of 0.01 needs at least 99 texts, got 98");
  const rows = texts(98).map((text) => Array.from({ length: LABELS }, (_, label) => Number(label === answer(text))));
  expect(keptLabels(calibrateSets(rows, texts(98).map(answer)), rows[0] as number[])).toHaveLength(LABELS);
});

test("a constant scorer keeps all labels, so that the answer is the slow model's and nothing is saved", async () => {
  const { slow, answer, passes } = slowModel();
  const model = await ConformalZeroShot.calibrate(texts(120), { labels: LABELS, slow, fast: (some) => Promise.resolve(some.map(() => new Array<number>(LABELS).fill(0.3))) });
  const before = passes();
  const found = await model.classify(texts(10, 500));
  expect(found.map(({ set }) => set.length)).toEqual(new Array(10).fill(LABELS));
  expect(found.map(({ label }) => label)).toEqual(texts(10, 500).map(answer));
  expect(passes() - before).toBe(10 * LABELS);
});

test("the answer is the slow model's among the labels left, and passes are counted label by label", async () => {
  // Fast scores: calibrated at 1 for the answers; new texts keep the labels that score 1 or more.
  const fast: FastScorer = (some) => Promise.resolve(some.map((text) => (numberOf(text) < 100 ? [1, 1, 1] : numberOf(text) === 100 ? [1, 0, 2] : numberOf(text) === 101 ? [0, 0, 0] : [0, 5, 0])));
  const asked: string[] = [];
  const slow: SlowScorer = (pairs) => {
    asked.push(...pairs.filter(([text]) => numberOf(text) >= 100).map(([text, label]) => `${text}/${label}`));
    return Promise.resolve(pairs.map(([, label]) => [0.2, 0.9, 0.1][label] as number));
  };
  const model = await ConformalZeroShot.calibrate(texts(99), { labels: 3, slow, fast });
  const found = await model.classify(["text 100", "text 101", "text 102"]);
  expect(found[0]).toEqual({ label: 0, set: [0, 2], passes: 2 }); // 1 is best of all but was left out
  expect(found[1]).toEqual({ label: 1, set: [0, 1, 2], passes: 3 }); // an empty set means all labels
  expect(found[2]).toEqual({ label: 1, set: [1], passes: 0 });
  expect(asked).toEqual(["text 100/0", "text 100/2", "text 101/0", "text 101/1", "text 101/2"]);
  expect(await model.classify([])).toEqual([]);
});

test("the slow model's answer is in the set as often as promised, however poor the fast one is", async () => {
  const { answer } = slowModel();
  for (const noise of [0.5, 3]) {
    const fast = noisy(answer, noise);
    const sets = calibrateSets(await fast(texts(399)), texts(399).map(answer), 0.05);
    const fresh = texts(600, 2000);
    const kept = (await fast(fresh)).map((scores) => keptLabels(sets, scores));
    const covered = fresh.filter((text, i) => (kept[i] as number[]).includes(answer(text))).length;
    expect(binomialInterval(covered, fresh.length, 0.999).high).toBeGreaterThan(0.95);
    // The control: the same sets do not hold another label as often.
    const others = fresh.filter((text, i) => (kept[i] as number[]).includes((answer(text) + 1) % LABELS)).length;
    expect(others).toBeLessThan(covered);
  }
});

test("sets at 5% are subsets of sets at 1%", async () => {
  const { answer } = slowModel();
  const rows = await noisy(answer, 1)(texts(400));
  const [strict, loose] = [0.05, 0.01].map((rate) => calibrateSets(rows, texts(400).map(answer), rate)) as [ConformalSets, ConformalSets];
  const sizes = [0, 0];
  for (const scores of await noisy(answer, 1)(texts(100, 900))) {
    const negative = scores as number[];
    const [small, large] = [strict, loose].map((sets) => sets.setOf(negative.map((score) => -score))) as [number[], number[]];
    expect(large).toEqual(expect.arrayContaining(small));
    sizes[0]! += small.length;
    sizes[1]! += large.length;
  }
  expect(sizes[0]).toBeLessThan(sizes[1]!);
});

test("calibration reads the slow model's answers: another slow model gives other thresholds, and label numbers stay where they are", async () => {
  const { slow, answer } = slowModel();
  expect(await slowAnswers(texts(5), { labels: LABELS, slow })).toEqual(texts(5).map(answer));
  const fast = await noisy(answer, 0.2)(texts(150));
  const own = calibrateSets(fast, texts(150).map(answer));
  const foreign = calibrateSets(fast, texts(150).map((text) => (answer(text) + 1) % LABELS));
  const row = fast[0] as number[];
  expect(keptLabels(own, row).length).toBeLessThan(keptLabels(foreign, row).length);
  expect(() => calibrateSets(fast, [0])).toThrow("150 rows of fast scores need as many answers of the slow model, got 1");
});

test("overlap is the share of the label's words that the text has", async () => {
  const [scores] = await overlapScorer(["web servers", "fonts", "Servers that answer web requests"])(["An HTTP server; web-servers answer fast."]);
  expect(Array.from(scores as number[])).toEqual([1, 0, 3 / 5]);
});

test("the cosine is that of averaged word vectors, 0 without a known word", async () => {
  const vectors = { words: ["red", "blue", "ball"], width: 2, vectors: Float32Array.of(1, 0, 0, 1, 1, 1) };
  const [one, none] = await cosineScorer(["red", "blue ball", "unheard"], vectors)(["Red ball", "nothing"]);
  // text (1 + 1, 0 + 1) / 2 = (1, .5); label "blue ball" (.5, 1): (.5 + .5) / (1.118 ^ 2)
  expect(Array.from(one as number[], (value) => Number(value.toFixed(5)))).toEqual([0.89443, 0.8, 0]);
  expect(Array.from(none as number[])).toEqual([0, 0, 0]);
});

test("rows get the same scores whatever batch they stand in, and one list each from a head with several outputs", async () => {
  const random = RandomStream.of(3);
  const model = new PairEncoder({ random, encoder: bertEncoder({ random, vocabulary: 20, width: 16, depth: 1, heads: 2, positions: 8 }), width: 16, pooler: true, outputs: 2 });
  const rows: RowSet = { rows: Array.from({ length: 5 }, (_, i) => ({ ids: Int32Array.of(1, 4 + i, 2), segments: Int32Array.of(0, 0, 0), special: Uint8Array.of(1, 0, 1) })), pad: 0 };
  const [small, large] = await Promise.all([2, 5].map(async (batch) => {
    const scorer = new RowScorer(model, { length: 6, batch, device: "cpu" });
    const scores = await scorer.scores(rows);
    await scorer.release();
    return scores;
  }));
  expect(small).toHaveLength(10);
  Array.from(small as Float32Array).forEach((value, i) => expect(value).toBeCloseTo(large?.[i] as number, 5));
  expect(new Set(Array.from(small as Float32Array)).size).toBe(10);
});

test("positions of the best label break ties by the first", () => {
  expect(bestOf(hostArray(Float32Array.of(1, 3, 3), [3]).data as Float32Array, [0, 2, 1])).toBe(2);
  expect(bestOf([1, 3, 3], [0, 1, 2])).toBe(1);
});
