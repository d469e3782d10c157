/** What strangers try: empty axes, values that JSON cannot hold, numbers that do not fit a type, arguments that look alike. */
import { describe, expect, test } from "vitest";
import { argSort, compile, concat, evaluate, full, grad, GraphRandom, groupNorm, hostArray, logicalOr, matmul, ones, pad, Parameter, resize, scan, scatterRows, split, tensor, topK, where, zeros } from "../../src/engine/index.ts";
import type { HostArray, Tensor } from "../../src/engine/index.ts";

const numbers = ({ data }: HostArray): number[] => Array.from(data as ArrayLike<number | bigint>, Number);
const values = async (...tensors: Tensor[]): Promise<number[][]> => (await evaluate(tensors)).map(numbers);
const vector = (...data: number[]): HostArray => hostArray(Float32Array.from(data), [data.length]);

describe("numbers that JSON cannot hold", () => {
  const x = tensor([3, -2, 5]);
  const seen = tensor([1, 0, 1], "bool");
  test("infinities of both signs in one graph stay apart", async () => {
    expect(await values(where(seen, x, Infinity).min(), where(seen, x, -Infinity).max(), where(seen, x, NaN))).toEqual([[3], [5], [3, NaN, 5]]);
  });
  test("programs that differ in such a number alone are different programs", async () => {
    expect(await values(x.minimum(Infinity))).toEqual([[3, -2, 5]]);
    expect(await values(x.minimum(-Infinity))).toEqual([[-Infinity, -Infinity, -Infinity]]);
  });
  test("zero and minus zero stay apart", async () => {
    expect(await values(full([1], 0).reciprocal(), full([1], -0).reciprocal())).toEqual([[Infinity], [-Infinity]]);
    expect(await values(tensor([1]).div(full([1], -0)))).toEqual([[-Infinity]]);
  });
});

describe("arguments that are printed alike are different arguments", () => {
  test("null, true and the strings of these names", async () => {
    const run = compile((mode: unknown, x: Tensor) => x.add([null, "null", true, "true", undefined, "undefined"].indexOf(mode as string)));
    const results: number[] = [];
    for (const mode of [null, "null", true, "true", undefined, "undefined"]) results.push((await run(mode, vector(0))).item());
    expect(results).toEqual([0, 1, 2, 3, 4, 5]);
  });
  test("a key with a dot and an object in an object, an array and an object with numbers for keys", async () => {
    const dotted = compile((tree: Record<string, unknown>) => ("a.b" in tree ? (tree["a.b"] as Tensor).add(1) : (tree["a"] as { b: Tensor }).b.add(2)));
    expect((await dotted({ "a.b": vector(0) } as never)).item()).toBe(1);
    expect((await dotted({ a: { b: vector(0) } } as never)).item()).toBe(2);
    const listed = compile((list: unknown) => (Array.isArray(list) ? (list[0] as Tensor).add(1) : (list as { 0: Tensor })[0].add(2)));
    expect((await listed([vector(0)])).item()).toBe(1);
    expect((await listed({ 0: vector(0) })).item()).toBe(2);
  });
});

describe("axes of extent 0", () => {
  test("nothing is sorted, resized and normalised to nothing", async () => {
    const empty = zeros([0, 3]);
    const [values0, positions] = await evaluate([topK(empty, 2, 1).values, topK(empty, 2, 1).indices]);
    expect([values0?.shape, values0?.dtype, positions?.shape, positions?.dtype]).toEqual([[0, 2], "float32", [0, 2], "int32"]);
    const shapes = await evaluate([empty.sort(0), argSort(empty, 0), topK(tensor([1, 2]), 0).values, GraphRandom.of(1).permutation(0), resize(zeros([0, 2, 4, 4]), [8, 3]), groupNorm(zeros([0, 4, 2]), 2)]);
    expect(shapes.map(({ shape }) => shape)).toEqual([[0, 3], [0, 3], [0], [0], [0, 2, 8, 3], [0, 4, 2]]);
    const x = zeros([0, 3]);
    expect((await evaluate(grad(x.sort(1).sum(), [x])))[0]?.shape).toEqual([0, 3]);
  });
  test("what has no answer without elements is refused where it is written", () => {
    const empty = zeros([0, 3]);
    expect(() => empty.mean(0)).toThrow("mean: axes [0] of [0, 3] hold no elements");
    expect(() => empty.argMax(0)).toThrow("argMax: axis 0 of [0, 3] holds no elements");
    expect(() => pad(empty, [[1, 0], [0, 0]], { mode: "edge" })).toThrow("pad: axis 0 of [0, 3] has no border to repeat");
  });
});

