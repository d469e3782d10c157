/** Graph passes: what each does, seen in the printed program, and that none changes a value. */
import { describe, expect, test } from "vitest";
import { add, closeGraph, concat, div, evaluate, expand, full, hostArray, linear, matmul, maximum, mul, neg, Parameter, printGraph, RandomStream, reshape, scan, slice, softmax, stopGradient, sub, sum, tanh, transpose, where } from "../../src/engine/index.ts";
import type { Graph, HostArray, Shape, Tensor } from "../../src/engine/index.ts";
import { lowerGraph } from "../../src/engine/onnx/lower.ts";
import { optimize, PASSES } from "../../src/engine/passes/index.ts";
import { input } from "../../src/engine/primitives/structure.ts";
import { matmul as matmulPrimitive } from "../../src/engine/primitives/product.ts";
import { backendFor } from "../../src/engine/runtime/devices.ts";
import { applyOne, makeNode } from "../../src/engine/tensor.ts";
import { verify } from "../../src/engine/verify.ts";

const argument = (name: string, shape: Shape): Tensor => applyOne(input, [], { name, aval: { shape, dtype: "float32" } });
const passOf = (name: string): ((graph: Graph) => Graph) => {
  const pass = PASSES.find((known) => known.name === name);
  if (pass === undefined) throw new Error(`no pass is named ${name}`);
  return pass.run;
};

describe("printed before and after", () => {
  test("constants are folded: a uniform value moves through shapes and arithmetic", () => {
    const x = argument("x", [2, 3]);
    const graph = closeGraph([x], [mul(x, add(reshape(full([6], 2), [2, 3]), 1))]);
    expect(printGraph(graph)).toMatchInlineSnapshot(`
      "{ lambda a:float32[2,3] ;  . let
        b:float32[6] = full[shape=[6] value=2 dtype="float32"]
        c:float32[2,3] = reshape[shape=[2,3]] b
        d:float32[] = full[shape=[] value=1 dtype="float32"]
        e:float32[2,3] = add c d
        f:float32[2,3] = mul a e
      in (f) }"
    `);
    expect(printGraph(passOf("fold constants")(graph))).toMatchInlineSnapshot(`
      "{ lambda a:float32[2,3] ;  . let
        b:float32[2,3] = full[shape=[2,3] value=3 dtype="float32"]
        c:float32[2,3] = mul a b
      in (c) }"
    `);
  });

  test("arithmetic that leaves its type is not folded: the runtime wraps it around", async () => {
    const large = full([], 2 ** 30, "int32");
    const half = div(mul(large, 4), 2); // 2^32 wraps to 0
    expect(printGraph(passOf("fold constants")(closeGraph([], [half])))).toContain("mul");
    expect((await evaluate([half]))[0]?.item()).toBe(0);
  });

  test("neutral elements, double negation and chains of moves disappear", () => {
    const x = argument("x", [2, 3]);
    const still = transpose(transpose(neg(neg(x))));
    const graph = closeGraph([x], [reshape(reshape(add(mul(still, full([2, 3], 1)), 0), [6]), [3, 2])]);
    expect(printGraph(graph)).toMatchInlineSnapshot(`
      "{ lambda a:float32[2,3] ;  . let
        b:float32[2,3] = neg a
        c:float32[2,3] = neg b
        d:float32[3,2] = transpose[permutation=[1,0]] c
        e:float32[2,3] = transpose[permutation=[1,0]] d
        f:float32[2,3] = full[shape=[2,3] value=1 dtype="float32"]
        g:float32[2,3] = mul e f
        h:float32[] = full[shape=[] value=0 dtype="float32"]
        i:float32[2,3] = add g h
        j:float32[6] = reshape[shape=[6]] i
        k:float32[3,2] = reshape[shape=[3,2]] j
      in (k) }"
    `);
    expect(printGraph(passOf("simplify")(graph))).toMatchInlineSnapshot(`
      "{ lambda a:float32[2,3] ;  . let
        b:float32[3,2] = reshape[shape=[3,2]] a
      in (b) }"
    `);
  });

  test("an operand that is only expanded is left to broadcasting", () => {
    const [x, y] = [argument("x", [2, 3]), argument("y", [3])];
    const graph = closeGraph([x, y], [add(x, expand(y, [2, 3]))]);
    expect(printGraph(passOf("simplify")(graph))).toMatchInlineSnapshot(`
      "{ lambda a:float32[2,3] b:float32[3] ;  . let
        c:float32[2,3] = add a b
      in (c) }"
    `);
  });

  test("equal subexpressions are computed once, and equal scans too", () => {
    const x = argument("x", [3]);
    const total = (): Tensor => scan((h: Tensor, v: Tensor) => ({ state: add(h, tanh(v)), output: null }), full([], 0), x, { unroll: false }).state;
    const graph = closeGraph([x], [mul(tanh(x), tanh(x)), add(total(), total())]);
    expect(graph.nodes.length).toBe(8);
    expect(printGraph(passOf("merge common subexpressions")(graph))).toMatchInlineSnapshot(`
      "{ lambda a:float32[3] ;  . let
        b:float32[3] = tanh a
        c:float32[] = full[shape=[] value=0 dtype="float32"]
        d:float32[], e:float32[3] = scan[captures=0 states=1 length=3 reverse=false saved=true] c a
          { lambda a:float32[] b:float32[] ;  . let
            c:float32[] = tanh b
            d:float32[] = add a c
          in (d, a) }
        f:float32[3] = mul b b
        g:float32[] = add d d
      in (f, g) }"
    `);
  });

  test("a product takes in transposes and scale, and a bias makes it a gemm", () => {
    const [x, w] = [argument("x", [4, 3]), argument("w", [5, 3])];
    const b = new Parameter([5], hostArray(new Float32Array(5), [5]), { name: "b" });
    const scaled = closeGraph([x, w], [mul(matmul(x, transpose(w)), 0.5)]);
    expect(printGraph(scaled)).toMatchInlineSnapshot(`
      "{ lambda a:float32[4,3] b:float32[5,3] ;  . let
        c:float32[3,5] = transpose[permutation=[1,0]] b
        d:float32[4,5] = matmul[transA=false transB=false alpha=1] a c
        e:float32[] = full[shape=[] value=0.5 dtype="float32"]
        f:float32[4,5] = mul d e
      in (f) }"
    `);
    expect(printGraph(passOf("fuse products")(scaled))).toMatchInlineSnapshot(`
      "{ lambda a:float32[4,3] b:float32[5,3] ;  . let
        c:float32[4,5] = matmul[transA=false transB=true alpha=0.5] a b
      in (c) }"
    `);
    const biased = closeGraph([x, w], [add(b, matmul(x, w, { transB: true }))]);
    expect(printGraph(passOf("fuse products")(biased))).toMatchInlineSnapshot(`
      "{ lambda a:float32[4,3] b:float32[5,3] ; c:float32[5] . let
        d:float32[4,5] = gemm[transA=false transB=true alpha=1] a b c
      in (d) }"
    `);
  });

  test("a product that is read twice keeps its unscaled value", () => {
    const [x, w] = [argument("x", [2, 2]), argument("w", [2, 2])];
    const product = matmul(x, w);
    expect(printGraph(passOf("fuse products")(closeGraph([x, w], [mul(product, 0.5), product])))).toMatchInlineSnapshot(`
      "{ lambda a:float32[2,2] b:float32[2,2] ;  . let
        c:float32[2,2] = matmul[transA=false transB=false alpha=1] a b
        d:float32[] = full[shape=[] value=0.5 dtype="float32"]
        e:float32[2,2] = mul c d
      in (e, c) }"
    `);
  });
});

