/** Exact checks of the co-attention teacher, its students and their losses. */
import { expect, test } from "vitest";
import { compile, grad, hostArray, RandomStream } from "../../../src/engine/index.ts";
import type { HostArray, Tensor } from "../../../src/engine/index.ts";
import { EVALUATE } from "../../../src/nn/index.ts";
import { pairWeights } from "../../../src/objectives/index.ts";
import { allPairsBatches, Bert, bertEncoder, biEncoderOf, joinRows } from "../../../src/lab/text/index.ts";
import type { RowSet, TokenRows } from "../../../src/lab/text/index.ts";
import { byProducts } from "../../../src/systems/retrieval/bert-chatbot-distillation.ts";
import { coAttentionCost, coAttentionScores, dotProductCost, wordScores } from "../../../src/systems/retrieval/bert-chatbot-distillation-judge.ts";
import { distillationLoss, imitationWeights, inBatch } from "../../../src/systems/retrieval/bert-chatbot-distillation-loss.ts";
import { withWrongReplies } from "../../../src/systems/retrieval/bert-chatbot-distillation-recipe.ts";
import { CoAttentionHead, CoAttentionRanker } from "../../../src/systems/retrieval/bert-chatbot-distillation-teacher.ts";

const matrix = (rows: readonly (readonly number[])[]): HostArray => hostArray(Float32Array.from(rows.flat()), [rows.length, (rows[0] as readonly number[]).length]);

test("the head at width 768 has 11,798,785 parameters", () => {
  // 5 E E + E, 15 E E + E, E + 1
  expect(new CoAttentionHead(RandomStream.of(1), 768).parameterCount()).toBe(5 * 768 * 768 + 768 + 15 * 768 * 768 + 768 + 768 + 1);
  expect(new CoAttentionHead(RandomStream.of(1), 768).parameterCount()).toBe(11_798_785);
});

test("the head computes what the paper writes: worked out by hand for tokens of width 1", async () => {
  const head = new CoAttentionHead(RandomStream.of(1), 1);
  const set = (parameter: { set(value: HostArray): void }, values: readonly number[], shape: readonly number[]): void => parameter.set(hostArray(Float32Array.from(values), shape));
  // W takes the squared difference alone; the next map the difference of maxima and the product of first tokens; weights 1.
  set(head.fuse.weight, [0, 0, 0, 0, 1], [1, 5]);
  set(head.hidden.weight, Array.from({ length: 15 }, (_, i) => (i === 8 || i === 9 ? 1 : 0)), [1, 15]);
  set(head.score.weight, [2], [1, 1]);
  for (const { bias } of [head.fuse, head.hidden, head.score]) if (bias) set(bias, [0], [1]);
  const run = compile((c: Tensor, r: Tensor) => head.forward({ states: c, valid: c.select(2, 0).greater(-9) }, { states: r, valid: r.select(2, 0).greater(-9) }));
  // c = (2, 0), r = (1): all of c reads 1, r reads softmax(2, 0) = (a, 1 - a) -> 2 a.
  const a = Math.exp(2) / (Math.exp(2) + 1);
  const contexts = [(2 - 1) ** 2, (0 - 1) ** 2]; // both 1: first 1, mean 1, maximum 1
  const response = (1 - 2 * a) ** 2;
  const score = (await run(hostArray(Float32Array.of(2, 0), [1, 2, 1]), hostArray(Float32Array.of(1), [1, 1, 1]))).item();
  // blocks of three: x 0-2, y 3-5, x - y 6-8, x y 9-11, squares 12-14; place 8 is the maximum's difference, 9 the first token's product
  expect(score).toBeCloseTo(2 * Math.max(0, 1 - response + (contexts[0] as number) * response), 5);
  await run.release();
});

