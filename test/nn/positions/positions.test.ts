import { expect, test } from "vitest";
import { RandomStream, tensor } from "../../../src/engine/index.ts";
import { alibi, alibiAt, alibiSlopes, gatherRotary, leadRotary, LearnedPositions, RelativeBias, rotary, rotaryAt, rotary2d, rotate, sinCos1d, sinCos2d, sinCos3d, sinCosOf, t5Bucket, WindowBias } from "../../../src/nn/index.ts";
import { expectNear, expectSame, intTensor, noise, numbers } from "../support.ts";

const random = RandomStream.of(3);
const { sin, cos } = Math;
const values = (array: { readonly data: ArrayLike<number | bigint> }): number[] => Array.from(array.data as ArrayLike<number>);

test("sin-cos codes of a 2 x 2 grid, width 8: x then y, sines then cosines, speeds 1 and 1/100", () => {
  const zero = [0, 0, 1, 1];
  const one = [sin(1), sin(0.01), cos(1), cos(0.01)];
  const table = [...zero, ...zero, ...one, ...zero, ...zero, ...one, ...one, ...one];
  expectNear(values(sinCos2d(2, 2, 8)), table, 1e-7);
  expectNear(values(sinCos2d(2, 2, 8, { leading: 1 })), [...new Array<number>(8).fill(0), ...table], 1e-7);
});

test("the form of DETR: y first, sine and cosine side by side", () => {
  const one = [sin(1), cos(1), sin(0.01), cos(0.01)];
  const zero = [0, 1, 0, 1];
  expectNear(values(sinCos2d(1, 2, 8, { first: "vertical", layout: "interleaved" })), [...zero, ...zero, ...zero, ...one], 1e-7);
});

test("codes of continuous coordinates agree with the table at whole numbers", async () => {
  for (const layout of ["blocks", "interleaved"] as const) {
    expectNear(await numbers(sinCosOf(intTensor([0, 1, 2], [3]), 6, { layout })), values(sinCos1d(3, 6, { layout })), 1e-6);
  }
});

test("three axes: a quarter of the width for time, the rest for the grid", () => {
  const code = values(sinCos3d(2, 1, 2, 16)).slice(3 * 16); // frame 1, column 1
  const time = [sin(1), sin(0.01), cos(1), cos(0.01)];
  expectNear(code.slice(0, 4), time, 1e-7);
  expectNear(code.slice(4), values(sinCos2d(1, 2, 12)).slice(12), 1e-7);
});

test("learned positions are rows of a table, with an offset", async () => {
  const table = new LearnedPositions(3, 2, { random, offset: 2 });
  expect(table.weight.shape).toEqual([5, 2]);
  await expectSame(table.forward(2), table.weight.sliceAxis(0, 2, 4), 0);
  await expectSame(table.forward(intTensor([1, 0], [1, 2])), table.weight.gather([3, 2]).unsqueeze(0), 0);
  expect(() => table.forward(4)).toThrow(/4 positions asked of a table of 3/);
});

test("rotation turns pairs by position times speed", async () => {
  // width 4, speeds 1 and 1/100, position 1; pairs (0, 2) and (1, 3), or (0, 1) and (2, 3)
  const x = tensor([[[[1, 2, 3, 4]]]]);
  const [c, s, c2, s2] = [cos(1), sin(1), cos(0.01), sin(0.01)] as [number, number, number, number];
  expectNear(await numbers(rotate(x, rotary(4, 1, { start: 1 }))), [c - 3 * s, 2 * c2 - 4 * s2, 3 * c + s, 4 * c2 + 2 * s2], 1e-6);
  expectNear(await numbers(rotate(x, rotary(4, 1, { start: 1, pairs: "interleaved" }))), [c - 2 * s, 2 * c + s, 3 * c2 - 4 * s2, 4 * c2 + 3 * s2], 1e-6);
});

