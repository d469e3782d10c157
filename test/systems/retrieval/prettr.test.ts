/** Exact checks of PreTTR; what is expected comes from plain encoders and from counting by hand. */
import { expect, test } from "vitest";
import { compile, concat, hostArray, RandomStream } from "../../../src/engine/index.ts";
import type { HostArray, Tensor } from "../../../src/engine/index.ts";
import { trainBytePairs } from "../../../src/data/index.ts";
import { EVALUATE } from "../../../src/nn/index.ts";
import { Bert, bindItems, fineTune, queryDocumentBatches, restRows, sideOf, textRows } from "../../../src/lab/text/index.ts";
import type { TokenRows } from "../../../src/lab/text/index.ts";
import { MemoryStore } from "../../../src/lab/index.ts";
import { Compressor, rankingLoss, SplitEncoder } from "../../../src/systems/retrieval/prettr-model.ts";
import { bytesOfToken } from "../../../src/systems/retrieval/prettr-published.ts";
import { DocumentStore } from "../../../src/systems/retrieval/prettr-store.ts";
import { boolTensor, expectNear, intTensor } from "../../nn/support.ts";
import { farthest, paddedRows, valuesOf } from "./support.ts";

const D = 16;
const DEPTH = 3;
const LQ = 6;
const splitOf = (join: number, options: { readonly compress?: number; readonly vocabulary?: number; readonly queryLength?: number; readonly positions?: number; readonly depth?: number } = {}): SplitEncoder => {
  const { vocabulary = 40, queryLength = LQ, compress, positions = 40, depth = DEPTH } = options;
  const { encoder } = new Bert({ random: RandomStream.of(4, "bert"), vocabulary, width: D, depth, heads: 2, positions });
  return new SplitEncoder({ random: RandomStream.of(5), encoder, width: D, join, compress, queryLength });
};

const QUERIES = [[1, 7, 8, 2], [1, 20, 21, 22, 23, 2]];
const DOCUMENTS = [[9, 10, 11, 2], [12, 13, 14, 15, 16, 2]];
const query = (which = QUERIES): TokenRows => paddedRows(which, LQ, 31);
const document = (which = DOCUMENTS, filler = 33): TokenRows => paddedRows(which, 7, filler);

test("a query and stored documents score as one pass over whole pairs with a mask for each layer, for every l", async () => {
  const joins = [0, 1, 2, 3];
  const values = await valuesOf(...joins.flatMap((join) => {
    const model = splitOf(join);
    return [model.forward(query(), document(), EVALUATE).reshape([2]), model.scorePairs(query(), document(), EVALUATE)];
  }));
  joins.forEach((_, i) => expectNear(values[2 * i] as number[], values[2 * i + 1] as number[], 1e-5));
  expect(farthest(values[0], values[2])).toBeGreaterThan(1e-4); // l matters
});

test("without layers apart it is the plain cross-encoder, whose last layer is computed whole", async () => {
  const model = splitOf(0);
  const [q, d] = [query(), document()];
  const segments = [...new Array<number>(LQ).fill(0), ...new Array<number>(7).fill(1)];
  const { output } = model.encoder.forward(concat([q.ids, d.ids], 1), EVALUATE, { valid: concat([q.valid, d.valid], 1), ids: { segment: intTensor([...segments, ...segments], [2, 13]) } });
  const [plain, found] = await valuesOf(model.score.forward(output.select(1, 0)).squeeze(1), model.forward(q, d, EVALUATE).reshape([2]));
  expectNear(found as number[], plain as number[], 1e-6);
});

