import { expect, test } from "vitest";
import { evaluate, hostArray, RandomStream, tensor } from "../../../src/engine/index.ts";
import type { Tensor } from "../../../src/engine/index.ts";
import { allPairs, candidateLayout, candidateMask, candidateTable, coAttend, CodePool, compareFeatures, EVALUATE, LayerMix, mask, poolConcat, polyScores, repeatEach, spanPool, TextEncoder } from "../../../src/nn/index.ts";
import type { CandidateVisibility } from "../../../src/nn/index.ts";
import { boolTensor, expectNear, expectSame, intTensor, noise, numbers } from "../support.ts";

test("a table of segments says who sees whom, for fixed segments and for segments by example", async () => {
  const sees = [[true, false], [true, true]];
  expect([...(mask.blocks([0, 0, 1], sees) as mask.StaticMask).matrix({ queries: 3, keys: 3 })]).toEqual([1, 1, 0, 1, 1, 0, 1, 1, 1]);
  const byExample = mask.visibleTensor(mask.blocks(intTensor([0, 0, 1, 1, 0, 1], [2, 3]), sees), { queries: 3, keys: 3 });
  expect(await numbers(byExample)).toEqual([1, 1, 0, 1, 1, 0, 1, 1, 1, /**/ 1, 1, 1, 0, 1, 0, 1, 1, 1]);
  expect(() => mask.blocks([0, 2], sees)).toThrow("segment 2, but the table has 0 to 1");
  expect(() => mask.blocks([0], [[true, false]])).toThrow("expected a square table");
});

test("the arrow mask of 96 context tokens and 10 candidates of 24 has 61,056 cells in 336 tokens", () => {
  const layout = candidateLayout({ context: 96, candidates: 10, candidateLength: 24 });
  expect(layout.length).toBe(336);
  expect(mask.countVisible(candidateMask(layout, "arrow") as mask.StaticMask, { queries: 336, keys: 336 })).toBe(61056);
  // every candidate begins at position 96
  expect([...layout.positionIds.data].slice(94, 122)).toEqual([94, 95, ...Array.from({ length: 24 }, (_, i) => 96 + i), 96, 97]);
  expect(() => candidateMask(layout, "arow" as CandidateVisibility)).toThrow('unknown visibility "arow"; choose one of arrow, contextBlind, diagonal, square');
});

test("the table of two candidates that the context does not see", () => {
  expect(candidateTable(2, "contextBlind")).toEqual([[true, false, false], [true, true, false], [true, false, true]]);
});

const [context, size] = [5, 2];
const makeEncoder = (depth: number): TextEncoder => new TextEncoder({ random: RandomStream.of(2, "encoder"), vocabulary: 30, width: 8, heads: 2, depth, embedding: { positions: 20 } });
const tokens = [1, 7, 8, 9, 2, /**/ 3, 4, /**/ 5, 6, /**/ 10, 11];

/** Mean states of the candidates, [N * d]. */
async function candidateStates(ids: readonly number[], visibility: CandidateVisibility, { depth = 2, positions = "restart" as "restart" | "running", encoder = makeEncoder(depth) } = {}): Promise<number[]> {
  const layout = candidateLayout({ context, candidates: (ids.length - context) / size, candidateLength: size, positions });
  const { output } = encoder.forward(intTensor(ids, [1, ids.length]), EVALUATE, { mask: candidateMask(layout, visibility), positionIds: tensor(layout.positionIds) });
  return await numbers(spanPool(output, tensor(layout.spans)));
}

test("exchanging candidates exchanges their states; with running positions it does not", async () => {
  const swapped = [...tokens.slice(0, 5), 5, 6, 3, 4, 10, 11];
  const [a, b] = [await candidateStates(tokens, "arrow"), await candidateStates(swapped, "arrow")];
  expectNear([...b.slice(8, 16), ...b.slice(0, 8), ...b.slice(16)], a);
  const [c, d] = [await candidateStates(tokens, "arrow", { positions: "running" }), await candidateStates(swapped, "arrow", { positions: "running" })];
  expect(Math.max(...c.slice(0, 8).map((value, i) => Math.abs(value - d[8 + i]!)))).toBeGreaterThan(1e-3);
});

