/** Exact checks of Uni-Encoder; what is expected comes from plain encoders and from counting by hand. */
import { expect, test } from "vitest";
import { compile, evaluate, RandomStream } from "../../../src/engine/index.ts";
import type { Tensor } from "../../../src/engine/index.ts";
import { trainBytePairs } from "../../../src/data/index.ts";
import { candidateLayout, candidateMask, EVALUATE, mask, pool } from "../../../src/nn/index.ts";
import type { CandidateVisibility } from "../../../src/nn/index.ts";
import { Bert, bindItems, choiceRows, separateCandidateBatches, sideOf } from "../../../src/lab/text/index.ts";
import type { TokenRows, TrainedBert } from "../../../src/lab/text/index.ts";
import { maskedCandidateBatches, UniEncoder, uniLoss } from "../../../src/systems/retrieval/uni-encoder-model.ts";
import { ResponseRanker } from "../../../src/systems/retrieval/uni-encoder-rank.ts";
import { responseSelectionFlops } from "../../../src/systems/retrieval/uni-encoder-published.ts";
import { withPositions } from "../../../src/systems/retrieval/uni-encoder.ts";
import { expectNear, intTensor, numbers } from "../../nn/support.ts";
import { farthest, paddedRows, valuesOf } from "./support.ts";

const bertOf = (depth: number, vocabulary = 40): Bert => new Bert({ random: RandomStream.of(4, "bert"), vocabulary, width: 16, depth, heads: 2, positions: 40 });
const uniOf = (depth: number, options: { readonly visibility?: CandidateVisibility; readonly positions?: "restart" | "running" } = {}): UniEncoder => {
  const { encoder, head } = bertOf(depth);
  return new UniEncoder({ random: RandomStream.of(5), encoder, head, width: 16, ...options });
};

const CONTEXT = [1, 7, 8, 9, 10, 2];
const CANDIDATES = [[1, 11, 12, 2], [1, 13, 14, 2], [1, 15, 11, 2]];
const scoresOf = (model: UniEncoder, candidates: readonly (readonly number[])[], context: readonly number[] = CONTEXT): Tensor => model.forward(paddedRows([context]), paddedRows(candidates), EVALUATE).scores;
const swapped = ([first, second, ...rest]: readonly (readonly number[])[]): (readonly number[])[] => [second as number[], first as number[], ...rest];

test("one candidate is scored as by a cross-encoder that pools the response", async () => {
  const model = uniOf(3);
  const pair = [...CONTEXT, ...(CANDIDATES[0] as number[])];
  const { output } = model.encoder.forward(intTensor(pair, [1, 10]), EVALUATE, { ids: { segment: intTensor(pair.map((_, i) => Number(i >= 6)), [1, 10]) } });
  const [plain, packed] = await valuesOf(model.score.forward(output.sliceAxis(1, 6, 10).mean(1)), scoresOf(model, CANDIDATES.slice(0, 1)));
  expectNear(packed as number[], plain as number[]);
});

test("exchanging candidates exchanges their scores; with running positions it does not", async () => {
  const exchange = ([a, b, c]: readonly number[] = []): number[] => [b, a, c] as number[];
  const [restart, running] = [uniOf(2), uniOf(2, { positions: "running" })];
  const [before, after, ranBefore, ranAfter] = await valuesOf(scoresOf(restart, CANDIDATES), scoresOf(restart, swapped(CANDIDATES)), scoresOf(running, CANDIDATES), scoresOf(running, swapped(CANDIDATES)));
  expectNear(exchange(after), before as number[]);
  expect(farthest(ranBefore, exchange(ranAfter))).toBeGreaterThan(1e-4);
});

test("another candidate moves a score from the second layer on, never when the context is blind or all see only their own", async () => {
  const other = [CANDIDATES[0] as number[], [1, 20, 21, 2], CANDIDATES[2] as number[]];
  const cases = [[1, "arrow", false], [2, "arrow", true], [3, "contextBlind", false], [3, "diagonal", false], [1, "square", true]] as const;
  const scores = await valuesOf(...cases.flatMap(([depth, visibility]) => {
    const model = uniOf(depth, { visibility });
    return [scoresOf(model, CANDIDATES), scoresOf(model, other)];
  }));
  cases.forEach(([depth, visibility, moves], i) => {
    const moved = Math.abs((scores[2 * i]?.[0] as number) - (scores[2 * i + 1]?.[0] as number));
    expect(moved > 1e-6, `${depth} layers, ${visibility}: moved by ${moved}`).toBe(moves);
  });
});

test("with the diagonal mask the context does not matter; with the others it does", async () => {
  const visibilities = ["diagonal", "arrow", "contextBlind", "square"] as const;
  const scores = await valuesOf(...visibilities.flatMap((visibility) => {
    const model = uniOf(2, { visibility });
    return [scoresOf(model, CANDIDATES), scoresOf(model, CANDIDATES, [1, 30, 31, 32, 33, 2])];
  }));
  visibilities.forEach((visibility, i) => expect(farthest(scores[2 * i], scores[2 * i + 1]) > 1e-4, visibility).toBe(visibility !== "diagonal"));
});