describe("the verifier", () => {
  test("names a node whose recorded type differs from its shape rule", () => {
    const [x, y] = [argument("x", [2, 3]), argument("y", [3, 4])];
    const wrong = makeNode(matmulPrimitive, [x, y], { transA: false, transB: false, alpha: 1 }, [{ shape: [2, 5], dtype: "float32" }], "", undefined);
    expect(() => verify(closeGraph([x, y], [...wrong.outputs]))).toThrow("internal: output 0 of matmul is recorded as float32[2, 5], its shape rule says float32[2, 4]");
  });

  test("names a node that reads what is computed later, and an output that is not computed", () => {
    const x = argument("x", [2]);
    const y = tanh(x);
    const graph = closeGraph([x], [neg(y)]);
    expect(() => verify({ ...graph, nodes: [...graph.nodes].reverse() })).toThrow(/internal: neg reads Tensor\(float32\[2\] by tanh\) before it is computed/);
    expect(() => verify({ ...graph, nodes: [], outputs: [y] })).toThrow(/internal: the graph returns .*tanh.*, which it does not compute/);
  });

  test("looks inside the step of a scan", () => {
    const { state } = scan((h: Tensor, x: Tensor) => ({ state: add(h, tanh(x)), output: null }), full([], 0), argument("x", [2]), { unroll: false });
    const node = state.node as typeof state.node & { attributes: { body: Graph } };
    const broken = { ...node.attributes, body: { ...node.attributes.body, nodes: [...node.attributes.body.nodes].reverse() } };
    const again = makeNode(node.primitive, node.inputs, broken, node.outputs, "", undefined);
    const x = node.inputs.find((tensor) => tensor.node.primitive === (input as unknown)) as Tensor;
    expect(() => verify(closeGraph([x], [again.outputs[0] as Tensor]))).toThrow(/internal: add reads .* before it is computed/);
  });
});

