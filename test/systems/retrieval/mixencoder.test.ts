/** Exact checks of MixEncoder; what is expected comes from the encoder's own layers and from counting by hand. */
import { expect, test } from "vitest";
import { compile, concat, hostArray, RandomStream, tensor } from "../../../src/engine/index.ts";
import type { Tensor } from "../../../src/engine/index.ts";
import { trainBytePairs } from "../../../src/data/index.ts";
import { EVALUATE, mask, PairEncoder } from "../../../src/nn/index.ts";
import type { EncoderBlock } from "../../../src/nn/index.ts";
import { Bert, bindItems, scoreRows } from "../../../src/lab/text/index.ts";
import type { TokenRows } from "../../../src/lab/text/index.ts";
import { MixEncoder } from "../../../src/systems/retrieval/mixencoder-model.ts";
import type { InteractionLayer } from "../../../src/systems/retrieval/mixencoder-model.ts";
import { AnswerIndex } from "../../../src/systems/retrieval/mixencoder-index.ts";
import { mixBase, storedAnswerFlops } from "../../../src/systems/retrieval/mixencoder-published.ts";
import { bertBase } from "../../../src/systems/retrieval/published-bert.ts";
import { expectNear, intTensor, noise } from "../../nn/support.ts";
import { farthest, paddedRows, valuesOf } from "./support.ts";

const D = 16;
const encoderOf = (depth: number, vocabulary = 40, positions = 40) => new Bert({ random: RandomStream.of(4, "bert"), vocabulary, width: D, depth, heads: 2, positions }).encoder;
const mixOf = (depth: number, options: Partial<ConstructorParameters<typeof MixEncoder>[0]> = {}): MixEncoder => new MixEncoder({ random: RandomStream.of(5), encoder: encoderOf(depth), width: D, ...options });

const QUERY = [1, 7, 8, 9, 10, 2];
const CANDIDATES = [[1, 11, 12, 2], [1, 13, 14, 2], [1, 15, 11, 2]];
const score = (model: MixEncoder, candidates: readonly (readonly number[])[], query = paddedRows([QUERY])): Tensor => model.forward(query, paddedRows(candidates), EVALUATE);

test("one interaction has 9,448,704 parameters at BERT-base, and each code 768", () => {
  const encoder = bertBase();
  const own = encoder.parameterCount();
  // a layer 12 d^2 + 13 d, the state's projection d^2 + d, the gate 3 d^2 + d
  expect(9_448_704).toBe(16 * 768 ** 2 + 15 * 768);
  expect(mixBase(encoder).parameterCount() - own).toBe(9_448_704 + 768);
});

test("without enrichment and state the score is the dual encoder's", async () => {
  const model = mixOf(2, { codes: 3, ablation: { enricher: false, aggregator: false } });
  const stored = model.precompute(paddedRows(CANDIDATES), EVALUATE); // [3, 3, d]
  const cls = model.encoder.forward(paddedRows([QUERY]).ids, EVALUATE, { ids: { segment: paddedRows([QUERY]).segments } }).output.select(1, 0);
  const [plain, found, whole] = await valuesOf(stored.mean(1).matmul(cls, { transB: true }), score(model, CANDIDATES), score(mixOf(2, { codes: 3 }), CANDIDATES));
  expectNear(found as number[], plain as number[], 1e-5);
  expect(farthest(whole, plain)).toBeGreaterThan(1e-2);
});

test("at the start enrichment is the encoder's layer over query and own vectors, in one softmax", async () => {
  const codes = 2;
  const model = mixOf(2, { codes, ablation: { aggregator: false } });
  const [query, stored] = [paddedRows([QUERY]), noise([1, 3, codes, D])];
  const { hidden, output } = model.encoder.forward(query.ids, EVALUATE, { ids: { segment: query.segments } });
  const layer = model.encoder.encoder.blocks[1] as EncoderBlock;
  const joined = concat([hidden[1] as Tensor, stored.reshape([1, 3 * codes, D])], 1);
  const segment = [...QUERY.map(() => 0), 1, 1, 2, 2, 3, 3];
  const sees = [0, 1, 2, 3].map((asks) => [0, 1, 2, 3].map((asked) => asked === 0 || asks === asked));
  const enriched = layer.forward(joined, EVALUATE, { mask: mask.blocks(segment, sees) }).sliceAxis(1, QUERY.length, QUERY.length + 3 * codes).reshape([3, codes, D]).mean(1);
  const [plain, found] = await valuesOf(enriched.matmul(output.select(1, 0), { transB: true }), model.score(query, stored, EVALUATE));
  expectNear(found as number[], plain as number[]);
});