describe("element types", () => {
  test("where selects booleans and words", async () => {
    const condition = tensor([1, 1, 0, 0], "bool");
    const word = (...data: number[]): Tensor => tensor(hostArray(Uint32Array.from(data), [data.length]));
    expect(await values(where(condition, tensor([1, 0, 1, 0], "bool"), tensor([0, 1, 0, 1], "bool")), where(condition, word(1, 2, 3, 0xffffffff), word(5, 6, 0xfffffffe, 8)))).toEqual([[1, 0, 0, 1], [1, 2, 0xfffffffe, 8]]);
    expect(await values(where(tensor([[1], [0]], "bool"), tensor([1, 0], "bool"), tensor([0], "bool")))).toEqual([[1, 0, 0, 0]]);
  });
  test("a masked loop may carry booleans", async () => {
    const xs = tensor(Array.from({ length: 20 }, (_, t) => [t, t]));
    const mask = tensor(hostArray(Uint8Array.from({ length: 40 }, (_, i) => (i % 2 === 0 || i < 20 ? 1 : 0)), [20, 2], "bool"));
    const { state } = scan((late: Tensor, x: Tensor) => ({ state: logicalOr(late, x.greater(12)), output: x }), zeros([2], "bool"), xs, { mask });
    expect(await values(state)).toEqual([[1, 0]]); // the second sequence ends at step 10
  });
  test("booleans made of other numbers are true, and do not add up", async () => {
    expect(await values(tensor([3, 0, -1], "bool"), tensor([3, 1], "bool").equal(tensor([1, 1], "bool")))).toEqual([[1, 0, 1], [1, 1]]);
    expect(() => scatterRows([1, 1], tensor([1, 1], "bool"), [2])).toThrow("scatterRows: expected float32 or int32 or int64 or uint32 or uint8, got bool");
    expect(() => zeros([2], "bool").scatterAdd(tensor([0], "int32"), ones([1], "bool"))).toThrow("scatterAdd: expected float32 or int32 or int64 or uint32 or uint8, got bool");
  });
  test.each([
    ["int32", 0.5], ["int32", 2 ** 31], ["int64", 0.5], ["uint32", -1], ["uint32", 2 ** 32], ["bool", 2], ["int32", NaN],
  ] as const)("an %s operand cannot be %d", (dtype, value) => {
    expect(() => tensor([1, 1], dtype).equal(value)).toThrow(`${value} is not a value of type ${dtype}`);
  });
  test("an operand that is missing is not NaN", () => {
    expect(() => tensor([1]).add(undefined as unknown as number)).toThrow("add: expected a tensor or a number as operand, got undefined");
    expect(() => tensor([1]).add("2" as unknown as number)).toThrow("add: expected a tensor or a number as operand, got string");
  });
});

describe("shapes and positions", () => {
  test.each([[[-2, -3]], [[1.5, 4]]])("an extent that is no count is refused: %j", (shape) => {
    expect(() => hostArray(new Float32Array(6), shape)).toThrow("hostArray: extents must be whole numbers from 0");
    expect(() => ones([6]).reshape(shape)).toThrow(/^reshape: .*must be whole numbers from 0/);
    expect(() => full(shape, 1)).toThrow("full: extents must be whole numbers from 0");
  });
  test("nested numbers of unequal length are refused", () => {
    for (const rows of [[[1, 2], [3, 4, 5], [6]], [[1], 2], [1, [2]], [[1, 2], [3]]]) expect(() => tensor(rows as number[][])).toThrow("tensor: rows differ in length");
    expect(tensor([[], []]).shape).toEqual([2, 0]);
  });
  test("pieces and positions are whole numbers", () => {
    expect(() => split(ones([2]), [3, -1])).toThrow("split: sizes must be whole numbers from 0, got [3, -1]");
    expect(() => ones([4]).slice([[0.5, 2]])).toThrow("slice: ends of axis 0 must be whole numbers, got 0.5 and 2");
    expect(() => ones([4]).roll(0.5, 0)).toThrow("slice: ends of axis 0 must be whole numbers");
  });
});

test("powers with exponent 0 have derivative 0, at 0 too", async () => {
  const x = tensor([0, 2, -1]);
  expect(await values(...grad(x.pow(0).sum(), [x]))).toEqual([[0, 0, 0]]);
  const exponents = tensor([0, 0, 2]);
  expect(await values(...grad(x.pow(exponents).sum(), [x]))).toEqual([[0, 0, -2]]);
  const third = [1, 2, 3].reduce<Tensor>((y) => grad(y.sum(), [x], { unused: "zero" })[0] as Tensor, x.pow(2));
  expect(await values(third)).toEqual([[0, 0, 0]]);
  const fourth = [1, 2, 3, 4].reduce<Tensor>((y) => grad(y.sum(), [x], { unused: "zero" })[0] as Tensor, x.pow(4));
  expect(await values(fourth)).toEqual([[24, 24, 24]]);
});

describe("host arrays are checked before they reach the runtime", () => {
  const run = compile((batch: { x: Tensor }) => batch.x.add(1), { name: "step" });
  test.each([
    [{ data: new Float32Array(2), shape: [2] }, "step: argument 0.x: unknown element type undefined; element types are float32, uint8, int32, int64, bool, uint32"],
    [{ data: new Float32Array(3), shape: [2], dtype: "float32" }, "step: argument 0.x: shape [2] holds 2 elements, the data has 3"],
    [{ data: new Float64Array(2), shape: [2], dtype: "float32" }, "step: argument 0.x: dtype float32 expects a Float32Array, got Float64Array"],
  ])("%j", async (x, message) => {
    await expect(run({ x } as never)).rejects.toThrow(message);
  });
});

test("a refused step names its largest parameters", async () => {
  const huge = new Parameter([1_000_000, 1_000_000], () => new Float32Array(0), { name: "head.weight" });
  await expect(compile((x: Tensor) => matmul(x, huge))(hostArray(new Float32Array(1_000_000), [1, 1_000_000]))).rejects.toThrow(/Largest: head\.weight \[1000000, 1000000\] 3725\.29 GiB/);
});

test("a device that this machine lacks is named, with what to do", async () => {
  await expect(compile((x: Tensor) => concat([x, x]), { device: "cuda" })(vector(1))).rejects.toThrow(/^device "cuda" cannot be used here: .*; choose another one, such as cpu$/s);
});