test("candidates meet through the context from the second layer on, unless the context is blind", async () => {
  const other = [...tokens.slice(0, 7), 20, 21, 10, 11]; // the second candidate changed
  const moved = async (visibility: CandidateVisibility, depth: number): Promise<number> => {
    const [a, b] = [await candidateStates(tokens, visibility, { depth }), await candidateStates(other, visibility, { depth })];
    return Math.max(...a.slice(0, 8).map((value, i) => Math.abs(value - b[i]!)));
  };
  expect(await moved("arrow", 1)).toBeLessThan(1e-6);
  expect(await moved("arrow", 2)).toBeGreaterThan(1e-4);
  expect(await moved("contextBlind", 3)).toBeLessThan(1e-6);
});

test("one candidate alone is a cross-encoder with the mean of the response", async () => {
  const single = tokens.slice(0, 7);
  const encoder = makeEncoder(2);
  const plain = await numbers(encoder.forward(intTensor(single, [1, 7]), EVALUATE).output.sliceAxis(1, 5, 7).mean(1));
  expectNear(await candidateStates(single, "arrow", { encoder }), plain);
});

test("codes read by plain products; with zero codes the result is the mean of the real tokens", async () => {
  const pool = new CodePool(2, { random: RandomStream.of(1) });
  pool.codes.set(hostArray(Float32Array.of(Math.log(3), 0), [1, 2]));
  // products with the tokens are ln 3, 0 and (hidden) 5 ln 3: weights 3/4 and 1/4
  const read = tensor([[[1, 4], [0, 8], [5, 0]]]);
  expectNear(await numbers(pool.forward(read, boolTensor([1, 1, 0], [1, 3]))), [0.75, 5]);
  const mean = new CodePool(4, { random: RandomStream.of(1), codes: 3, scale: 0.5, init: () => (shape) => new Float32Array(shape.reduce((a, b) => a * b, 1)) });
  const states = noise([2, 5, 4]);
  await expectSame(mean.forward(states), states.mean(1, { keepDims: true }).expand([2, 3, 4]));
});

test("Poly-encoder scores by hand, for shared and for own candidates", async () => {
  const contexts = tensor([[[1, 0], [0, 2]]]);
  const candidates = tensor([[Math.log(3), 0]]); // products ln 3 and 0: reads (3/4, 1/2)
  expectNear(await numbers(polyScores(contexts, candidates)), [0.75 * Math.log(3)]);
  const [many, own] = [noise([3, 4, 5]), noise([3, 2, 5], 2)];
  const shared = polyScores(many, own.select(0, 1));
  expect(shared.shape).toEqual([3, 2]);
  await expectSame(polyScores(many, own).select(0, 1), shared.select(0, 1));
});

test("co-attention: masked tokens are not read, and both directions are the transposed products", async () => {
  const [a, b] = [tensor([[[Math.SQRT2 * Math.log(3), 0]]]), tensor([[[1, 4], [0, 8], [9, 9]]])]; // / sqrt 2
  const { ofA, ofB } = coAttend(a, b, { validB: boolTensor([1, 1, 0], [1, 3]) });
  expectNear(await numbers(ofA), [0.75, 5]);
  await expectSame(ofB, a.expand([1, 3, 2])); // one token to read
});

test("features of comparison and of pooling, in the order of the paper", async () => {
  expectNear(await numbers(compareFeatures(tensor([3]), tensor([5]))), [3, 5, -2, 15, 4]);
  expectNear(await numbers(poolConcat(tensor([[[1, -5], [3, -1], [9, 9]]]), boolTensor([1, 1, 0], [1, 3]))), [1, -5, 2, -3, 3, -1]);
  const [left, right] = allPairs(tensor([[[1]], [[2]]]), tensor([[[3]], [[4]], [[5]]]));
  expect([await numbers(left), await numbers(right)]).toEqual([[1, 1, 1, 2, 2, 2], [3, 4, 5, 3, 4, 5]]);
  const repeated = repeatEach(tensor([[1, 2], [3, 4]]), 2);
  expect([repeated.shape, await numbers(repeated)]).toEqual([[4, 2], [1, 2, 1, 2, 3, 4, 3, 4]]);
});

test("a mix of layers starts as their mean and can be one of them", async () => {
  const mix = new LayerMix(2);
  const states: Tensor[] = [tensor([[2, 4]]), tensor([[4, 0]])];
  expectNear(await numbers(mix.forward(states)), [3, 2]);
  mix.weights.set(hostArray(Float32Array.of(-1e4, 0), [2]));
  const [last] = await evaluate([mix.forward(states)]);
  expect([...(last!.data as Float32Array)]).toEqual([4, 0]);
  expect(() => mix.forward([states[0]!])).toThrow("the states of 2 layers, got 1");
});
