/** Exact checks of GTR; numbers are worked out from T5's published configurations and from the definition of the loss. */
import { expect, test } from "vitest";
import { compile, grad, hostArray, RandomStream } from "../../../src/engine/index.ts";
import type { HostArray, Tensor } from "../../../src/engine/index.ts";
import { EVALUATE } from "../../../src/nn/index.ts";
import { infoNce } from "../../../src/objectives/index.ts";
import { inBatchSoftmax } from "../../../src/lab/text/index.ts";
import { gtr, indexBytes, PUBLISHED, T5Tower } from "../../../src/systems/retrieval/gtr.ts";

const TINY = { vocabulary: 30, width: 16, depth: 2, heads: 2, headWidth: 8, hidden: 32 };

function rows(side: string, ids: readonly (readonly number[])[], real: number = (ids[0] as readonly number[]).length): Record<string, HostArray> {
  const length = (ids[0] as readonly number[]).length;
  const shape = [ids.length, length];
  return {
    [`${side}Ids`]: hostArray(Int32Array.from(ids.flat()), shape),
    [`${side}Segments`]: hostArray(new Int32Array(ids.length * length), shape),
    [`${side}Valid`]: hostArray(Uint8Array.from({ length: ids.length * length }, (_, i) => (i % length < real ? 1 : 0)), shape, "bool"),
  };
}

test.each([
  // vocabulary x d + depth (4 d inner + 2 d hidden + 2 d) + 32 heads + d
  ["base", 109_628_544],
  ["large", 334_939_648],
  ["XL", 1_240_909_824],
  ["XXL", 4_864_791_552],
] as const)("the published %s encoder has %d parameters", (size, expected) => {
  expect(new T5Tower(RandomStream.of(1), PUBLISHED[size]).parameterCount()).toBe(expected);
});

test.each([["base", 589_824], ["large", 786_432]] as const)("the projection of %s to 768 adds %d parameters, for both sides together", (size, expected) => {
  const random = RandomStream.of(1);
  expect(gtr(random, PUBLISHED[size], 768).parameterCount() - new T5Tower(random, PUBLISHED[size]).parameterCount()).toBe(expected);
});

test("with all vectors equal the loss is 2 ln B, and ln 2B + ln B with a hard negative for each query", async () => {
  const model = gtr(RandomStream.of(3), TINY, 4);
  const text = Array.from({ length: 4 }, () => [5, 6, 7]);
  const loss = compile((batch: Record<string, Tensor>) => inBatchSoftmax(model, batch as Parameters<typeof inBatchSoftmax>[1], EVALUATE).loss);
  const equal = { ...rows("query", text), ...rows("document", text) };
  expect((await loss(equal)).item()).toBeCloseTo(2 * Math.log(4), 4); // 2.7726
  expect((await loss({ ...equal, ...rows("negative", text) })).item()).toBeCloseTo(3.4657, 3);
  await loss.release();
});

test("hard negatives are columns of the queries' softmax for every query, and of no other", async () => {
  // Unit vectors on axes, logits 2 s: queries and documents match one to one, the negative equals document 0.
  const axes = (places: readonly number[]): HostArray => hostArray(Float32Array.from(places.flatMap((place) => [0, 1, 2].map((axis) => (axis === place ? 1 : 0)))), [places.length, 3]);
  const loss = compile((q: Tensor, p: Tensor, n: Tensor) => infoNce(q, p, { scale: 2, similarity: "dot", directions: { rows: 1, columns: 1 }, negatives: n }).loss);
  const right = Math.exp(2);
  const rowsLoss = (Math.log((2 * right + 1) / right) + Math.log((right + 2) / right)) / 2; // query 0 meets its document twice, query 1 has one more stranger
  const columnsLoss = Math.log((right + 1) / right);
  expect((await loss(axes([0, 1]), axes([0, 1]), axes([0]))).item()).toBeCloseTo(rowsLoss + columnsLoss, 5);
  await loss.release();
});

test("an index takes 4 N D bytes, whatever the encoder", () => {
  expect(indexBytes(8_841_823, 768)).toBe(27_162_080_256);
  const widths = (["base", "large"] as const).map((size) => gtr(RandomStream.of(1), PUBLISHED[size], 768).queryProjection?.weight.shape);
  expect(widths.map((shape) => shape?.includes(768))).toEqual([true, true]);
});

test("padding does not change a vector, real tokens do", async () => {
  const model = gtr(RandomStream.of(4), TINY, 8);
  const encode = compile((batch: Record<string, Tensor>) => model.encodeQuery({ ids: batch["queryIds"] as Tensor, segments: batch["querySegments"] as Tensor, valid: batch["queryValid"] as Tensor }, EVALUATE));
  const plain = await encode(rows("query", [[5, 6, 7]]));
  const padded = await encode(rows("query", [[5, 6, 7, 0, 0, 9]], 3));
  const longer = await encode(rows("query", [[5, 6, 7, 8]]));
  const distance = (other: HostArray): number => Math.max(...Array.from(plain.data as Float32Array, (value, i) => Math.abs(value - Number(other.data[i]))));
  expect(distance(padded)).toBeLessThan(1e-5);
  expect(distance(longer)).toBeGreaterThan(1e-3);
  expect(Math.hypot(...(plain.data as Float32Array))).toBeCloseTo(1, 5);
  await encode.release();
});

test("both sides share every weight, the scale is 100 and stays so", async () => {
  const model = gtr(RandomStream.of(5), TINY, 8);
  expect(model.query).toBe(model.passage);
  expect(model.queryProjection).toBe(model.passageProjection);
  expect(model.parameters()).not.toContain(model.logitScale);
  expect(Math.exp(Number(model.logitScale.value().data[0]))).toBeCloseTo(100, 3);
  const both = compile((batch: Record<string, Tensor>) => {
    const { loss } = inBatchSoftmax(model, batch as Parameters<typeof inBatchSoftmax>[1], EVALUATE);
    return grad(loss, model.parameters()).map((g) => g.abs().max());
  });
  const norms = await both({ ...rows("query", [[1, 2], [3, 4]]), ...rows("document", [[5, 6], [7, 8]]) });
  for (const norm of norms) expect(norm.item()).toBeGreaterThan(0);
  await both.release();
});
