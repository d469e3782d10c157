/** Exported models whose batch and sequence are open, and whose weights are stored in fewer bits. */
import { InferenceSession, Tensor as OrtTensor } from "onnxruntime-node";
import { describe, expect, test } from "vitest";
import { arange, compile, gather, hostArray, layerNorm, linear, matmul, Parameter, tensor, toOnnx, triangle, where } from "../../src/engine/index.ts";
import type { HostArray, InputType, Tensor, ToOnnxOptions } from "../../src/engine/index.ts";
import { toFloat16 } from "../../src/engine/half.ts";
import { float16ToFloat32 } from "../../src/train/half.ts";

const noise = (shape: readonly number[], seed: number): HostArray => hostArray(Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => 0.5 * Math.sin(seed * 12.9898 + i * i)), shape);
const made = (name: string, shape: readonly number[], seed: number): Parameter => new Parameter(shape, noise(shape, seed), { name });

const WIDTH = 16;
const HEADS = 2;
const words = made("words", [80, WIDTH], 1);
const places = made("places", [41, WIDTH], 2);
const query = made("query", [WIDTH, WIDTH], 3);
const up = made("up", [40, WIDTH], 4);
const upBias = made("upBias", [40], 5);
const down = made("down", [WIDTH, 40], 6);

/** A causal layer of attention with positions from a table (offset by one) and padding; ids int64 [B, L], valid int64 [B, L]. */
function model(ids: Tensor, valid: Tensor): { states: Tensor; pooled: Tensor } {
  const [batch, length] = ids.shape as [number, number];
  const x = layerNorm(gather(words, ids).add(places.sliceAxis(0, 1, length + 1)));
  const heads = linear(x, query).reshape([batch, length, HEADS, WIDTH / HEADS]).transpose([0, 2, 1, 3]);
  const scores = matmul(heads, heads, { transB: true, alpha: 0.3 }); // [B, H, L, L]
  const visible = triangle(length, length).reshape([1, 1, length, length]).logicalAnd(valid.cast("bool").reshape([batch, 1, 1, length]));
  const mixed = matmul(where(visible, scores, -1e9).softmax(), heads).transpose([0, 2, 1, 3]).reshape([batch, length, WIDTH]);
  const states = x.add(linear(linear(mixed, up, upBias).gelu(), down));
  const weights = valid.cast("float32").unsqueeze(-1);
  return { states, pooled: states.mul(weights).sum(1).div(weights.sum(1)) };
}

const INPUTS: Record<string, InputType> = { ids: { shape: ["batch", "sequence"], dtype: "int64" }, valid: { shape: ["batch", "sequence"], dtype: "int64" } };
const exported = (options: ToOnnxOptions = {}): Uint8Array => toOnnx(({ ids, valid }) => model(ids as Tensor, valid as Tensor), INPUTS, { largest: { sequence: 40 }, ...options });
const ours = compile((inputs: { ids: Tensor; valid: Tensor }) => model(inputs.ids, inputs.valid));

function batchOf(batch: number, length: number): { ids: HostArray; valid: HostArray } {
  const ids = BigInt64Array.from({ length: batch * length }, (_, i) => BigInt((i * 37) % 80));
  const valid = BigInt64Array.from({ length: batch * length }, (_, i) => BigInt(i % length < length - Math.floor(i / length) % length ? 1 : 0));
  return { ids: hostArray(ids, [batch, length]), valid: hostArray(valid, [batch, length]) };
}

/** Largest difference as a share of the largest value. */
async function largestDifference(session: InferenceSession, batch: number, length: number): Promise<number> {
  const inputs = batchOf(batch, length);
  const feeds = Object.fromEntries(Object.entries(inputs).map(([name, { data, shape }]) => [name, new OrtTensor("int64", data as BigInt64Array, shape)]));
  const found = await session.run(feeds);
  const expected = await ours(inputs);
  return Math.max(...(["states", "pooled"] as const).map((name) => {
    expect(found[name]?.dims).toEqual([...expected[name].shape]);
    const data = found[name]?.data as Float32Array;
    const largest = data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    return data.reduce((most, value, i) => Math.max(most, Math.abs(value - (expected[name].data[i] as number))), 0) / largest;
  }));
}

const SIZES = [[1, 1], [1, 7], [3, 5], [4, 40], [11, 11]] as const;

