/** Exact checks of MASTER; numbers are worked out from BERT base and from the definitions of masks and losses. */
import { expect, test } from "vitest";
import { compile, hostArray, RandomStream } from "../../../src/engine/index.ts";
import type { HostArray, Tensor } from "../../../src/engine/index.ts";
import { EVALUATE } from "../../../src/nn/index.ts";
import { choosePlaces, trainBytePairs } from "../../../src/data/index.ts";
import { Bert, bindItems, continueTexts, maskedModelOf, textRows } from "../../../src/lab/text/index.ts";
import { lmEnModel, nextTokenLogits } from "../../../src/lab/foundations/lm-en.ts";
import { ALL_TASKS, complementaryMasks, decoderLosses, halves, inverseFrequency, Master, masterBatch, masterLoss, PASSES } from "../../../src/systems/retrieval/master-model.ts";
import { joinedRows, pseudoQueries } from "../../../src/systems/retrieval/master-texts.ts";

const TEXTS = bindItems("train", 4).map(({ context }) => context);
const tokenizer = trainBytePairs(TEXTS, { size: 320 });
const sizes = { width: 16, depth: 1, heads: 2, positions: 32 };
const build = (): { readonly bert: Bert; readonly model: Master } => {
  const bert = new Bert({ random: RandomStream.of(1), vocabulary: tokenizer.vocabularySize, ...sizes });
  return { bert, model: new Master(RandomStream.of(2), maskedModelOf({ model: bert, sizes }), { layers: 1 }) };
};
const passages = textRows(tokenizer, TEXTS, 24);
const corpus = { passages, queries: joinedRows(TEXTS.map((text) => text.split(" ").slice(0, 3)), tokenizer, 14), continuations: textRows(tokenizer, TEXTS, 14) };
const BATCH = masterBatch(RandomStream.of(3), corpus, [0, 1, 2, 3], { tokenizer, length: 24, keywords: inverseFrequency(passages, tokenizer.vocabularySize), tasks: ALL_TASKS });
type Tensors = Parameters<typeof masterLoss>[1];

test("five decoders of two layers add 70,878,720 parameters at BERT base, and each is its own", () => {
  const base = { width: 768, depth: 12, heads: 12, positions: 512 };
  const bert = new Bert({ random: RandomStream.of(1), vocabulary: 30_522, ...base });
  const model = new Master(RandomStream.of(2), maskedModelOf({ model: bert, sizes: base }), { layers: 2 });
  expect(model.parameterCount() - bert.parameterCount()).toBe(70_878_720);
  expect(new Set(Object.values(model.decoders)).size).toBe(5);
});

test("complementary masks are all ordinary tokens together and share none; what is hidden is [MASK]", () => {
  passages.rows.forEach(({ ids }, i) => {
    const masks = complementaryMasks(RandomStream.of(4, i), ids, tokenizer, 12);
    const [first, second] = masks.map(({ places, weights }) => Array.from(places).filter((_, at) => weights[at] === 1)) as [number[], number[]];
    const ordinary = Array.from(ids.keys()).filter((place) => !tokenizer.specialIds.has(ids[place] as number));
    expect([...first, ...second].sort((a, b) => a - b)).toEqual(ordinary);
    expect(first).toHaveLength(Math.round(ordinary.length / 2));
    for (const [j, own] of [first, second].entries()) expect(own.every((place) => masks[j]?.ids[place] === tokenizer.special.mask)).toBe(true);
    // What the encoder saw is what the decoder does not see.
    ordinary.forEach((place) => expect((masks[0].ids[place] === tokenizer.special.mask) !== (masks[1].ids[place] === tokenizer.special.mask)).toBe(true));
  });
});

test("another vector changes every decoder's loss; other states of the encoder change none", async () => {
  const { model } = build();
  const run = compile((batch: Tensors, states: Record<string, Tensor>) => decoderLosses(model, batch, states, EVALUATE) as Record<string, Tensor>);
  const states = (change: (place: number, value: number) => number): Record<string, HostArray> => Object.fromEntries(PASSES.map((pass) => {
    const length = pass === "firstHalf" ? 14 : 24;
    return [pass, hostArray(Float32Array.from({ length: 4 * length * 16 }, (_, i) => change(Math.floor(i / 16) % length, 10 * Math.sin(i))), [4, length, 16])];
  }));
  const [plain, withoutVector, elsewhere] = [await run(BATCH, states((_, value) => value)), await run(BATCH, states((place, value) => (place === 0 ? 0 : value))), await run(BATCH, states((place, value) => (place === 0 ? value : -3 * value)))];
  expect(Object.keys(plain).sort()).toEqual([...ALL_TASKS].sort());
  for (const task of ALL_TASKS) {
    const loss = plain[task]?.item() as number;
    expect(Math.abs((withoutVector[task]?.item() as number) - loss), task).toBeGreaterThan(1e-5);
    expect(elsewhere[task]?.item(), task).toBe(loss);
  }
  await run.release();
});

