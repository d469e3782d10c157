import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { RandomStream } from "../../../src/engine/index.ts";
import { Trainer } from "../../../src/train/index.ts";
import { bitsOf, Mlp, toyOptions } from "../toy.ts";
import { runWithKills } from "./kill.ts";

test("a run killed five times with SIGKILL ends in the bits of an unbroken run, and its log has every step once", { timeout: 60_000 }, async () => {
  const directory = await mkdtemp(join(tmpdir(), "reprise-kill-"));
  try {
    const { kills, bits, starts } = await runWithKills(directory, 60, 5, RandomStream.of(11));
    const model = new Mlp();
    await new Trainer(toyOptions(60, model, true)).run();
    expect(bits.trim()).toBe(bitsOf(model));
    expect(kills).toBe(5);
    expect(starts.at(-1)).toBeGreaterThan(1);
    const lines = (await readFile(join(directory, "metrics.jsonl"), "utf8")).trim().split("\n").map((line) => JSON.parse(line) as { type: string; step: number });
    expect(lines.filter(({ type }) => type === "step").map(({ step }) => step)).toEqual(Array.from({ length: 60 }, (_, i) => i + 1));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
});
