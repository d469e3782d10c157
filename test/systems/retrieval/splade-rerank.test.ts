/** Exact checks of SPLADE and of reranking it; numbers are worked out by hand or from the definitions. */
import { expect, test } from "vitest";
import { compile, hostArray, RandomStream } from "../../../src/engine/index.ts";
import type { HostArray, Tensor } from "../../../src/engine/index.ts";
import { sparseTerms } from "../../../src/nn/index.ts";
import { activationFlops } from "../../../src/objectives/index.ts";
import { schedules, scheduleValues } from "../../../src/train/index.ts";
import { SparseIndex, sparseVector } from "../../../src/data/search/index.ts";
import { trainWordPiece } from "../../../src/data/index.ts";
import { likelihoodRows, segmentLikelihood, sparseRuns } from "../../../src/lab/text/index.ts";
import type { TokenRows } from "../../../src/lab/text/index.ts";

const floats = (values: readonly number[], shape: readonly number[]): HostArray => hostArray(Float32Array.from(values), shape);

test("FLOPS of [[1, 0], [1, 2]] is 2", async () => {
  const run = compile((weights: Tensor) => activationFlops(weights));
  expect((await run(floats([1, 0, 1, 2], [2, 2]))).item()).toBe(2); // means 1 and 1
  await run.release();
});

test("the weight of the penalty is a quarter at half the ramp, whole at its end, and stays so", async () => {
  const values = await scheduleValues(schedules.quadraticRamp({ steps: 100 }), 201);
  expect([0, 25, 50, 100, 200].map((step) => values[step])).toEqual([0, 0.0625, 0.25, 1, 1].map((value) => expect.closeTo(value, 6)));
  expect(() => schedules.quadraticRamp({ steps: 0 })).toThrow("expected a number above 0, got 0");
});

test("weights are the largest over tokens of ln(1 + relu), and tokens of the padding add none", async () => {
  const run = compile((logits: Tensor, valid: Tensor) => sparseTerms(logits, valid));
  const logits = floats([Math.E - 1, -5, 0, 1, -1, 3, 99, 99, 99], [1, 3, 3]);
  const weights = await run(logits, hostArray(Uint8Array.of(1, 1, 0), [1, 3], "bool"));
  await run.release();
  expect([...weights.data]).toEqual([1, 0, Math.log(4)].map((value) => expect.closeTo(value, 5)));
});

test("scores by the inverted index are inner products to 1e-5, and documents without a common word are not found", () => {
  const random = RandomStream.of(3, "sparse");
  const draw = (): Float32Array => Float32Array.from({ length: 200 }, () => (random.uniform() < 0.1 ? random.uniform(0, 3) : 0));
  const documents = Array.from({ length: 40 }, draw);
  const index = new SparseIndex();
  documents.forEach((vector, i) => index.add(i, sparseVector(vector)));
  const query = draw();
  const products = documents.map((vector) => vector.reduce((sum, weight, i) => sum + weight * query[i]!, 0));
  const hits = index.search(sparseVector(query), 40);
  expect(hits.length).toBe(products.filter((value) => value > 0).length);
  for (const { id, score } of hits) expect(Math.abs(score - products[Number(id)]!)).toBeLessThan(1e-5);
  const best = products.map((value, i) => [value, i] as const).sort((a, b) => b[0] - a[0]).slice(0, 5).map(([, i]) => i);
  expect(sparseRuns(documents.map(sparseVector), [sparseVector(query)], 5)).toEqual([best]);
});

const tokenizer = trainWordPiece(["red green blue one two red green blue one two"], { size: 60 });

test("a row for the likelihood is a separator, the document and the query, which alone is scored", () => {
  const { rows, pad } = likelihoodRows(tokenizer, [["red green blue", "one two one"]], { query: 2, document: 2 });
  expect([...rows[0]!.ids].map((id) => tokenizer.tokenOf(id))).toEqual(["[SEP]", "one", "two", "red", "green"]); // this vocabulary has no newline
  expect([...rows[0]!.segments]).toEqual([0, 0, 0, 1, 1]);
  expect(pad).toBe(tokenizer.special.pad);
});

test("the likelihood adds ln p of the query's tokens, given the tokens before them; padding and documents count nothing", async () => {
  // Three words; the logits at a place predict the next token. ln softmax of (0, ln 2, ln 5) is ln of 1/8, 2/8, 5/8.
  const place = [0, Math.log(2), Math.log(5)];
  const run = compile((logits: Tensor, rows: TokenRows) => segmentLikelihood(logits, rows));
  const rows = { ids: hostArray(Int32Array.of(0, 1, 2, 1, 0), [1, 5]), segments: hostArray(Int32Array.of(0, 0, 1, 1, 1), [1, 5]), valid: hostArray(Uint8Array.of(1, 1, 1, 1, 0), [1, 5], "bool") };
  const score = (await run(floats([...place, ...place, ...place, ...place, 9, 9, 9], [1, 5, 3]), rows)).item();
  await run.release();
  expect(score).toBeCloseTo(Math.log(5 / 8) + Math.log(2 / 8), 5); // tokens 2 and 1; the last place is padding
});