test("document states in a masked pass do not depend on the query; without the mask they do", async () => {
  // The states of the document inside whole masked rows of two different queries.
  const inside = (join: number, masked: boolean, which: number): Tensor => {
    const model = splitOf(join);
    const [q, d] = [query([QUERIES[which] as number[]]), document([DOCUMENTS[0] as number[]])];
    const segment = intTensor([...new Array<number>(LQ).fill(0), ...new Array<number>(7).fill(1)], [1, 13]);
    const sees = boolTensor(Array.from({ length: 169 }, (_, i) => Number(!masked || Math.floor(i / 13) < LQ === i % 13 < LQ)), [1, 1, 13, 13]);
    const { hidden } = model.encoder.forward(concat([q.ids, d.ids], 1), EVALUATE, { valid: concat([q.valid, d.valid], 1), mask: { kind: "dynamic", build: () => sees }, ids: { segment }, stopAfter: join });
    return (hidden[join] as Tensor).sliceAxis(1, LQ, LQ + 4);
  };
  const stored = splitOf(2).precompute(document([DOCUMENTS[0] as number[]]), EVALUATE).sliceAxis(1, 0, 4);
  const [first, second, kept, open, opened] = await valuesOf(inside(2, true, 0), inside(2, true, 1), stored, inside(2, false, 0), inside(2, false, 1));
  expectNear(second as number[], first as number[], 1e-6);
  expectNear(kept as number[], first as number[], 1e-5);
  expect(farthest(open, opened)).toBeGreaterThan(1e-4);
});

test("with all layers apart the document does not matter; with one layer less it does", async () => {
  const scores = (join: number): Tensor => splitOf(join).forward(query(QUERIES.slice(0, 1)), document(), EVALUATE);
  const [never, last] = await valuesOf(scores(DEPTH), scores(DEPTH - 1));
  expect(Math.abs((never?.[0] as number) - (never?.[1] as number))).toBeLessThan(1e-6);
  expect(Math.abs((last?.[0] as number) - (last?.[1] as number))).toBeGreaterThan(1e-6);
  expect(() => splitOf(DEPTH + 1)).toThrow("expected a layer from 0 to 3, got 4");
});

test("one query against several documents scores as pair by pair, and padding does not matter", async () => {
  const model = splitOf(2, { compress: 4 });
  const score = (q: TokenRows, d: TokenRows): Tensor => model.forward(q, d, EVALUATE);
  const [both, first, second, other] = await valuesOf(score(query(QUERIES.slice(0, 1)), document()), score(query(QUERIES.slice(0, 1)), document(DOCUMENTS.slice(0, 1))), score(query(QUERIES.slice(0, 1)), document(DOCUMENTS.slice(1))), score(paddedRows(QUERIES.slice(0, 1), LQ, 3), document(DOCUMENTS, 5)));
  expectNear(both as number[], [...(first as number[]), ...(second as number[])]);
  expectNear(other as number[], both as number[]);
});

test.each([[384, 592_512], [256, 395_776], [128, 199_040]])("a compressor from 768 to %d has %d parameters", (stored, expected) => {
  expect(new Compressor(768, stored, RandomStream.of(1)).parameterCount()).toBe(expected);
});

test("a token of BERT-base takes 3,072 bytes, of 128 numbers in half precision 256: 91.7% less", () => {
  expect([bytesOfToken(768), bytesOfToken(768, 128)]).toEqual([3072, 256]);
  expect(1 - 256 / 3072).toBeCloseTo(0.917, 3);
});

test("FLOPs at query time fall by the same amount with each layer apart", () => {
  const [documents, length, depth] = [5, 7, 4];
  const arrays = (count: number, size: number): { ids: HostArray; segments: HostArray; valid: HostArray } => ({ ids: hostArray(new Int32Array(count * size), [count, size]), segments: hostArray(new Int32Array(count * size), [count, size]), valid: hostArray(new Uint8Array(count * size).fill(1), [count, size], "bool") });
  const flops = [0, 1, 2, 3].map((join) => {
    const model = splitOf(join, { depth });
    const run = compile((asked: TokenRows, states: Tensor, valid: Tensor) => model.scoreStored(model.encodeQuery(asked, EVALUATE), { states, valid }, EVALUATE));
    return run.explain(arrays(1, LQ), hostArray(new Float32Array(documents * length * D), [documents, length, D]), arrays(documents, length).valid).flops.products;
  });
  // a layer over L tokens: 24 L d^2 + 9 L d for weights and biases, 4 L^2 d for attention; one over the query replaces one over each pair
  const layer = (tokens: number): number => 24 * tokens * D ** 2 + 9 * tokens * D + 4 * tokens ** 2 * D;
  for (const join of [0, 1, 2]) expect((flops[join] as number) - (flops[join + 1] as number)).toBe(documents * layer(LQ + length) - layer(LQ));
});

