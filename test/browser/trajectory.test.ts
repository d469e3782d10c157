/** The engine in a real browser: the same numbers as native, from a bundle that carries nothing of Node. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { trainAttention } from "./attention-training.ts";
import type { Trajectory } from "./attention-training.ts";
import { browserPath, openPage } from "./harness.ts";
import type { BrowserPage } from "./harness.ts";

const largestGap = (a: readonly number[], b: readonly number[]): number => Math.max(...a.map((value, i) => Math.abs(value - (b[i] as number))));

describe.skipIf(browserPath === null)("in Chromium", () => {
  let native: Trajectory;
  let page: BrowserPage;
  beforeAll(async () => {
    native = await trainAttention({ steps: 20, device: "cpu" });
    page = await openPage("test/browser/entries/trajectory.ts");
  });
  afterAll(() => page.close());

  test("20 steps of training follow the native run, without isolation from other origins", async () => {
    const there = await page.run<Trajectory>({ steps: 20 });
    expect(largestGap(there.losses, native.losses)).toBeLessThan(1e-5);
    expect(largestGap(there.parameters, native.parameters)).toBeLessThan(1e-4);
  });

  test("the bundle contains no native runtime and no module of Node", () => {
    expect(page.source).toContain("onnxruntime-web");
    expect(page.source).not.toContain("onnxruntime-node");
    expect(page.source).not.toMatch(/from"node:(fs|path)/);
    const engine = page.bundle.get("/entry.js") as number;
    expect(engine, "engine, minified").toBeLessThan(200_000);
  });

  test("a missing WebGPU is said", async () => {
    await expect(page.run({ steps: 1, device: "webgpu" })).rejects.toThrow(/WebGPU/);
    await expect(page.run({ steps: 1, device: "cpu" })).rejects.toThrow('device "cpu" needs Node; a browser has wasm and webgpu');
  });

  test("an isolated page may use two threads", async () => {
    const isolated = await openPage("test/browser/entries/trajectory.ts", { isolated: true });
    try {
      const there = await isolated.run<Trajectory>({ steps: 20, threads: 2 });
      expect(largestGap(there.losses, native.losses)).toBeLessThan(1e-5);
    } finally {
      await isolated.close();
    }
  });
});
