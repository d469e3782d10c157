/** Recurrences: the loop and the written-out form agree, masks and directions mean what they say, gradients reach everything. */
import { describe, expect, test } from "vitest";
import { add, checkpoint, compile, concat, costOf, evaluate, grad, GraphRandom, hostArray, logSumExp, matmul, mul, Parameter, printGraph, scan, sigmoid, sliceAxis, straightThrough, sum, tanh, tensor } from "../../src/engine/index.ts";
import type { HostArray, ScanOptions, Tensor } from "../../src/engine/index.ts";
import { optimize } from "../../src/engine/passes/index.ts";
import { closeGraph } from "../../src/engine/graph.ts";
import { verify } from "../../src/engine/verify.ts";

const FORMS = [["unrolled", true], ["as a loop", false]] as const;

const noise = (shape: readonly number[], seed: number, scale = 1): HostArray => {
  const size = shape.reduce((a, b) => a * b, 1);
  return hostArray(Float32Array.from({ length: size }, (_, i) => scale * Math.sin(seed * 12.9898 + i * 78.233)), shape);
};
const numbers = ({ data }: HostArray): number[] => Array.from(data as ArrayLike<number>, Number);
const expectClose = (got: HostArray, wanted: readonly number[], tolerance = 1e-5): void => {
  expect(got.data.length).toBe(wanted.length);
  numbers(got).forEach((value, i) => expect(Math.abs(value - (wanted[i] as number)), `element ${i}: ${value} against ${wanted[i]}`).toBeLessThan(tolerance * Math.max(1, Math.abs(wanted[i] as number))));
};

/** h' = h/2 + x, with outputs 10 h'. */
const halving = (options: ScanOptions, xs: Tensor = tensor([8, 4, 2])): { readonly state: Tensor; readonly outputs: Tensor } =>
  scan((h: Tensor, x: Tensor) => {
    const next = add(mul(h, 0.5), x);
    return { state: next, output: mul(next, 10) };
  }, tensor(0), xs, options);