/** Runs a graph as it is, without passes. */
async function run(graph: Graph, feeds: readonly HostArray[], lowering: "portable" | "fast"): Promise<number[][]> {
  const backend = await backendFor("cpu");
  const lowered = lowerGraph(graph, { lowering });
  const session = await backend.createSession(lowered.bytes, {});
  try {
    const outputs = await session.run({ feeds: Object.fromEntries(lowered.inputNames.map((name, i) => [name, backend.tensor(feeds[i] as HostArray)])), fetches: Object.fromEntries(lowered.outputNames.map((name) => [name, null])) });
    return lowered.outputNames.map((name) => Array.from(outputs[name]?.data as Float32Array));
  } finally {
    await session.release();
  }
}

/** A random program over two inputs [2, 3] that gives every rule of the passes something to do. */
function randomGraph(random: RandomStream, inputs: readonly Tensor[]): Graph {
  const values: Tensor[] = [...inputs, full([2, 3], 1), full([2, 3], 0), full([], 2)];
  const pick = <T>(list: readonly T[]): T => random.choice(list);
  const matrix = (): Tensor => pick(values.filter((x) => x.rank === 2));
  const makers: readonly (() => Tensor)[] = [
    () => neg(pick(values)),
    () => tanh(pick(values)),
    () => stopGradient(pick(values)),
    () => add(matrix3(), pick([...values.filter((x) => x.shape.join() === "2,3" || x.rank === 0)])),
    () => sub(matrix3(), matrix3()),
    () => mul(matrix3(), pick([1, 0.5, 0, -2])),
    () => mul(mul(matrix3(), 0.5), 3),
    () => maximum(matrix3(), matrix3()),
    () => where(matrix3().greater(0), matrix3(), pick([0, 1])),
    () => transpose(matrix()),
    () => reshape(transpose(transpose(reshape(matrix3(), [1, 2, 3]), [2, 0, 1]), pick([[0, 2, 1], [1, 2, 0]])), [2, 3]),
    () => reshape(matrix3(), pick([[3, 2], [6], [2, 3]])),
    () => reshape(reshape(matrix3(), [6]), [2, 3]),
    () => expand(sum(matrix3(), 1, { keepDims: true }), [2, 3]),
    () => tanh(slice(concat([matrix3(), matrix3()]), [[1, 3]])),
    () => matmul(matmul(matrix3(), matrix3(), { transB: true }), matrix3()),
    () => mul(matmul(transpose(matrix3()), matrix3()), 0.25),
    () => linear(matrix3(), full([4, 3], 0.5), full([4], 1)),
    () => softmax(matrix()),
    () => scan((h: Tensor, x: Tensor) => ({ state: add(mul(h, 1), tanh(x)), output: mul(h, x) }), full([3], 0), matrix3(), { unroll: false }).outputs,
  ];
  function matrix3(): Tensor {
    return pick(values.filter((x) => x.shape.join() === "2,3"));
  }
  for (let i = 0; i < 14; i++) values.push(pick(makers)());
  return closeGraph(inputs, values.slice(-4));
}

test("on 40 random programs every pass keeps the values, in both lowerings, and leaves a valid graph", async () => {
  const random = RandomStream.of(7, "graphs");
  const feeds = [0, 1].map((k) => hostArray(Float32Array.from({ length: 6 }, (_, i) => Math.sin(9 * k + 5 * i + 1)), [2, 3]));
  for (let round = 0; round < 40; round++) {
    const inputs = [argument("x", [2, 3]), argument("y", [2, 3])];
    const graph = randomGraph(random, inputs);
    const wanted = await run(graph, feeds, "portable");
    let before = graph;
    const stages: { readonly name: string; readonly before: Graph; readonly after: Graph }[] = [];
    optimize(graph, (after, { name }) => {
      verify(after);
      if (printGraph(after) !== printGraph(before)) stages.push({ name, before, after });
      before = after;
    });
    for (const stage of stages) {
      for (const lowering of ["portable", "fast"] as const) {
        const got = await run(stage.after, feeds, lowering);
        const gap = Math.max(...got.flatMap((values, k) => values.map((value, i) => Math.abs(value - (wanted[k]?.[i] as number)))));
        expect(gap, `pass "${stage.name}" (${lowering}) turned\n${printGraph(stage.before)}\ninto\n${printGraph(stage.after)}`).toBeLessThan(1e-4);
      }
    }
  }
});
