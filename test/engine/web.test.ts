/** The same training step on onnxruntime-node and onnxruntime-web, and in both lowerings, takes the same path. */
import { beforeAll, describe, expect, test } from "vitest";
import { compile, evaluate, scan, setWasmPath, tensor } from "../../src/engine/index.ts";
import type { CompileOptions, Tensor } from "../../src/engine/index.ts";
import { trainAttention } from "../browser/attention-training.ts";
import type { Trajectory } from "../browser/attention-training.ts";

const STEPS = 20;

const largestGap = (a: readonly number[], b: readonly number[]): number => Math.max(...a.map((value, i) => Math.abs(value - (b[i] as number))));

describe("20 steps of Adam on an attention model", () => {
  let reference: Trajectory;
  beforeAll(async () => {
    reference = await trainAttention({ steps: STEPS, device: "cpu", lowering: "fast" });
  });

  test("reduce the loss, so that the comparison means something", () => {
    expect(reference.losses[0]).toBeGreaterThan(2.5);
    expect(reference.losses.at(-1)).toBeLessThan(0.8 * (reference.losses[0] as number));
  });

  test.each([["cpu", "portable"], ["wasm", "fast"], ["wasm", "portable"]] as const)("on %s, lowered %s, follow the native run", async (device, lowering) => {
    const other = await trainAttention({ steps: STEPS, device, lowering });
    expect(largestGap(other.losses, reference.losses)).toBeLessThan(1e-5);
    expect(largestGap(other.parameters, reference.parameters)).toBeLessThan(1e-4);
  });
});

test("a scan runs on wasm", async () => {
  const { outputs } = scan((h: Tensor, x: Tensor) => ({ state: h.add(x), output: h.add(x) }), tensor(0), tensor([1, 2, 3]), { unroll: false });
  const [sums] = await evaluate([outputs], { device: "wasm" });
  expect(Array.from(sums?.data as Float32Array)).toEqual([1, 3, 6]);
});

test("what onnxruntime-web cannot do is refused, not ignored", async () => {
  const double = (options: CompileOptions): Promise<unknown> => compile((x: Tensor) => x.mul(2), { device: "wasm", ...options })(1);
  await expect(double({ profile: "run" })).rejects.toThrow("profile: onnxruntime-web writes no profile");
  await expect(double({ threads: 7 })).rejects.toThrow("the WebAssembly module started with its own choice of threads and cannot change to 7");
  expect(() => setWasmPath("/wasm")).toThrow('expected the address of a directory, ending in "/", got "/wasm"');
});