describe.each(FORMS)("%s", (_, unroll) => {
  test("h' = h/2 + x over 8, 4, 2 ends at 6", async () => {
    const { state, outputs } = halving({ unroll });
    const [last, all] = await evaluate([state, outputs]);
    expect(last?.item()).toBe(6); // 8 -> 8, 4 + 4 = 8, 4 + 2 = 6
    expect(numbers(all as HostArray)).toEqual([80, 80, 60]);
  });

  test("in reverse the outputs keep the places of their inputs", async () => {
    const { state, outputs } = halving({ unroll, reverse: true });
    const [last, all] = await evaluate([state, outputs]);
    expect(last?.item()).toBe(10.5); // 2 -> 2, 1 + 4 = 5, 2.5 + 8 = 10.5
    expect(numbers(all as HostArray)).toEqual([105, 50, 20]);
  });

  test("a masked step copies the state and outputs zero", async () => {
    const { state, outputs } = halving({ unroll, mask: tensor([1, 0, 1], "bool") });
    const [last, all] = await evaluate([state, outputs]);
    expect(last?.item()).toBe(6); // 8, copied 8, 4 + 2 = 6
    expect(numbers(all as HostArray)).toEqual([80, 0, 60]);
  });

  test("a mask per example stops each at its own length, and no gradient enters a masked step", async () => {
    const xs = new Parameter([3, 2, 1], hostArray(Float32Array.of(1, 10, 2, 20, 3, 30), [3, 2, 1]));
    const mask = tensor(hostArray(Uint8Array.of(1, 1, 1, 1, 1, 0), [3, 2], "bool"));
    const { state } = scan((h: Tensor, x: Tensor) => ({ state: add(mul(h, 2), x), output: null }), tensor([[0], [0]]), xs, { mask, unroll });
    const [last, gradient] = await evaluate([state, ...grad(sum(state), [xs])]);
    expect(numbers(last as HostArray)).toEqual([4 + 4 + 3, 20 + 20]);
    expect(numbers(gradient as HostArray)).toEqual([4, 2, 2, 1, 1, 0]);
  });

  test("gradients reach initial state, inputs and captured tensors: h_T = w^T h_0 + sum w^(T-1-t) x_t", async () => {
    const w = new Parameter([], hostArray(Float32Array.of(2), []));
    const h0 = new Parameter([], hostArray(Float32Array.of(3), []));
    const xs = new Parameter([3], hostArray(Float32Array.of(1, 1, 1), [3]));
    const { state } = scan((h: Tensor, x: Tensor) => ({ state: add(mul(w, h), x), output: null }), h0 as Tensor, xs as Tensor, { unroll });
    const [value, dw, dh, dx] = await evaluate([state, ...grad(state, [w, h0, xs])]);
    expect(value?.item()).toBe(24 + 4 + 2 + 1);
    expect(dw?.item()).toBe(3 * 4 * 3 + 2 * 2 + 1); // 3 w^2 h0 + 2 w + 1
    expect(dh?.item()).toBe(8);
    expect(numbers(dx as HostArray)).toEqual([4, 2, 1]);
  });

  test("second derivatives work: d2/dw2 of w^3 h is 6 w h", async () => {
    const w = new Parameter([], hostArray(Float32Array.of(2), []));
    const { state } = scan((h: Tensor, x: Tensor) => ({ state: mul(mul(w, h), x), output: null }), tensor(3), tensor([1, 1, 1]), { unroll });
    const [first] = grad(state, [w]) as [Tensor];
    const [second] = await evaluate(grad(first, [w]));
    expect(second?.item()).toBe(6 * 2 * 3);
  });

  test("one step of a GRU with hand-worked numbers", async () => {
    // One unit, all weights 1 and biases 0: r = z = sigmoid(x + h), n = tanh(x + r h), h' = (1 - z) n + z h.
    const { state } = gru(tensor([[1], [1], [1]]), tensor([[1], [1], [1]]), tensor([[[0.5]]]), tensor([[0.25]]), { unroll });
    const gate = 1 / (1 + Math.exp(-0.75));
    const candidate = Math.tanh(0.5 + gate * 0.25);
    expectClose((await evaluate([state]))[0] as HostArray, [(1 - gate) * candidate + gate * 0.25]);
  });

  test("the forward recursion of a hidden Markov model equals the sum over all its paths", async () => {
    const start = [0.6, 0.4];
    const move = [[0.7, 0.3], [0.2, 0.8]];
    const emit = [[0.5, 0.4, 0.1], [0.1, 0.3, 0.6]];
    const seen = [0, 1, 2, 2, 0];
    let total = 0;
    for (let path = 0; path < 2 ** seen.length; path++) {
      const states = seen.map((_, t) => (path >> t) & 1);
      total += states.reduce((p, s, t) => p * (t === 0 ? (start[s] as number) : ((move[states[t - 1] as number] as number[])[s] as number)) * ((emit[s] as number[])[seen[t] as number] as number), 1);
    }
    const log = (rows: readonly number[][]): Tensor => tensor(rows.map((row) => row.map(Math.log)));
    const transitions = log(move);
    const emissions = log(seen.map((symbol) => emit.map((row) => row[symbol] as number)));
    const first = add(tensor(start.map(Math.log)), emissions.select(0, 0));
    const { state } = scan((alpha: Tensor, score: Tensor) => ({ state: add(logSumExp(add(alpha.unsqueeze(1), transitions), 0), score), output: null }), first, sliceAxis(emissions, 0, 1, 5), { unroll });
    expectClose((await evaluate([logSumExp(state)]))[0] as HostArray, [Math.log(total)]);
  });

  test("states, inputs and outputs may be trees, and the order of keys does not matter", async () => {
    const { state, outputs } = scan(
      ({ a, b }: { a: Tensor; b: Tensor }, [x, y]: Tensor[]) => ({ state: { b: add(b, y as Tensor), a: add(a, x as Tensor) }, output: { difference: a.sub(b), pair: [a, b] } }),
      { a: tensor(0), b: tensor(100) },
      [tensor([1, 2]), tensor([10, 20])],
      { unroll },
    );
    const [a, b, difference, second] = await evaluate([state.a, state.b, outputs.difference, outputs.pair[1] as Tensor]);
    expect([a?.item(), b?.item()]).toEqual([3, 130]);
    expect(numbers(difference as HostArray)).toEqual([-100, -109]);
    expect(numbers(second as HostArray)).toEqual([100, 110]);
  });

  test("it runs a number of steps without inputs", async () => {
    const { state } = scan((h: Tensor) => ({ state: mul(h, 2), output: null }), tensor(1), null, { length: 10, unroll });
    expect((await state.array()).item()).toBe(1024);
  });

  test("custom gradients and recomputation inside a step are kept", async () => {
    const w = new Parameter([], hostArray(Float32Array.of(1.5), []));
    const xs = tensor([1, 2, 3]);
    // Forward h' = h + round(w x); the gradient passes through the rounding as if it were not there: d/dw = 1 + 2 + 3.
    const rounded = scan((h: Tensor, x: Tensor) => ({ state: h.add(straightThrough(mul(w, x).round(), mul(w, x))), output: null }), tensor(0), xs, { unroll }).state;
    // h' = (h + w x)^2 recomputed: h = 2.25, 5.25^2; d/dw = 2 * 5.25 * (2 * 1.5 + 2)
    const squared = scan((h: Tensor, x: Tensor) => ({ state: checkpoint((a) => (a as Tensor).add(mul(w, x)).square(), [h], [w]), output: null }), tensor(0), tensor([1, 2]), { unroll }).state;
    const [a, da, b, db] = await evaluate([rounded, ...grad(rounded, [w]), squared, ...grad(squared, [w])]);
    expect([a?.item(), da?.item(), b?.item(), db?.item()]).toEqual([2 + 3 + 4, 6, 5.25 ** 2, 52.5]);
  });

  test("a scan inside a scan: the sum of a table, with its gradient", async () => {
    const table = new Parameter([3, 2], hostArray(Float32Array.of(1, 2, 3, 4, 5, 6), [3, 2]));
    const inner = (h: Tensor, row: Tensor): Tensor => scan((s: Tensor, x: Tensor) => ({ state: add(s, mul(x, x)), output: null }), h, row, { unroll }).state;
    const { state } = scan((h: Tensor, row: Tensor) => ({ state: inner(h, row), output: null }), tensor(0), table as Tensor, { unroll });
    const [value, gradient] = await evaluate([state, ...grad(state, [table])]);
    expect(value?.item()).toBe(91);
    expect(numbers(gradient as HostArray)).toEqual([2, 4, 6, 8, 10, 12]);
  });
});

