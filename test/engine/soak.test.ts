/** Memory stays flat over many steps and many compilations. The long form is scripts/soak.mjs. */
import { InferenceSession } from "onnxruntime-node";
import { expect, test, vi } from "vitest";
import { compile, hostArray, tensor } from "../../src/engine/index.ts";
import type { Tensor } from "../../src/engine/index.ts";
import { attentionTraining } from "../browser/attention-training.ts";
import { residentMiB } from "./memory.ts";

// State, moments and gradients of one step take about 100 KiB: what is kept of 500 steps would be 50 MiB. WebAssembly
// needs longer to settle, because its code is compiled again while it runs.
test.each([["cpu", 100, 500, 15], ["wasm", 800, 1000, 50]] as const)("on %s, after %d training steps another %d add less than %d MiB", { timeout: 240_000 }, async (device, settled, steps, allowed) => {
  const training = attentionTraining({ device });
  for (let i = 0; i < settled; i++) await training.step(i);
  const before = residentMiB();
  for (let i = 0; i < steps; i++) await training.step(i);
  expect(residentMiB() - before).toBeLessThan(allowed);
  await training.release();
});

test("100 programs compiled and released leave no memory behind", { timeout: 240_000 }, async () => {
  // A constant of 1 MiB makes a session that is kept show: 100 of them would be 100 MiB.
  const large = hostArray(new Float32Array(2 ** 18).fill(1), [2 ** 18]);
  const cycle = async (): Promise<void> => {
    const scaled = compile((x: Tensor) => tensor(large).mul(x).sum());
    expect((await scaled(2)).item()).toBe(2 ** 19);
    await scaled.release();
  };
  for (let i = 0; i < 100; i++) await cycle();
  const before = residentMiB();
  for (let i = 0; i < 100; i++) await cycle();
  expect(residentMiB() - before).toBeLessThan(50);
});

test("releasing a function releases the session of every signature it has seen", async () => {
  const created = vi.spyOn(InferenceSession, "create");
  const scaled = compile((x: Tensor) => x.mul(2));
  for (const n of [1, 2, 3]) await scaled(hostArray(new Float32Array(n), [n]));
  const sessions = await Promise.all(created.mock.results.map((result) => result.value as Promise<InferenceSession>));
  const released = sessions.map((session) => vi.spyOn(session, "release"));
  await scaled.release();
  expect(released.map((spy) => spy.mock.calls.length)).toEqual([1, 1, 1]);
  created.mockRestore();
});

test("a released function compiles anew when it is called again", async () => {
  const double = compile((x: Tensor) => x.mul(2));
  expect((await double(3)).item()).toBe(6);
  await double.release();
  expect((await double(4)).item()).toBe(8);
  await double.release();
});