/** All candidates' gates at one value. */
function holdGate(layer: InteractionLayer, value: number): void {
  layer.gate.weight.set(hostArray(new Float32Array(3 * D * D), [D, 3 * D]));
  layer.gate.bias?.set(hostArray(new Float32Array(D).fill(value), [D]));
}

test("the state is what the hint finds in the query's tokens alone; a closed gate keeps the old one, which starts at zero", async () => {
  const [open, closed] = [1e4, -1e4].map((value) => {
    const model = mixOf(2, { ablation: { enricher: false } });
    holdGate(model.interactions[0] as InteractionLayer, value);
    return model;
  }) as [MixEncoder, MixEncoder];
  const [query, stored] = [paddedRows([QUERY]), noise([1, 3, 1, D])];
  const { hidden } = open.encoder.forward(query.ids, EVALUATE, { ids: { segment: query.segments } });
  const layer = open.encoder.encoder.blocks[1] as EncoderBlock;
  const hints = stored.reshape([1, 3, D]);
  const tokens = QUERY.map((_, i) => 3 + i);
  const { output: found } = layer.attention.forward(concat([hints, hidden[1] as Tensor], 1), EVALUATE, { queryIds: intTensor([0, 1, 2], [1, 3]), keyIds: intTensor(tokens, [1, tokens.length]) });
  const finish = (x: Tensor): Tensor => {
    const between = layer.attentionNorm!.forward(x);
    return layer.feedForwardNorm.forward(between.add(layer.feedForward.forward(between, EVALUATE)));
  };
  const meet = (state: Tensor): Tensor => state.mul(hints).sum(-1);
  const [a, b, c, d] = await valuesOf(meet(finish(found)), open.score(query, stored, EVALUATE), meet(finish(found.mul(0))), closed.score(query, stored, EVALUATE));
  expectNear(b as number[], a as number[]);
  expectNear(d as number[], c as number[]);
});

test("a score does not depend on how many or which candidates there are; exchanging them exchanges scores; padding moves none", async () => {
  const model = mixOf(3, { codes: 2, interactions: [0, 2] });
  const [a, b, c] = CANDIDATES as [number[], number[], number[]];
  const [all, alone, exchanged, many, padded, shared] = await valuesOf(
    score(model, [a, b, c]), score(model, [a]), score(model, [c, b, a]), score(model, [a, ...Array.from({ length: 40 }, (_, i) => [1, 3 + (i % 30), 5, 2])]),
    model.forward(paddedRows([QUERY], 9, 33), paddedRows([a, b, c], 7, 34), EVALUATE),
    // the same stored vectors for two queries
    model.score(paddedRows([QUERY, [1, 20, 21, 22, 23, 2]]), model.precompute(paddedRows([a, b, c]), EVALUATE).unsqueeze(0), EVALUATE),
  );
  expectNear(alone as number[], (all as number[]).slice(0, 1));
  expectNear((many as number[]).slice(0, 1), (all as number[]).slice(0, 1));
  expectNear([...(exchanged as number[])].reverse(), all as number[]);
  expectNear(padded as number[], all as number[]);
  expectNear((shared as number[]).slice(0, 3), all as number[]);
  expect(farthest(shared?.slice(3), all)).toBeGreaterThan(1e-3);
});

test("interactions begin as the layers they stand beside and learn apart from them", () => {
  const model = mixOf(3, { interactions: [1, 2] });
  model.interactions.forEach((interaction, i) => {
    const layer = model.encoder.encoder.blocks[i + 1] as EncoderBlock;
    for (const [name, value] of layer.stateDict()) expect(interaction.block.stateDict().get(name)).toEqual(value);
    expect(interaction.state.stateDict()).toEqual(layer.attention.query.stateDict());
    expect(interaction.block.attention.query.weight).not.toBe(layer.attention.query.weight);
  });
  expect(() => mixOf(2, { interactions: [2] })).toThrow("expected ascending numbers of post-norm layers from 0 to 1, got 2");
  expect(() => mixOf(3, { interactions: [1, 0] })).toThrow("ascending");
});

