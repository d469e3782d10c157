import { expect, test } from "vitest";
import { attend, mask } from "../../../src/nn/index.ts";
import type { MaskSpec } from "../../../src/nn/index.ts";
import { boolTensor, expectSame, intTensor, noise, numbers } from "../support.ts";

/** Rows of a mask as strings of 1 and 0; the head axis must be 1. */
async function drawing(spec: MaskSpec, keys: number, queries = keys): Promise<string[]> {
  const visible = mask.visibleTensor(spec, { queries, keys });
  const values = await numbers(visible.cast("float32").expand([visible.dim(0), 1, queries, keys]));
  return Array.from({ length: values.length / keys }, (_, i) => values.slice(i * keys, (i + 1) * keys).join(""));
}

test("static masks look as described", async () => {
  expect(await drawing(mask.full(), 2)).toEqual(["11", "11"]);
  expect(await drawing(mask.causal(), 3)).toEqual(["100", "110", "111"]);
  expect(await drawing(mask.causal(), 4, 2)).toEqual(["1110", "1111"]);
  expect(await drawing(mask.prefix(2), 4)).toEqual(["1100", "1100", "1110", "1111"]);
  expect(await drawing(mask.window(3), 4)).toEqual(["1100", "1110", "0111", "0011"]);
  expect(await drawing(mask.window(2, "past"), 4)).toEqual(["1000", "1100", "0110", "0011"]);
  expect(await drawing(mask.segments([0, 0, 1]), 3)).toEqual(["110", "110", "001"]);
  expect(await drawing(mask.global([1]), 3)).toEqual(["010", "111", "010"]);
  expect(await drawing(mask.permutation([1, 2, 0]), 3)).toEqual(["101", "111", "001"]);
  expect(await drawing(mask.permutation([1, 2, 0], { self: false }), 3)).toEqual(["001", "101", "000"]);
  expect(await drawing(mask.graph([[0, 2]]), 3)).toEqual(["101", "010", "001"]);
});

test("dynamic masks follow their inputs", async () => {
  expect(await drawing(mask.prefix(intTensor([1, 3], [2])), 3)).toEqual(["100", "110", "111", "111", "111", "111"]);
  expect(await drawing(mask.segments(intTensor([5, 5, 6], [1, 3])), 3)).toEqual(["110", "110", "001"]);
  expect(await drawing(mask.permutation(intTensor([1, 2, 0], [1, 3])), 3)).toEqual(["101", "111", "001"]);
  expect(await drawing(mask.global(boolTensor([0, 1, 0], [1, 3])), 3)).toEqual(["010", "111", "010"]);
  expect(await drawing(mask.validKeys(boolTensor([1, 1, 0, 1, 0, 0], [2, 3])), 3)).toEqual(["110", "110", "110", "100", "100", "100"]);
});

test("masks are joined by and, by or, and across static and dynamic", async () => {
  expect(await drawing(mask.or(mask.window(1), mask.global([0])), 3)).toEqual(["111", "110", "101"]);
  expect(await drawing(mask.and(mask.causal(), mask.window(3)), 3)).toEqual(["100", "110", "011"]);
  expect(await drawing(mask.and(mask.causal(), mask.validKeys(boolTensor([0, 1, 1], [1, 3]))), 3)).toEqual(["000", "010", "011"]);
  expect(await drawing(mask.openEmptyRows(mask.permutation([1, 2, 0], { self: false })), 3)).toEqual(["001", "101", "111"]);
});

test("visible pairs of static masks are counted", () => {
  expect(mask.countVisible(mask.causal(), { queries: 4, keys: 4 })).toBe(10);
  expect(mask.countVisible(mask.window(3), { queries: 5, keys: 5 })).toBe(13);
});

test("a described mask attends as the same mask given densely", async () => {
  const [q, k, v] = [noise([2, 2, 5, 4], 1), noise([2, 2, 5, 4], 2), noise([2, 2, 5, 4], 3)];
  const dense = boolTensor(["11000", "11100", "01110", "00111", "00011"].flatMap((row) => [...row].map(Number)), [1, 1, 5, 5]);
  await expectSame(attend(q, k, v, { mask: mask.window(3) }).output, attend(q, k, v, { mask: dense }).output, 1e-6);
});

test("masks per head act on their head", async () => {
  const [q, k, v] = [noise([1, 2, 3, 4], 1), noise([1, 2, 3, 4], 2), noise([1, 2, 3, 4], 3)];
  const both = attend(q, k, v, { mask: mask.perHead([mask.causal(), mask.full()]) }).output;
  await expectSame(both.sliceAxis(1, 0, 1), attend(q, k, v, { mask: mask.causal() }).output.sliceAxis(1, 0, 1), 1e-6);
  await expectSame(both.sliceAxis(1, 1, 2), attend(q, k, v).output.sliceAxis(1, 1, 2), 1e-6);
});

test("padding given as an attention mask is refused with a hint", () => {
  expect(() => attend(noise([1, 1, 2, 2]), noise([1, 1, 2, 2]), noise([1, 1, 2, 2]), { mask: boolTensor([1, 0], [1, 2]) })).toThrow(/for padding use mask\.validKeys/);
});