test("the ranking loss is ln 2 where scores are equal, and the softmax over two documents otherwise", async () => {
  const model = splitOf(1);
  const [q, a, b] = [query(QUERIES), document(), document([...DOCUMENTS].reverse())];
  const [same, pair, left, right] = await valuesOf(rankingLoss(model, q, a, a, EVALUATE).loss, rankingLoss(model, q, a, b, EVALUATE).loss, model.forward(q, a, EVALUATE), model.forward(q, b, EVALUATE));
  expect(same?.[0]).toBeCloseTo(Math.LN2, 5);
  const byHand = [0, 1].map((i) => Math.log(1 + Math.exp((right?.[i] as number) - (left?.[i] as number))));
  expect(pair?.[0]).toBeCloseTo((byHand[0]! + byHand[1]!) / 2, 5);
});

/** A compressor that loses nothing: rows of the identity, far from the bend of GELU; LayerNorm takes the shift out. */
function keepEverything({ compressor }: SplitEncoder): void {
  if (compressor === null) throw new Error("no compressor");
  const eye = hostArray(Float32Array.from({ length: D * D }, (_, i) => Number(i % (D + 1) === 0)), [D, D]);
  compressor.down.weight.set(eye);
  compressor.down.bias?.set(hostArray(new Float32Array(D).fill(20), [D]));
  compressor.up.weight.set(eye);
  compressor.up.bias?.set(hostArray(new Float32Array(D).fill(-20), [D]));
}

test("a compressor that loses nothing has no error of attention and scores as without; one at random has", async () => {
  const [exact, random, plain] = [splitOf(2, { compress: D }), splitOf(2, { compress: D }), splitOf(2)];
  keepEverything(exact);
  const errors = (model: SplitEncoder): Tensor[] => [model.attentionError(query(), document(), EVALUATE), model.stateError(query(), document(), EVALUATE)];
  const [zero, none, some, more, kept, whole] = await valuesOf(...errors(exact), ...errors(random), exact.forward(query(), document(), EVALUATE), plain.forward(query(), document(), EVALUATE));
  expect(zero?.[0]).toBeLessThan(1e-8);
  expect(none?.[0]).toBeLessThan(1e-6);
  expect(some?.[0]).toBeGreaterThan(1e-6);
  expect(more?.[0]).toBeGreaterThan(1e-2);
  expectNear(kept as number[], whole as number[], 1e-3);
  expect(() => splitOf(DEPTH, { compress: 4 }).attentionError(query(), document(), EVALUATE)).toThrow("no layer is left after 3");
  expect(() => plain.stateError(query(), document(), EVALUATE)).toThrow("no compressor to train");
});

test("the error of attention is a mean over layers, heads and pairs of real tokens, by hand", async () => {
  const model = splitOf(1, { compress: 4 });
  const [q, d] = [query(QUERIES.slice(0, 1)), document(DOCUMENTS.slice(0, 1))];
  const attention = (states: Tensor): Tensor[] => {
    const weights: Tensor[] = [];
    model.encoder.encoder.forward(concat([model.encodeQuery(q, EVALUATE).states, states], 1), EVALUATE, { startAfter: 1, mask: concat([q.valid, d.valid], 1).reshape([1, 1, 1, 13]), observe: (result) => weights.push(result.weights) });
    return weights;
  };
  const plain = splitOf(1).precompute(d, EVALUATE);
  const [a, b] = [attention(plain), attention(model.compressor!.restore(model.precompute(d, EVALUATE)))];
  const [error, ...weights] = await valuesOf(model.attentionError(q, d, EVALUATE), ...a, ...b);
  const real = [0, 1, 2, 3, 6, 7, 8, 9]; // four tokens of each side
  let sum = 0;
  for (const layer of [0, 1]) for (const head of [0, 1]) for (const i of real) for (const j of real) sum += ((weights[layer]?.[(head * 13 + i) * 13 + j] as number) - (weights[2 + layer]?.[(head * 13 + i) * 13 + j] as number)) ** 2;
  expect(error?.[0]).toBeCloseTo(sum / (2 * 2 * 64), 7);
});