test("a further candidate costs the same weights at any length of the query; for a cross-encoder it is a whole pass", () => {
  const model = mixOf(2);
  const cross = new PairEncoder({ random: RandomStream.of(1), encoder: model.encoder, width: D });
  const filled = (count: number, length: number) => ({ ids: hostArray(new Int32Array(count * length), [count, length]), segments: hostArray(new Int32Array(count * length), [count, length]), valid: hostArray(new Uint8Array(count * length).fill(1), [count, length], "bool") });
  const scoring = compile((query: TokenRows, stored: Tensor) => model.score(query, stored, EVALUATE));
  const pairs = compile((pair: TokenRows) => scoreRows(cross, pair, EVALUATE));
  const further = (length: number): number => {
    const of = (count: number): number => scoring.explain(filled(1, length), hostArray(new Float32Array(count * D), [1, count, 1, D])).flops.products;
    return of(11) - of(10);
  };
  const pair = (length: number): number => pairs.explain(filled(1, length + 8)).flops.products;
  // 50 d^2 and biases 17 d for both branches, 4 d for its own vector, 8 d for each token of the query
  for (const length of [8, 24]) expect(further(length)).toBe(50 * D ** 2 + 17 * D + 4 * D + 8 * D * length);
  expect(pair(24) - pair(8)).toBeGreaterThan(16 * 2 * 24 * D ** 2); // two layers read 16 tokens more
});

test("at BERT-base 1,000 stored candidates cost less than a hundredth of a cross-encoder's FLOPs", () => {
  const { Cross, Mix, Bi } = storedAnswerFlops({ query: 256, candidate: 32, candidates: 1000 });
  expect(Cross / Mix).toBeGreaterThan(100);
  expect(Mix).toBeGreaterThan(Bi);
});

const items = bindItems("train", 8);
const tokenizer = trainBytePairs(items.flatMap(({ context, candidates }) => [context, ...candidates]), { size: 420 });

test("an index gives the model's scores in the order of indexing, over parts and for any size", async () => {
  const model = new MixEncoder({ random: RandomStream.of(6), encoder: encoderOf(1, tokenizer.vocabularySize, 80), width: D, codes: 2 });
  const index = new AnswerIndex({ model, tokenizer, lengths: { query: 40, document: 40 } });
  const candidates = items.flatMap((item) => item.candidates);
  await index.index(candidates.slice(0, 5));
  await index.index([]);
  await index.index(candidates.slice(5));
  expect([index.size, index.bytesEach]).toEqual([32, 2 * D * 4]);
  const query = items[0]?.context as string;
  const idsOf = (text: string): number[] => [...tokenizer.assemble(tokenizer.encode(text)).ids];
  const [expected] = await valuesOf(model.forward(paddedRows([idsOf(query)]), paddedRows(candidates.map(idsOf)), EVALUATE));
  expectNear([...(await index.score(query))], expected as number[], 1e-4);
  const found = await index.search(query, 3);
  const best = [...(expected as number[]).entries()].sort((a, b) => b[1] - a[1]).slice(0, 3).map(([i]) => i);
  expect(found.map((hit) => hit.index)).toEqual(best);
  expect(found[0]?.candidate).toBe(candidates[best[0] as number]);
  expect(await new AnswerIndex({ model, tokenizer }).score(query)).toHaveLength(0);
  await index.release();
});

test("with queries of zero, six tokens and the own vector are read alike: a seventh each", async () => {
  const model = mixOf(1, { ablation: { aggregator: false } });
  const { block } = model.interactions[0] as InteractionLayer;
  const zero = hostArray(new Float32Array(D * D), [D, D]);
  const eye = hostArray(Float32Array.from({ length: D * D }, (_, i) => Number(i % (D + 1) === 0)), [D, D]);
  block.attention.value.weight.set(eye);
  block.attention.value.bias?.set(hostArray(new Float32Array(D), [D]));
  // Queries that are zero weigh six tokens and one own vector alike: a seventh of the value is its own.
  block.attention.query.weight.set(zero);
  block.attention.query.bias?.set(hostArray(new Float32Array(D), [D]));
  const layer = model.encoder.encoder.blocks[0] as EncoderBlock;
  const [query, stored] = [paddedRows([QUERY]), tensor(hostArray(Float32Array.from({ length: D }, (_, i) => i - 8), [1, 1, 1, D]))];
  const { hidden, output } = model.encoder.forward(query.ids, EVALUATE, { ids: { segment: query.segments } });
  const own = stored.reshape([1, 1, D]);
  const read = layer.attention.value.forward(hidden[0] as Tensor).sum(1, { keepDims: true }).add(own).div(7);
  const between = block.attentionNorm!.forward(own.add(block.attention.output.forward(read)));
  const enriched = block.feedForwardNorm.forward(between.add(block.feedForward.forward(between, EVALUATE)));
  const [plain, found] = await valuesOf(enriched.mul(output.select(1, 0).unsqueeze(1)).sum(-1), model.score(query, stored, EVALUATE));
  expectNear(found as number[], plain as number[]);
});