function tokens(ids: readonly (readonly number[])[], real: number = (ids[0] as readonly number[]).length): Record<keyof TokenRows, HostArray> {
  const length = (ids[0] as readonly number[]).length;
  const shape = [ids.length, length];
  return { ids: hostArray(Int32Array.from(ids.flat()), shape), segments: hostArray(new Int32Array(ids.length * length), shape), valid: hostArray(Uint8Array.from({ length: ids.length * length }, (_, i) => (i % length < real ? 1 : 0)), shape, "bool") };
}

const sizes = { width: 16, depth: 2, heads: 2, positions: 16 };
const ranker = (seed: number): CoAttentionRanker => new CoAttentionRanker(RandomStream.of(seed), bertEncoder({ random: RandomStream.of(seed), vocabulary: 30, ...sizes }), 16);

test("padding changes no score of the teacher, on either side; real tokens do", async () => {
  const model = ranker(2);
  const run = compile((contexts: TokenRows, responses: TokenRows) => model.scores(model.encode(contexts, EVALUATE), model.encode(responses, EVALUATE)));
  const contexts = [[1, 5, 6, 2], [1, 9, 4, 2]];
  const responses = [[1, 7, 2], [1, 8, 2]];
  const padded = (rows: readonly (readonly number[])[]): number[][] => rows.map((row) => [...row, 17, 3, 29]);
  const values = async (c: Parameters<typeof run>[0], r: Parameters<typeof run>[1]): Promise<number[]> => Array.from((await run(c, r)).data, Number);
  const plain = await values(tokens(contexts), tokens(responses));
  for (const other of [await values(tokens(padded(contexts), 4), tokens(responses)), await values(tokens(contexts), tokens(padded(responses), 3))]) other.forEach((value, i) => expect(Math.abs(value - (plain[i] as number))).toBeLessThan(1e-5));
  expect(Math.abs(((await values(tokens(padded(contexts)), tokens(responses)))[0] as number) - (plain[0] as number))).toBeGreaterThan(1e-4);
  // Row i, column j is context i with response j, whatever else is in the batch.
  const [one] = await values(tokens([contexts[1] as number[]]), tokens([responses[0] as number[]]));
  expect(one).toBeCloseTo(plain[2] as number, 5);
  await run.release();
});

const SCORES = matrix([[2, -1, 0.5, 0], [0, 1, 0, -2], [1, 1, -1, 0], [0.5, 0, 0, 3]]);
const TEACHER = matrix([[3, -2, 0, 0], [1, 1, -1, -2], [0, 0, 2, 0], [0, 0, 0, 4]]);

test("in a batch of 4 right pairs weigh 1, wrong ones 0.25, together 7", async () => {
  const run = compile((x: Tensor) => ({ weights: imitationWeights(inBatch(4)).add(x), same: pairWeights(4, 1 / 4).add(x) }));
  const { weights, same } = await run(hostArray(Float32Array.of(0), []));
  expect(Array.from(weights.data, Number)).toEqual(Array.from({ length: 16 }, (_, i) => (i % 5 === 0 ? 1 : 0.25)));
  expect(weights.data).toEqual(same.data);
  expect(Array.from(weights.data, Number).reduce((a, b) => a + b, 0)).toBe(7);
  await run.release();
});

test("the loss is half the summed binary cross-entropy, right pairs counted B - 1 times, and half the weighted squared errors", async () => {
  const run = compile((scores: Tensor, teacher: Tensor) => ({
    both: distillationLoss({ scores, right: inBatch(4), teacher }).loss,
    labels: distillationLoss({ scores, right: inBatch(4) }).loss,
    alone: distillationLoss({ scores, right: inBatch(4), teacher, alpha: 1 }).loss,
  }));
  const { both, labels, alone } = await run(SCORES, TEACHER);
  const softplus = (z: number): number => Math.log(1 + Math.exp(z));
  let [bce, mse] = [0, 0];
  for (let i = 0; i < 4; i++) for (let j = 0; j < 4; j++) {
    const [s, t] = [Number(SCORES.data[4 * i + j]), Number(TEACHER.data[4 * i + j])];
    bce += i === j ? 3 * softplus(-s) : softplus(s);
    mse += (i === j ? 1 : 0.25) * (s - t) ** 2;
  }
  expect(labels.item()).toBeCloseTo(bce, 4);
  expect(both.item()).toBeCloseTo(0.5 * bce + 0.5 * mse, 4);
  expect(alone.item()).toBe(labels.item()); // alpha = 1: exactly the undistilled loss
  await run.release();
});