const items = bindItems("train", 8);
const tokenizer = trainBytePairs(items.flatMap(({ context, candidates }) => [context, ...candidates]), { size: 420 });
const texts = items.flatMap(({ candidates }) => candidates).slice(0, 9);

test("pre-training moves the compressor and nothing else, and lowers its error", async () => {
  const model = splitOf(2, { compress: 8, vocabulary: tokenizer.vocabularySize, queryLength: 12, positions: 60 });
  const before = model.stateDict();
  const lengths = { query: 12, document: 24 };
  const set = { queries: textRows(tokenizer, texts, 12), documents: restRows(tokenizer, texts, 24) };
  const data = queryDocumentBatches({ ...set, pairs: texts.map((_, i) => [i, i] as const), lengths, batch: 4, seed: 1 });
  const context = { arm: "test", artifacts: new MemoryStore(), device: "cpu" as const, signal: new AbortController().signal, report: () => undefined };
  const { curves } = await fineTune(context, model.compressor as Compressor, data, (batch, mode) => ({ loss: model.attentionError(sideOf(batch, "query"), sideOf(batch, "document"), mode) }), { steps: 12, learningRate: 1e-2 });
  expect(curves["loss"]?.at(-1)?.[1]).toBeLessThan(curves["loss"]?.[0]?.[1] as number);
  for (const [name, value] of model.stateDict()) {
    if (name.startsWith("compressor.")) continue;
    expect(value, name).toEqual(before.get(name));
  }
  expect(model.stateDict().get("compressor.down.weight")).not.toEqual(before.get("compressor.down.weight"));
});

test("a store reranks as the model scores, in half precision within its rounding, and counts its bytes", async () => {
  const [whole, packed] = [splitOf(1, { vocabulary: tokenizer.vocabularySize, queryLength: 12, positions: 60 }), splitOf(1, { compress: 8, vocabulary: tokenizer.vocabularySize, queryLength: 12, positions: 60 })];
  const asked = "a big red circle";
  const queryRow = (): TokenRows => paddedRows([[...tokenizer.assemble(tokenizer.encode(asked), undefined, 12).ids]], 12);
  const documents = restRows(tokenizer, texts, 24).rows.map(({ ids }) => [...ids]);
  const [plain, small] = await valuesOf(whole.forward(queryRow(), paddedRows(documents, 24), EVALUATE), packed.forward(queryRow(), paddedRows(documents, 24), EVALUATE));
  const tokens = documents.flat().length;
  for (const [model, expected, tolerance, token] of [[whole, plain, 1e-5, 4 * D], [packed, small, 5e-3, 2 * 8]] as const) {
    const store = new DocumentStore({ model, tokenizer, documentLength: 24 });
    const ids = [...(await store.precompute(texts.slice(0, 4))), ...(await store.precompute(texts.slice(4)))];
    expect(ids).toEqual(texts.map((_, i) => i));
    expect(store.bytes).toEqual({ all: tokens * token, token });
    const asking = [7, 0, 3];
    const found = await store.rerank(asked, asking);
    expect(found.map(({ score }) => score)).toEqual([...found.map(({ score }) => score)].sort((a, b) => b - a));
    for (const { id, score } of found) expect(Math.abs(score - (expected?.[id] as number))).toBeLessThan(tolerance);
    expect(new Set(found.map(({ id }) => id))).toEqual(new Set(asking));
    await expect(store.rerank(asked, [99])).rejects.toThrow("unknown document 99; there are 9");
    expect(await store.rerank(asked, [])).toEqual([]);
    await store.release();
  }
});

test("rows of documents have no [CLS], end with [SEP], and are cut", () => {
  const [row] = restRows(tokenizer, ["a red circle"], 24).rows;
  expect([...row!.ids]).toEqual([...tokenizer.encode("a red circle"), tokenizer.assemble(tokenizer.encode("a")).ids.at(-1)]);
  expect([...row!.segments].every((segment) => segment === 1)).toBe(true);
  expect(restRows(tokenizer, ["a red circle that is big and a blue square that is small"], 5).rows[0]!.ids).toHaveLength(5);
});