test("ten candidates of 24 after a context of 96: 336 tokens instead of 1,200, 61,056 visible cells instead of 144,000", () => {
  const layout = candidateLayout({ context: 96, candidates: 10, candidateLength: 24 });
  expect(layout.length).toBe(336);
  expect(10 * (96 + 24)).toBe(1200);
  expect(mask.countVisible(candidateMask(layout, "arrow") as mask.StaticMask, { queries: 336, keys: 336 })).toBe(96 ** 2 + 2 * 96 * 240 + 10 * 24 ** 2);
  expect(mask.countVisible(mask.full(), { queries: 120, keys: 120 }) * 10).toBe(144_000);
});

test("padding of the context, of a candidate and whole empty candidates move no score", async () => {
  const model = uniOf(2);
  const [longer, ...rest] = [[1, 11, 12, 16, 2], ...CANDIDATES.slice(1)];
  const all = [longer as number[], ...rest];
  const score = (context: TokenRows, candidates: TokenRows): Tensor => model.forward(context, candidates, EVALUATE).scores;
  const [plain, padded, empty] = await valuesOf(score(paddedRows([CONTEXT]), paddedRows(all, 5, 0)), score(paddedRows([CONTEXT], 9, 33), paddedRows(all, 7, 34)), score(paddedRows([CONTEXT], 8), paddedRows([...all, [], []], 5, 3)));
  expectNear(padded as number[], plain as number[]);
  expectNear((empty as number[]).slice(0, 3), plain as number[]);
});

const items = bindItems("train", 12);
const tokenizer = trainBytePairs(items.flatMap(({ context, candidates }) => [context, ...candidates]), { size: 420 });
const lengths = { query: 40, document: 40 };

test("hidden tokens are places of the packed sequence, never special or padding; the questions are those of the other arms", async () => {
  const questions = choiceRows(tokenizer, items, lengths);
  const plain = separateCandidateBatches({ ...questions, lengths, batch: 3, seed: 7 });
  const masked = maskedCandidateBatches({ ...questions, lengths, batch: 3, seed: 7, vocabulary: tokenizer });
  const again = maskedCandidateBatches({ ...questions, lengths, batch: 3, seed: 7, vocabulary: tokenizer });
  for (let step = 0; step < 5; step++) {
    const [a, b, c] = [await plain.next(), await masked.next(), await again.next()];
    expect(b.answers.data).toEqual(a.answers.data);
    expect(c).toEqual(b);
    const packed = (batch: typeof a, row: number): number[] => [...batch.queryIds.data.slice(row * 40, (row + 1) * 40), ...batch.documentIds.data.slice(row * 160, (row + 1) * 160)].map(Number);
    const count = b.places.shape[1] as number;
    for (let row = 0; row < 3; row++) {
      const [before, after] = [packed(a, row), packed(b, row)];
      const hidden = new Set<number>();
      for (let k = 0; k < count; k++) {
        const place = Number(b.places.data[row * count + k]);
        if (b.weights.data[row * count + k] === 0) continue;
        hidden.add(place);
        expect(b.labels.data[row * count + k]).toBe(before[place]);
        expect(tokenizer.specialIds.has(before[place] as number)).toBe(false);
      }
      expect(hidden.size).toBe(Math.round(0.15 * before.filter((id) => !tokenizer.specialIds.has(id)).length));
      after.forEach((id, place) => hidden.has(place) || expect(id).toBe(before[place]));
    }
  }
});

test("the loss is the choice plus the hidden words; without their weight it is the choice alone", async () => {
  const bert = bertOf(1, tokenizer.vocabularySize);
  const model = new UniEncoder({ random: RandomStream.of(6), encoder: new Bert({ random: RandomStream.of(4), vocabulary: tokenizer.vocabularySize, width: 16, depth: 1, heads: 2, positions: 80 }).encoder, head: bert.head, width: 16 });
  const batch = await maskedCandidateBatches({ ...choiceRows(tokenizer, items, lengths), lengths, batch: 4, seed: 1, vocabulary: tokenizer }).next();
  const losses = compile((tensors: Parameters<typeof uniLoss>[1]) => {
    const { scores } = model.forward(sideOf(tensors, "query"), sideOf(tensors, "document"), EVALUATE);
    return { both: uniLoss(model, tensors, EVALUATE), choice: uniLoss(model, tensors, EVALUATE, { maskedWeight: 0 }).loss, scores };
  });
  const { both, choice, scores } = await losses(batch as never);
  await losses.release();
  const byHand = Array.from({ length: 4 }, (_, i) => {
    const row = [...scores.data.slice(4 * i, 4 * i + 4)].map(Number);
    return Math.log(row.reduce((sum, value) => sum + Math.exp(value), 0)) - (row[Number(batch.answers.data[i])] as number);
  });
  expect(choice.item()).toBeCloseTo(byHand.reduce((a, b) => a + b, 0) / 4, 4);
  expect(both.loss.item()).toBeCloseTo(choice.item() + both.masked.item(), 4);
  expect(() => uniLoss(new UniEncoder({ random: RandomStream.of(6), encoder: bert.encoder, width: 16 }), {} as never, EVALUATE)).toThrow("needs a head for masked words");
});

