/** Costs counted from the graph, against counts by hand. */
import { describe, expect, test } from "vitest";
import { checkpoint, compile, grad, hostArray, keptBytes, linear, matmul, Parameter, relu, softmax, withScope } from "../../src/engine/index.ts";
import type { HostArray, Shape, Tensor } from "../../src/engine/index.ts";
import { requireFits } from "../../src/engine/cost.ts";

const zeros = (shape: Shape): HostArray => hostArray(new Float32Array(shape.reduce((a, b) => a * b, 1)), shape);
const weight = (name: string, shape: Shape): Parameter => new Parameter(shape, zeros(shape), { name });

describe("an MLP of 8 -> 32 -> 4 on 16 examples", () => {
  const [w1, b1, w2, b2] = [weight("hidden.weight", [32, 8]), weight("hidden.bias", [32]), weight("head.weight", [4, 32]), weight("head.bias", [4])];
  const forward = (x: Tensor): Tensor => {
    const hidden = withScope("hidden", () => relu(linear(x, w1, b1)));
    return withScope("head", () => linear(hidden, w2, b2));
  };

  test("forward: products, biases and activations", () => {
    const report = compile(forward).explain(zeros([16, 8]));
    // A gemm [m, k] x [k, n] counts 2 m k n, and m n for its bias.
    const hidden = 2 * 16 * 8 * 32 + 16 * 32;
    const head = 2 * 16 * 32 * 4 + 16 * 4;
    expect(report.flops.products).toBe(hidden + head);
    expect(report.flopsByModule).toEqual({ hidden, head });
    expect(report.flops.elementwise).toBe(16 * 32); // relu
    expect(report.operators).toEqual({ gemm: 2, relu: 1 });
    expect(report.parameters).toBe(32 * 8 + 32 + 4 * 32 + 4);
    // State in two buffers and the input: 420 parameters and 128 values of 4 bytes.
    expect(report.memory.state).toBe(2 * 4 * 420 + 4 * 128);
    // The hidden layer before and after its activation live together, then the activation and the result.
    expect(report.memory.peakActivations).toBe(4 * 2 * 16 * 32);
    expect(report.memory.largest[0]).toEqual({ bytes: 4 * 16 * 32, shape: [16, 32], operation: "gemm", module: "hidden" });
  });

  test("a training step multiplies three times where both factors need gradients", () => {
    const step = compile((x: Tensor) => {
      const loss = forward(x).square().sum();
      const gradients = grad(loss, [w1, b1, w2, b2]);
      [w1, b1, w2, b2].forEach((parameter, i) => parameter.assign(parameter.sub((gradients[i] as Tensor).mul(0.1))));
      return loss;
    });
    const report = step.explain(zeros([16, 8]));
    // The first layer needs no gradient of its input: it multiplies twice, the second one three times. Biases once each.
    expect(report.flops.products).toBe(2 * 2 * 16 * 8 * 32 + 3 * 2 * 16 * 32 * 4 + 16 * 32 + 16 * 4);
    expect(report.notUpdated).toEqual([]);
  });

  test("a trainable parameter that the step reads but never assigns is named", () => {
    const step = compile((x: Tensor) => {
      const loss = forward(x).square().sum();
      w1.assign(w1.sub(grad(loss, [w1])[0] as Tensor));
      return loss;
    });
    expect(step.explain(zeros([16, 8])).notUpdated).toEqual(["hidden.bias", "head.weight", "head.bias"]);
    expect(compile(forward).explain(zeros([16, 8])).notUpdated).toEqual([]); // evaluation updates nothing
  });
});

