/** The training step on WebGPU, which Chromium can compute on the CPU. In a file of its own: starting it takes long. */
import { expect, test } from "vitest";
import { trainAttention } from "./attention-training.ts";
import type { Trajectory } from "./attention-training.ts";
import { browserPath, openPage } from "./harness.ts";

const STEPS = 5;

test.skipIf(browserPath === null)("the first 5 steps on WebGPU follow the native run", { timeout: 180_000 }, async () => {
  const native = await trainAttention({ steps: STEPS, device: "cpu" });
  const page = await openPage("test/browser/entries/trajectory.ts", { webgpu: true });
  try {
    const there = await page.run<Trajectory>({ steps: STEPS, device: "webgpu" });
    there.losses.forEach((loss, i) => expect(Math.abs(loss - (native.losses[i] as number)), `step ${i}`).toBeLessThan(1e-4));
  } finally {
    await page.close();
  }
});