test("more positions change nothing for those there were, and the new ones begin as the last", async () => {
  const bert: TrainedBert = { model: bertOf(1, tokenizer.vocabularySize), sizes: { width: 16, depth: 1, heads: 2, positions: 40 }, tokenizer };
  const wide = withPositions(bert, 60);
  expect(withPositions(bert, 30)).toBe(bert);
  const ids = intTensor([1, 5, 6, 2], [1, 4]);
  const [before, after, late, last] = await evaluate([
    bert.model.encoder.forward(ids, EVALUATE).output, wide.model.encoder.forward(ids, EVALUATE).output,
    pool(wide.model.encoder.forward(ids, EVALUATE, { positionIds: intTensor([55, 56, 57, 58], [1, 4]) }).output, "first"), pool(wide.model.encoder.forward(ids, EVALUATE, { positionIds: intTensor([39, 39, 39, 39], [1, 4]) }).output, "first"),
  ]);
  expectNear([...(after!.data as Float32Array)], [...(before!.data as Float32Array)], 0);
  expectNear([...(late!.data as Float32Array)], [...(last!.data as Float32Array)], 1e-6);
});

test("rank gives all candidates, best first, with the scores of the model, whatever they are padded to", async () => {
  const { encoder } = new Bert({ random: RandomStream.of(4), vocabulary: tokenizer.vocabularySize, width: 16, depth: 2, heads: 2, positions: 80 });
  const model = new UniEncoder({ random: RandomStream.of(6), encoder, width: 16 });
  const ranker = new ResponseRanker({ model, tokenizer, lengths });
  const { context, candidates } = items[0] as (typeof items)[number];
  const found = await ranker.rank(context, candidates);
  const idsOf = (text: string): number[] => [...tokenizer.assemble(tokenizer.encode(text)).ids];
  const expected = await numbers(model.forward(paddedRows([idsOf(context)]), paddedRows(candidates.map(idsOf)), EVALUATE).scores);
  expect(found.map(({ score }) => score)).toEqual([...found.map(({ score }) => score)].sort((a, b) => b - a));
  for (const { index, candidate, score } of found) {
    expect(candidate).toBe(candidates[index]);
    expect(score).toBeCloseTo(expected[index] as number, 5);
  }
  await expect(ranker.rank(context, [])).rejects.toThrow("expected 1 to 64 candidates, got 0");
  await ranker.release();
});

test("of a dialogue the oldest turns are dropped until it fits, and speakers stand before their turns", async () => {
  const { encoder } = new Bert({ random: RandomStream.of(4), vocabulary: tokenizer.vocabularySize, width: 16, depth: 1, heads: 2, positions: 80 });
  const model = new UniEncoder({ random: RandomStream.of(6), encoder, width: 16 });
  const turns = ["a big red circle", "a small blue square", "a green star"];
  const size = (text: string): number => tokenizer.encode(text).length;
  const room = size(turns[1] as string) + size(turns[2] as string) + 2;
  const [narrow, wide] = [new ResponseRanker({ model, tokenizer, lengths: { query: room, document: 40 } }), new ResponseRanker({ model, tokenizer, lengths })];
  const scores = async (ranker: ResponseRanker, context: readonly string[]): Promise<number[]> => (await ranker.rank(context, ["a red circle", "a blue star"])).map(({ score }) => score);
  expectNear(await scores(narrow, turns), await scores(wide, turns.slice(1)));
  const spoken = new ResponseRanker({ model, tokenizer, lengths, speakers: ["me", "you"] });
  expectNear(await scores(spoken, turns.slice(1)), await scores(wide, ["you a small blue square", "me a green star"]));
  for (const ranker of [narrow, wide, spoken]) await ranker.release();
});

test("at BERT-base one pass over 576 tokens costs about a fifth of ten passes over 288", () => {
  const flops = responseSelectionFlops();
  // per layer and token 24 d^2 for the weights, 9 d for their biases, 4 L d for attention over L tokens
  const layer = (tokens: number, length: number): number => tokens * (24 * 768 ** 2 + 9 * 768 + 4 * length * 768);
  expect(flops.Uni).toBe(12 * layer(576, 576) + 2 * 10 * 576 * 768 + 10 * 2 * 768); // and pooling, scores
  expect(flops.Cross).toBe(12 * layer(2880, 288) + 10 * (2 * 768 ** 2 + 768 + 2 * 768 + 1));
  expect(flops.Cross / flops.Uni).toBeGreaterThan(4.5);
});