test("where student and teacher agree the imitation is 0 and pulls nowhere; the teacher never gets a gradient", async () => {
  const run = compile((scores: Tensor, teacher: Tensor) => {
    const { loss, imitation } = distillationLoss({ scores, right: inBatch(4), teacher, alpha: 0 });
    const [student, from] = grad(loss, [scores, teacher], { unused: "zero" }) as [Tensor, Tensor];
    return { imitation: imitation as Tensor, student: student.abs().max(), teacher: from.abs().max() };
  });
  const agreeing = await run(SCORES, SCORES);
  expect([agreeing.imitation.item(), agreeing.student.item()]).toEqual([0, 0]);
  const apart = await run(SCORES, TEACHER);
  expect(apart.student.item()).toBeGreaterThan(0.1);
  expect(apart.teacher.item()).toBe(0);
  await run.release();
});

test("a student scores by the inner product of the first tokens' states, one encoder for both sides", async () => {
  const model = biEncoderOf({ model: new Bert({ random: RandomStream.of(3), vocabulary: 30, ...sizes }), sizes }, { random: RandomStream.of(3), pooling: "first", normalize: false, temperature: 1 });
  expect(model.query).toBe(model.passage);
  const sides = (side: string, rows: ReturnType<typeof tokens>): Record<string, HostArray> => ({ [`${side}Ids`]: rows.ids, [`${side}Segments`]: rows.segments, [`${side}Valid`]: rows.valid });
  const run = compile((batch: Record<string, Tensor>) => ({ scores: byProducts(model, batch, EVALUATE), vectors: model.encodeQuery({ ids: batch["queryIds"] as Tensor, segments: batch["querySegments"] as Tensor, valid: batch["queryValid"] as Tensor }, EVALUATE) }));
  const text = tokens([[1, 5, 6, 2], [1, 9, 4, 2]]);
  const { scores, vectors } = await run({ ...sides("query", text), ...sides("document", text) });
  const row = (i: number): number[] => Array.from(vectors.data.slice(16 * i, 16 * i + 16), Number);
  const product = (i: number, j: number): number => row(i).reduce((sum, value, d) => sum + value * (row(j)[d] as number), 0);
  [[0, 0], [0, 1], [1, 0], [1, 1]].forEach(([i, j], place) => expect(Number(scores.data[place])).toBeCloseTo(product(i as number, j as number), 4));
  expect(product(0, 0)).toBeGreaterThan(1.5); // not brought to unit length
  await run.release();
});

test("rows of all pairs of a batch hold every context before every response, in the order of the scores", async () => {
  const encoding = (ids: readonly number[]) => ({ ids: Int32Array.from(ids), segments: new Int32Array(ids.length), special: Uint8Array.from(ids, (id) => (id < 3 ? 1 : 0)) });
  const set = (rows: readonly (readonly number[])[]): RowSet => ({ rows: rows.map(encoding), pad: 0 });
  const joined = joinRows(encoding([1, 5, 6, 2]), encoding([1, 7, 2]));
  expect([[...joined.ids], [...joined.segments], [...joined.special]]).toEqual([[1, 5, 6, 2, 7, 2], [0, 0, 0, 0, 1, 1], [1, 0, 0, 1, 0, 1]]);
  const { queryIds, documentIds, pairIds, pairSegments } = await allPairsBatches({ queries: set([[1, 5, 2], [1, 6, 2]]), documents: set([[1, 7, 2], [1, 8, 9, 2]]), pairs: [[0, 0], [1, 1]], lengths: { query: 4, document: 5 }, batch: 2, seed: 1 }).next();
  const [q, d] = [[0, 1].map((i) => Number(queryIds.data[4 * i + 1])), [0, 1].map((i) => Number(documentIds.data[5 * i + 1]))];
  expect(pairIds.shape).toEqual([4, 8]);
  [[0, 0], [0, 1], [1, 0], [1, 1]].forEach(([i, j], row) => expect(Array.from(pairIds.data.slice(8 * row, 8 * row + 4), Number)).toEqual([1, q[i as number], 2, d[j as number]]));
  expect(Array.from(pairSegments.data.slice(0, 4), Number)).toEqual([0, 0, 0, 1]);
});