test("a token that occurs once is drawn first ten times as often as one that occurs ten times", () => {
  // Ids: 1 begins, 2 ends; token 5 occurs once in the corpus, token 6 ten times.
  const keywords = inverseFrequency({ rows: [Int32Array.of(1, 5, 2), Int32Array.of(1, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 2)].map((ids) => ({ ids, segments: ids, special: new Uint8Array(ids.length) })) }, 8);
  expect([keywords[5], keywords[6], keywords[7]]).toEqual([1, Math.fround(0.1), 1]);
  const vocabulary = { vocabularySize: 8, special: {}, specialIds: new Set([0, 1, 2]), wordStarts: new Uint8Array(8) };
  const draws = 4400;
  let rare = 0;
  for (let i = 0; i < draws; i++) if (choosePlaces(RandomStream.of(9, i), Int32Array.of(1, 5, 6, 2), vocabulary, { count: 1, rate: 0.5, weights: keywords })[0] === 1) rare++;
  // Expected 4000 and 400: five standard deviations of the binomial are 95.
  expect(Math.abs(rare - 4000)).toBeLessThan(95);
});

test("halves hold the passage's tokens in order, the first one more where they are odd", () => {
  const row = tokenizer.assemble(Int32Array.of(200, 201, 202, 203, 204));
  const [first, second] = halves(row, tokenizer, 24);
  const inner = ({ ids }: { readonly ids: Int32Array }): number[] => Array.from(ids).slice(1, -1);
  expect([inner(first), inner(second)]).toEqual([[200, 201, 202], [203, 204]]);
});

test("the loss is the plain sum of decoders and passes, with one task of one pass", async () => {
  const { bert, model } = build();
  const single = new Master(RandomStream.of(2), maskedModelOf({ model: bert, sizes }), { layers: 1, tasks: ["complement"] });
  const run = compile((batch: Tensors) => ({ all: masterLoss(model, batch, EVALUATE), one: masterLoss(single, batch, EVALUATE) }));
  const { all, one } = await run(BATCH);
  const sum = (losses: typeof all): number => Object.entries(losses).reduce((total, [name, value]) => (name === "loss" ? total : total + value.item()), 0);
  expect(all.loss.item()).toBeCloseTo(sum(all), 3);
  expect(one.loss.item()).toBeCloseTo(sum(one), 4);
  expect(Object.keys(one).sort()).toEqual(["complement", "loss", "masked"]);
  await run.release();
});

test("queries are the rarest phrases that another passage has too, and the title of a neighbour, never its own", () => {
  const passages = ["quick parser of xml trees", "a quick parser of json", "the xml trees of others", "a plain game of a board"];
  const library = { queries: ["own title", "json tool", "tree tool", "a game"], documents: passages };
  const [first, , , last] = pseudoQueries(passages, { phrases: 1, library }) as [string[], string[], string[], string[]];
  // "quick parser", "parser of" and "xml trees" stand in two passages; "of" stands in all four and weighs nothing, the others ln 2 a word.
  expect(first[0]).toBe("quick parser");
  expect(first[1]).toBe("json tool");
  expect(last).not.toContain("a game");
  const row = joinedRows([["red", "blue"]], tokenizer, 24).rows[0];
  expect(Array.from(row?.ids ?? [])).toEqual([1, ...tokenizer.encode("red"), 2, ...tokenizer.encode("blue"), 2]);
});

test("continuations are what the language model makes likely, whatever the batch", async () => {
  const model = lmEnModel(RandomStream.of(6), 50);
  const prompts = [Int32Array.of(3, 9, 4), Int32Array.of(8, 2, 30), Int32Array.of(1, 1, 7)];
  const options = { random: RandomStream.of(7), count: 4, among: 1 };
  const found = await continueTexts(model, prompts, { ...options, batch: 2 });
  expect(await continueTexts(model, prompts, { ...options, batch: 3 })).toEqual(found);
  // With one candidate it is the greedy continuation, here by full passes.
  const next = compile((ids: Tensor) => nextTokenLogits(model, ids, EVALUATE));
  const text = [...(prompts[1] as Int32Array)];
  for (let at = 0; at < 4; at++) {
    const { data } = await next(hostArray(Int32Array.from(text), [1, text.length]));
    const last = Array.from(data as Float32Array).slice(-50);
    text.push(last.indexOf(Math.max(...last)));
  }
  expect([...(found[1] as Int32Array)]).toEqual(text.slice(3));
  await next.release();
});