/** Gated recurrent unit (arXiv 1406.1078) in PyTorch's layout without biases: weights [3 hidden, inputs], [3 hidden, hidden]; xs [T, batch, inputs]. */
function gru(wx: Tensor, wh: Tensor, xs: Tensor, h0: Tensor, options: ScanOptions): { readonly state: Tensor; readonly outputs: Tensor } {
  const width = h0.dim(-1);
  const projected = matmul(xs, wx, { transB: true });
  return scan((h: Tensor, x: Tensor) => {
    const recurrent = matmul(h, wh, { transB: true });
    const [xr, xz, xn] = x.split([width, width, width]) as [Tensor, Tensor, Tensor];
    const [hr, hz, hn] = recurrent.split([width, width, width]) as [Tensor, Tensor, Tensor];
    const z = sigmoid(add(xz, hz));
    const next = add(mul(z, h), mul(z.neg().add(1), tanh(add(xn, mul(sigmoid(add(xr, hr)), hn)))));
    return { state: next, output: next };
  }, h0, projected, options);
}

describe("a GRU of 3 units over 20 steps", () => {
  const build = (options: ScanOptions): readonly Tensor[] => {
    const [wx, wh, xs, h0] = [noise([9, 2], 1), noise([9, 3], 2), noise([20, 2, 2], 3), noise([2, 3], 4)].map((array) => new Parameter(array.shape, array)) as [Parameter, Parameter, Parameter, Parameter];
    const { state, outputs } = gru(wx, wh, xs, h0, options);
    const loss = add(sum(mul(outputs, outputs)), sum(state));
    return [state, outputs, ...grad(loss, [wx, wh, xs, h0])];
  };
  const mask = (): Tensor => tensor(hostArray(Uint8Array.from({ length: 40 }, (_, i) => Number(i % 2 === 0 || i < 24)), [20, 2], "bool"));

  test.each([["forwards", {}], ["backwards", { reverse: true }], ["masked", { mask: mask() }], ["masked, backwards", { reverse: true, mask: mask() }]] as const)("%s: loop and unrolled form have equal values and gradients", async (_, options) => {
    const loop = await evaluate(build({ ...options, unroll: false }));
    const flat = await evaluate(build({ ...options, unroll: true }));
    loop.forEach((array, i) => expectClose(array, numbers(flat[i] as HostArray)));
  });

  test("gradients equal finite differences", async () => {
    const wx = tensor(noise([9, 2], 1));
    const xs = tensor(noise([20, 2, 2], 3));
    const step = compile((wh: Tensor) => {
      const loss = sum(gru(wx, wh, xs, tensor(noise([2, 3], 4)), { unroll: false }).state.square());
      return { loss, gradient: grad(loss, [wh])[0] as Tensor };
    });
    const at = noise([9, 3], 2);
    const { gradient } = await step(at);
    for (const element of [0, 7, 26]) {
      const moved = async (delta: number): Promise<number> => (await step(hostArray(Float32Array.from(at.data as Float32Array, (v, i) => (i === element ? v + delta : v)), at.shape))).loss.item();
      expect(gradient.data[element]).toBeCloseTo(((await moved(1e-2)) - (await moved(-1e-2))) / 2e-2, 2);
    }
    await step.release();
  });
});