test("attention over 10 queries and 12 keys of 4 heads of 8", () => {
  const [b, h, q, k, d] = [2, 4, 10, 12, 8];
  const attend = compile((query: Tensor, key: Tensor, value: Tensor) => matmul(softmax(matmul(query, key, { transB: true, alpha: d ** -0.5 })), value));
  const report = attend.explain(zeros([b, h, q, d]), zeros([b, h, k, d]), zeros([b, h, k, d]));
  expect(report.flops.products).toBe(2 * b * h * q * k * d + 2 * b * h * q * d * k);
  expect(report.flops.elementwise).toBe(5 * b * h * q * k); // softmax: maximum, difference, exponential, sum, division
  expect(report.operators).toEqual({ matmul: 2, softmax: 1 });
  expect(report.memory.peakActivations).toBe(4 * 2 * b * h * q * k); // scores and probabilities
});

test("explain neither runs the step nor makes its parameters", () => {
  const huge = new Parameter([200_000, 100_000], () => {
    throw new Error("allocated");
  }, { name: "huge" });
  const report = compile((x: Tensor) => linear(x, huge)).explain(zeros([2, 100_000]));
  expect(report.parameters).toBe(2e10);
  expect(report.flops.products).toBe(2 * 2 * 2e10);
});

describe("a step that does not fit", () => {
  const mix = (x: Tensor): Tensor => withScope("encoder.mix", () => matmul(x, x, { transB: true }).tanh().sum());
  const report = compile(mix).explain(zeros([1024, 4]));

  test("is refused with its largest tensors, their modules and what to do", () => {
    // Two matrices of 1024 x 1024 float32 are 8 MiB, the input is 16 KiB.
    expect(report.memory.peakActivations).toBe(2 * 4 * 2 ** 20);
    expect(() => requireFits(report, 2 ** 22, "wasm")).toThrow(
      'this step needs about 8.02 MiB (16.00 KiB state, 8.00 MiB intermediate values), device "wasm" allows 4.00 MiB. Largest: encoder.mix: matmul [1024, 1024] 4.00 MiB; encoder.mix: tanh [1024, 1024] 4.00 MiB; encoder.mix: sum [] 4 bytes. Use a smaller batch, checkpoint(...), or another device',
    );
  });

  test("and accepted when it fits exactly", () => {
    expect(() => requireFits(report, report.memory.total, "cpu")).not.toThrow();
  });

  test("compile refuses it before anything is allocated", async () => {
    const huge = compile((x: Tensor) => x.reshape([2 ** 20, 1]).mul(x.reshape([1, 2 ** 20])).tanh().sum());
    await expect(huge(zeros([2 ** 20]))).rejects.toThrow(/this step needs about 8192\.00 GiB.*Largest: mul \[1048576, 1048576\] 4096\.00 GiB/);
  });
});

test("checkpoint trades memory for arithmetic: fewer live values, more products", () => {
  const layers = Array.from({ length: 6 }, (_, i) => weight(`layer${i}`, [64, 64]));
  const build = (recompute: boolean) =>
    compile((x: Tensor) => {
      const block = (y: Tensor, [a, b]: readonly Parameter[]): Tensor => linear(linear(y, a as Tensor).tanh(), b as Tensor).tanh();
      const out = [0, 2, 4].reduce((y, i) => (recompute ? checkpoint((v) => block(v as Tensor, layers.slice(i, i + 2)), [y], layers.slice(i, i + 2)) : block(y, layers.slice(i, i + 2))), x);
      return grad(out.square().sum(), layers);
    }).explain(zeros([512, 64]));
  const [kept, recomputed] = [build(false), build(true)];
  expect(recomputed.memory.peakActivations).toBeLessThan(kept.memory.peakActivations);
  expect(recomputed.flops.products).toBeGreaterThan(kept.flops.products);
});

test("a forward pass keeps what its backward pass reads again, without inputs and weights", () => {
  const weights = weight("weights", [8, 4]);
  const step = compile((x: Tensor) => {
    const loss = matmul(x, weights).tanh().exp().sum();
    return [loss, ...grad(loss, [weights])];
  });
  const graph = step.graph(zeros([16, 8]));
  // tanh and exp are differentiated by their own values [16, 4]; the product is not needed any more, and x is there anyway
  expect(keptBytes(graph, graph.outputs[0] as Tensor)).toBe(2 * 16 * 4 * 4);
});