test("rotary tables by id, by position in the graph, and with unturned places in front agree", async () => {
  const x = noise([2, 1, 2, 8]);
  const ids = intTensor([2, 0, 1, 2], [2, 2]);
  await expectSame(rotate(x, gatherRotary(rotary(8, 3), ids)), rotate(x, rotaryAt(8, ids)));
  const led = leadRotary(rotary(8, 1, { start: 5 }), 1);
  const turned = rotate(x, led);
  await expectSame(turned.sliceAxis(2, 0, 1), x.sliceAxis(2, 0, 1), 0);
  await expectSame(turned.sliceAxis(2, 1, 2), rotate(x.sliceAxis(2, 1, 2), rotary(8, 1, { start: 5 })));
});

test("two-dimensional rotation: rows in the first half of the width, columns in the second", async () => {
  const table = rotary2d(8, 2, 2);
  const oneAxis = rotary(4, 2);
  const cosines = await numbers(table.cos);
  const [zero, one] = [(await numbers(oneAxis.cos)).slice(0, 4), (await numbers(oneAxis.cos)).slice(4)];
  expectNear(cosines, [...zero!, ...zero!, ...zero!, ...one!, ...one!, ...zero!, ...one!, ...one!], 1e-7);
});

test("ALiBi slopes of 8 and of 6 heads", () => {
  expectNear(alibiSlopes(8), [1, 2, 3, 4, 5, 6, 7, 8].map((h) => 2 ** -h), 1e-9);
  // four heads: 2^-2, 2^-4, 2^-6, 2^-8; then every other of eight: 2^-1, 2^-3
  expectNear(alibiSlopes(6), [1 / 4, 1 / 16, 1 / 64, 1 / 256, 1 / 2, 1 / 8], 1e-9);
});

test("ALiBi falls with distance, also from ids", async () => {
  expectNear(await numbers(alibi(2, 2, 3)), [-1 / 16, 0, -1 / 16, -2 / 16, -1 / 16, 0, -1 / 256, 0, -1 / 256, -2 / 256, -1 / 256, 0], 1e-7);
  await expectSame(alibiAt(2, intTensor([1, 2], [1, 2]), intTensor([0, 1, 2], [1, 3])), alibi(2, 2, 3));
});

test("T5 buckets: exact near by, logarithmic farther, sides apart", () => {
  const both = { buckets: 32, maxDistance: 128, bidirectional: true };
  expect([0, -1, -7, -8, -11, -12, -16, -64, -127, -500].map((r) => t5Bucket(r, both))).toEqual([0, 1, 7, 8, 8, 9, 10, 14, 15, 15]);
  expect([1, 7, 8, 500].map((r) => t5Bucket(r, both))).toEqual([17, 23, 24, 31]);
  const causal = { ...both, bidirectional: false };
  expect([3, 0, -15, -16, -500].map((r) => t5Bucket(r, causal))).toEqual([0, 0, 15, 16, 31]);
  // An odd count leaves its last bucket unused: four on either side, two of them exact.
  expect([0, -1, -2, -500, 1, 500].map((r) => t5Bucket(r, { buckets: 9, maxDistance: 20, bidirectional: true }))).toEqual([0, 1, 2, 3, 5, 7]);
});

test("relative bias reads the bucket of key minus query, from counts or ids", async () => {
  const bias = new RelativeBias({ random, heads: 2, spacing: "offset", maxDistance: 1 });
  const table = await numbers(bias.weight); // rows for offsets -1, 0, 1
  const at = (offset: number, head: number): number => table[(offset + 1) * 2 + head] as number;
  const rows = [0, 1].flatMap((head) => [at(0, head), at(1, head), at(1, head), at(-1, head), at(0, head), at(1, head), at(-1, head), at(-1, head), at(0, head)]);
  expectNear(await numbers(bias.forward(3)), rows, 0);
  await expectSame(bias.forward(intTensor([4, 5, 6], [1, 3])), bias.forward(3), 0);
  expect(bias.forward(1, 3).shape).toEqual([1, 2, 1, 3]);
});

test("window bias has one entry for each two-dimensional offset", async () => {
  const bias = new WindowBias(1, 2, { random, heads: 1 });
  const [left, same, right] = (await numbers(bias.weight)) as [number, number, number]; // query column minus key column = -1, 0, 1
  expectNear(await numbers(bias.forward()), [same, left, right, same], 0);
});
