/** Exported models: read back byte by byte, and run by a session of their own. */
import { BinaryReader } from "@bufbuild/protobuf/wire";
import { InferenceSession, Tensor as OrtTensor } from "onnxruntime-node";
import { describe, expect, test } from "vitest";
import { compile, gelu, grad, hostArray, layerNorm, linear, matmul, Parameter, scan, softmax, tensor, toOnnx } from "../../src/engine/index.ts";
import type { Lowering } from "../../src/engine/onnx/emitter.ts";
import type { HostArray, Shape, Tensor } from "../../src/engine/index.ts";

const noise = (shape: Shape, seed: number): HostArray => {
  const size = shape.reduce((a, b) => a * b, 1);
  return hostArray(Float32Array.from({ length: size }, (_, i) => 0.5 * Math.sin(seed * 12.9898 + i * 78.233)), shape);
};

/** Fields of a protobuf message: numbers to their values, submessages as bytes. */
function fieldsOf(bytes: Uint8Array): Map<number, (Uint8Array | number | bigint)[]> {
  const reader = new BinaryReader(bytes);
  const fields = new Map<number, (Uint8Array | number | bigint)[]>();
  while (reader.pos < reader.len) {
    const [field, wire] = reader.tag();
    const value = wire === 0 ? BigInt(reader.int64()) : wire === 2 ? reader.bytes() : wire === 5 ? reader.float() : null;
    if (value === null) throw new Error(`unexpected wire type ${wire} in field ${field}`);
    fields.set(field, [...(fields.get(field) ?? []), value]);
  }
  return fields;
}
const messages = (bytes: Uint8Array, field: number): Uint8Array[] => (fieldsOf(bytes).get(field) ?? []) as Uint8Array[];
const text = (bytes: Uint8Array, field: number): string => new TextDecoder().decode(messages(bytes, field)[0]);

/** Domain and name of every operator of a model, those of subgraphs included. Field numbers are those of onnx.proto. */
function operators(model: Uint8Array): string[] {
  const ofGraph = (graph: Uint8Array): string[] => messages(graph, 1).flatMap((node) => [`${text(node, 7)}:${text(node, 4)}`, ...messages(node, 5).flatMap((attribute) => messages(attribute, 6).flatMap(ofGraph))]);
  return ofGraph(messages(model, 7)[0] as Uint8Array);
}
const opsets = (model: Uint8Array): string[] => messages(model, 8).map((entry) => `${text(entry, 1)}:${String(fieldsOf(entry).get(2)?.[0])}`);

const weights = { qkv: noise([24, 8], 1), up: noise([16, 8], 2), down: noise([8, 16], 3), bias: noise([8], 4), recurrent: noise([8, 8], 5) };
const parameters = Object.fromEntries(Object.entries(weights).map(([name, array]) => [name, new Parameter(array.shape, array, { name: `model.${name}` })])) as Record<keyof typeof weights, Parameter>;

/** Attention, a feed-forward part, and a recurrence over 20 positions: x [2, 20, 8]. */
function model(x: Tensor): Tensor {
  const [q, k, v] = linear(layerNorm(x), parameters.qkv).split([8, 8, 8]) as [Tensor, Tensor, Tensor];
  const mixed = x.add(matmul(softmax(matmul(q, k, { transB: true, alpha: 8 ** -0.5 })), v));
  const fed = mixed.add(linear(gelu(linear(mixed, parameters.up)), parameters.down, parameters.bias));
  const first = fed.select(1, 0).mul(0);
  return scan((h: Tensor, row: Tensor) => ({ state: matmul(h, parameters.recurrent).add(row).tanh(), output: null }), first, fed.transpose([1, 0, 2])).state;
}

const exported = (lowering: Lowering): Uint8Array => toOnnx(({ x }) => ({ state: model(x as Tensor) }), { x: { shape: [2, 20, 8], dtype: "float32" } }, { lowering, metadata: { task: "test" } });

describe("an exported model", () => {
  test("uses the ONNX standard only when portable, and names the other domain when not", () => {
    const portable = exported("portable");
    expect(opsets(portable)).toEqual([":20"]);
    expect(operators(portable).filter((name) => !name.startsWith(":"))).toEqual([]);
    expect(operators(portable)).toContain(":Scan");
    expect(new TextDecoder("latin1").decode(portable)).not.toContain("com.microsoft");
    const fast = exported("fast");
    expect(opsets(fast)).toEqual([":20", "com.microsoft:1"]);
    expect(operators(fast)).toContain("com.microsoft:FusedMatMul");
  });

  test.each(["portable", "fast"] as const)("lowered %s, computes in a session of its own what compile computes", async (lowering) => {
    const x = noise([2, 20, 8], 6);
    const compiled = compile(model);
    const wanted = await compiled(x);
    const session = await InferenceSession.create(exported(lowering));
    expect([session.inputNames, session.outputNames]).toEqual([["x"], ["state"]]);
    const { state } = await session.run({ x: new OrtTensor("float32", x.data as Float32Array, [...x.shape]) });
    expect(state?.dims).toEqual([2, 8]);
    (state?.data as Float32Array).forEach((value, i) => expect(value).toBeCloseTo(wanted.data[i] as number, 5));
    await session.release();
    await compiled.release();
  });

  test("carries weights under their names, and the metadata", () => {
    const portable = exported("portable");
    const initializers = messages(messages(portable, 7)[0] as Uint8Array, 5).map((initializer) => text(initializer, 8));
    expect(initializers).toEqual(expect.arrayContaining(["model.qkv", "model.up", "model.down", "model.bias", "model.recurrent"]));
    expect(messages(portable, 14).map((entry) => [text(entry, 1), text(entry, 2)])).toEqual([["task", "test"]]);
  });

  test("of a gradient is a model too", async () => {
    const bytes = toOnnx(({ x }) => ({ slope: grad((x as Tensor).tanh().sum(), [x as Tensor])[0] as Tensor }), { x: { shape: [2], dtype: "float32" } });
    const session = await InferenceSession.create(bytes);
    const { slope } = await session.run({ x: new OrtTensor("float32", Float32Array.of(0, 1), [2]) });
    expect((slope?.data as Float32Array)[0]).toBeCloseTo(1, 6);
    expect((slope?.data as Float32Array)[1]).toBeCloseTo(1 - Math.tanh(1) ** 2, 6);
    await session.release();
  });

  test("may return an input, one value twice, and a constant", async () => {
    const bytes = toOnnx(({ x }) => ({ same: x as Tensor, once: (x as Tensor).mul(2), twice: (x as Tensor).mul(2), fixed: tensor([5, 6]) }), { x: { shape: [2], dtype: "float32" } });
    const session = await InferenceSession.create(bytes);
    const outputs = await session.run({ x: new OrtTensor("float32", Float32Array.of(1, 2), [2]) });
    expect(Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, Array.from(value.data as Float32Array)]))).toEqual({ same: [1, 2], once: [2, 4], twice: [2, 4], fixed: [5, 6] });
    await session.release();
  });

  test("keeps no state: a function that assigns is refused by the name of the parameter", () => {
    const count = new Parameter([], hostArray(Float32Array.of(0), []), { name: "count" });
    const counting = (): Record<string, Tensor> => {
      count.assign(count.add(1));
      return { count };
    };
    expect(() => toOnnx(counting, {})).toThrow("toOnnx: the function assigns count; an exported model keeps no state");
  });
});