describe("a model with open axes", () => {
  test("gives the numbers of the fixed graphs at every size, also at one", async () => {
    const session = await InferenceSession.create(exported());
    for (const [batch, length] of SIZES) expect(await largestDifference(session, batch, length)).toBeLessThan(1e-6);
    expect(session.inputMetadata.map((input) => (input.isTensor ? input.shape : []))).toEqual([["batch", "sequence"], ["batch", "sequence"]]);
    expect(session.outputMetadata.map((output) => (output.isTensor ? output.shape : []))).toEqual([["batch", "sequence", WIDTH], ["batch", WIDTH]]);
  });

  test("refuses a constant made for one length, naming the operator", () => {
    const fn = ({ x }: Record<string, Tensor>): Record<string, Tensor> => ({ y: (x as Tensor).mul(tensor(noise([(x as Tensor).dim(1)], 1))) });
    expect(() => toOnnx(fn, { x: { shape: ["batch", "sequence"], dtype: "float32" } })).toThrow(/constant\/Identity reads a constant made for one size of an open axis \(\[13\], \[19\]/);
  });

  test("refuses a function that does other things for other sizes", () => {
    const fn = ({ x }: Record<string, Tensor>): Record<string, Tensor> => ({ y: (x as Tensor).dim(0) > 12 ? (x as Tensor).exp() : (x as Tensor).tanh() });
    expect(() => toOnnx(fn, { x: { shape: ["batch"], dtype: "float32" } })).toThrow(/another operator for batch 11 than for batch 13/);
  });

  test("refuses numbers that do not follow from the sizes by a product and a sum", () => {
    const fn = ({ x }: Record<string, Tensor>): Record<string, Tensor> => ({ y: (x as Tensor).sliceAxis(0, 0, Math.floor((x as Tensor).dim(0) / 2)) });
    expect(() => toOnnx(fn, { x: { shape: ["batch"], dtype: "float32" } })).toThrow(/found no formula for 5, 6, 8, 9 at batch 11; batch 13/);
  });

  test("counts up to a size inside the graph", async () => {
    const session = await InferenceSession.create(toOnnx(({ x }) => ({ y: (x as Tensor).mul(arange((x as Tensor).dim(0)).cast("float32")) }), { x: { shape: ["n"], dtype: "float32" } }));
    const { y } = await session.run({ x: new OrtTensor("float32", [1, 1, 1, 1, 1], [5]) });
    expect(Array.from(y?.data as Float32Array)).toEqual([0, 1, 2, 3, 4]);
  });

  test.each([13, 19, 29, 37, 6])("takes a table of %i positions, whose whole length is a size like any other", async (largest) => {
    const table = made("table", [largest, 4], 7);
    const session = await InferenceSession.create(toOnnx(({ x }) => ({ y: (x as Tensor).add(table.sliceAxis(0, 0, (x as Tensor).dim(1))) }), { x: { shape: ["batch", "sequence", 4], dtype: "float32" } }, { largest: { sequence: largest } }));
    for (const length of [1, largest]) {
      const { y } = await session.run({ x: new OrtTensor("float32", new Float32Array(length * 4), [1, length, 4]) });
      expect(y?.data).toEqual((noise([largest, 4], 7).data as Float32Array).slice(0, length * 4));
    }
  });

  test("says when an axis is too short to be traced", () => {
    expect(() => toOnnx(({ x }) => ({ y: x as Tensor }), { x: { shape: ["n"], dtype: "float32" } }, { largest: { n: 3 } })).toThrow(/axis "n" is at most 3/);
  });
});

describe("weights stored in fewer bits", () => {
  test("half precision: the file shrinks towards half and results stay near", async () => {
    const bytes = exported({ storage: "float16" });
    const session = await InferenceSession.create(bytes);
    const error = await largestDifference(session, 3, 5);
    expect(error).toBeGreaterThan(0);
    expect(error).toBeLessThan(5e-3);
    const parameters = [words, places, query, up, upBias, down].reduce((total, parameter) => total + parameter.size, 0);
    expect(exported().length - bytes.length).toBeGreaterThan(1.7 * parameters);
  });

  test("8 bits: products of integers, results stay near", async () => {
    const bytes = exported({ storage: "int8" });
    const text = new TextDecoder("latin1").decode(bytes);
    expect(text.match(/\bMatMulInteger\b/g)?.length).toBeGreaterThanOrEqual(3);
    const session = await InferenceSession.create(bytes);
    for (const [batch, length] of SIZES) {
      const error = await largestDifference(session, batch, length);
      expect(error).toBeGreaterThan(0);
      expect(error).toBeLessThan(0.05);
    }
    const parameters = query.size + up.size + down.size + words.size;
    expect(exported().length - bytes.length).toBeGreaterThan(2 * parameters);
  });

  test("half precision: a weight that does not fit is named", () => {
    const large = new Parameter([64], hostArray(new Float32Array(64).fill(1e6), [64]), { name: "scale.weight" });
    expect(() => toOnnx(({ x }) => ({ y: (x as Tensor).mul(large) }), { x: { shape: ["n", 64], dtype: "float32" } }, { storage: "float16" })).toThrow(/scale\.weight: 1000000 is beyond half precision, which ends at 65504; export with float32/);
  });

  test("half precision rounds to the nearest, ties to even, and keeps what every reader gives back", () => {
    const values = Float32Array.from([0, -0, 1, -2.5, 65504, 2 ** -24, 2 ** -25, 3 * 2 ** -25, 2 ** -14, 1 + 2 ** -11, 1 + 3 * 2 ** -11, 2047.5 / 1024, Infinity]);
    expect([...toFloat16(values)]).toEqual([0, 0x8000, 0x3c00, 0xc100, 0x7bff, 1, 0, 2, 0x0400, 0x3c00, 0x3c02, 0x4000, 0x7c00]);
    const every = Uint16Array.from({ length: 0x7c00 }, (_, i) => i);
    expect(toFloat16(float16ToFloat32(every))).toEqual(every);
    expect(() => toFloat16(Float32Array.of(70000))).toThrow(/beyond half precision/);
  });
});