test("the teacher scores a question's own candidates, side by side", async () => {
  const model = ranker(5);
  const [contexts, candidates] = [[[1, 5, 6, 2], [1, 9, 4, 2]], [[1, 7, 2], [1, 8, 2], [1, 11, 2], [1, 12, 2]]];
  const set = (rows: readonly (readonly number[])[]): RowSet => ({ rows: rows.map((ids) => ({ ids: Int32Array.from(ids), segments: new Int32Array(ids.length), special: new Uint8Array(ids.length) })), pad: 0 });
  const scores = await coAttentionScores(model, { contexts: set(contexts), candidates: set(candidates), pairs: set([]), answers: Int32Array.of(0, 1), each: 2 }, { query: 6, document: 5 }, { device: "cpu", signal: new AbortController().signal });
  const run = compile((context: TokenRows, responses: TokenRows) => model.scores(model.encode(context, EVALUATE), model.encode(responses, EVALUATE)));
  const all = Array.from((await run(tokens(contexts), tokens(candidates))).data, Number); // [2, 4]
  await run.release();
  [0, 1, 6, 7].forEach((place, i) => expect(scores[i]).toBeCloseTo(all[place] as number, 5));
});

test("words alone rank the candidate that shares them first, and give nothing to one that shares none", () => {
  const scores = wordScores([{ context: "a library for reading music files", candidates: ["It draws maps.", "Music files are read at once."], answer: 1 }]);
  expect(scores[0]).toBe(0);
  expect(scores[1]).toBeGreaterThan(0);
});

test("wrong replies are neither right ones of the same context nor repeated, and too few of them are refused", () => {
  const records = ["a", "b", "c", "d"].flatMap((name) => [{ query: name, positive: `${name} yes`, negatives: name === "a" ? ["a no"] : [] }, { query: name, positive: `${name} also`, negatives: [] }]);
  const filled = withWrongReplies(records, 4, RandomStream.of(1));
  for (const { query, negatives } of filled) {
    expect(new Set(negatives).size).toBe(4);
    expect(negatives).not.toContain(`${query} yes`);
    expect(negatives).not.toContain(`${query} also`);
  }
  expect(filled[0]?.negatives[0]).toBe("a no");
  expect(() => withWrongReplies(records.slice(0, 2), 2, RandomStream.of(1))).toThrow("too few others");
});

test("ranking 1,000 candidates costs a student one encoding and an inner product each, the teacher a head for each", async () => {
  const lengths = { query: 4, document: 3 };
  const where = { device: "cpu" as const, signal: new AbortController().signal };
  const student = biEncoderOf({ model: new Bert({ random: RandomStream.of(3), vocabulary: 30, ...sizes }), sizes }, { random: RandomStream.of(3), pooling: "first", normalize: false });
  const products = await dotProductCost(student, lengths, 16, where);
  // a layer over 4 tokens: 4 (12 d^2 + 2 L d) multiply-adds and 9 L d additions of biases, two layers
  expect(products.flops).toBe(2 * (2 * 4 * (12 * 256 + 2 * 4 * 16) + 9 * 4 * 16) + 2 * 1000 * 16);
  expect(products.table.rows.map(([count]) => count)).toEqual([10, 1000]);
  expect((await coAttentionCost(ranker(4), lengths, 16, where)).flops).toBeGreaterThan(50 * products.flops);
});