test("200 steps become one loop whose graph does not grow, and its gradient stays exact", async () => {
  const w = new Parameter([], hostArray(Float32Array.of(0.99), []));
  const { state } = scan((h: Tensor, x: Tensor) => ({ state: add(mul(w, h), x), output: null }), tensor(1), tensor(Array.from({ length: 200 }, () => 0)));
  const outputs = [state, ...grad(state, [w])];
  expect(optimize(closeGraph([], outputs)).nodes.length).toBeLessThan(15);
  const [value, slope] = await evaluate(outputs);
  expectClose(value as HostArray, [0.99 ** 200], 1e-4);
  expectClose(slope as HostArray, [200 * 0.99 ** 199], 1e-4);
});

test("passes prune what nobody reads and optimise the step", () => {
  const { state } = scan(
    ({ h, unused }: { h: Tensor; unused: Tensor }, { x, y }: { x: Tensor; y: Tensor }) => ({ state: { h: add(mul(h, 1), x), unused: add(unused, y) }, output: { h, y } }),
    { h: tensor(0), unused: tensor(0) },
    { x: tensor([1, 2]), y: tensor([3, 4]) },
    { unroll: false },
  );
  const graph = optimize(closeGraph([], [state.h]), verify);
  expect(printGraph(graph)).toMatchInlineSnapshot(`
    "{ lambda  ;  . let
      a:float32[] = constant
      b:float32[2] = constant
      c:float32[] = scan[captures=0 states=1 length=2 reverse=false saved=false] a b
        { lambda a:float32[] b:float32[] ;  . let
          c:float32[] = add a b
        in (c) }
    in (c) }"
  `);
});

test("FLOPs of a step count as often as it runs", () => {
  const w = tensor(noise([4, 4], 1));
  const { state } = scan((h: Tensor, x: Tensor) => ({ state: matmul(h, w).add(x), output: null }), tensor(noise([2, 4], 2)), tensor(noise([30, 2, 4], 3)));
  // matmul [2, 4] x [4, 4] is 2 * 2 * 4 * 4 = 64, the addition 8
  expect(costOf(optimize(closeGraph([], [state]))).flops).toEqual({ products: 30 * 64, elementwise: 30 * 8, total: 30 * 72 });
});

test("mistakes are named", () => {
  const xs = tensor([1, 2, 3]);
  expect(() => scan((h: Tensor) => ({ state: concat([h, h]), output: null }), tensor([0]), xs)).toThrow("scan: the state is float32[1] before the step and float32[2] after it; a step must keep the type of its state");
  expect(() => scan((state: { h?: Tensor }) => ({ state: { other: state.h } as { h?: Tensor }, output: null }), { h: tensor(0) }, xs)).toThrow("scan: the step returns other in its state, which the initial state [h] does not have");
  expect(() => scan((h: Tensor) => ({ state: h, output: null }), tensor(0), { a: xs, b: tensor([1, 2]) })).toThrow("scan: b has 2 along its first axis, expected 3");
  expect(() => scan((h: Tensor) => ({ state: h, output: null }), tensor(0), null)).toThrow(/expected tensors with a first axis.*or \{length\}/);
  expect(() => scan((h: Tensor) => ({ state: h, output: null }), tensor([0, 0]), xs, { mask: tensor([[1], [1], [0]], "bool") })).toThrow("scan: the mask of one step [1] must equal the leading axes of every state and output, got [2]");
});

test("a step that draws random numbers is refused, unrolled or not", () => {
  const random = GraphRandom.of(1);
  for (const unroll of [true, false]) {
    expect(() => scan((h: Tensor) => ({ state: h.add(random.uniform([])), output: null }), tensor(0), tensor([1, 2]), { unroll })).toThrow("scan: the step draws random numbers, which a loop would repeat at every step");
  }
});

test("a step that assigns a parameter is refused", () => {
  const p = new Parameter([], hostArray(Float32Array.of(1), []), { name: "count" });
  const step = (h: Tensor): { state: Tensor; output: null } => {
    p.assign(h);
    return { state: h, output: null };
  };
  expect(() => scan(step, tensor(0), tensor([1, 2]), { unroll: false })).toThrow("scan: the step assigns count; return the value as state and assign after the scan");
});
