import { cp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { hostArray } from "../../src/engine/index.ts";
import { embed, loadModel } from "../../src/tasks/index.ts";
import { decodeSafetensors, encodeSafetensors } from "../../src/train/index.ts";
import { closeWorkspace, openWorkspace } from "./support.ts";
import type { Workspace } from "./support.ts";

let work: Workspace;
let copy: string;
beforeAll(async () => {
  work = await openWorkspace();
  copy = join(work.directory, "copy");
});
afterAll(() => closeWorkspace(work));
beforeEach(async () => {
  await rm(copy, { recursive: true, force: true });
  await cp(work.trained, copy, { recursive: true });
});

/** Changes the copy's config. */
async function edit(change: (config: Record<string, unknown>) => void): Promise<void> {
  const path = join(copy, "config.json");
  const config = JSON.parse(await readFile(path, "utf8")) as Record<string, unknown>;
  change(config);
  await writeFile(path, JSON.stringify(config));
}

const weightsPath = (): string => join(copy, "model.safetensors");

test("a loaded model gives the very vectors of the one that was trained", async () => {
  const loaded = await loadModel(copy);
  const [before, after] = [await embed(work.model, work.photos), await embed(loaded, work.photos)];
  expect(after.vectors.data).toEqual(before.vectors.data);
  await loaded.release();
});

test("truncated weights are reported with their file", async () => {
  const bytes = await readFile(weightsPath());
  await writeFile(weightsPath(), bytes.subarray(0, bytes.length - 100));
  await expect(loadModel(copy)).rejects.toThrow(/copy\/model\.safetensors: .* is truncated/);
  await writeFile(weightsPath(), bytes.subarray(0, 20));
  await expect(loadModel(copy)).rejects.toThrow(/copy\/model\.safetensors: .* is truncated/);
  await writeFile(weightsPath(), "");
  await expect(loadModel(copy)).rejects.toThrow(/copy\/model\.safetensors: .* the file has 0/);
  await rm(weightsPath());
  await expect(loadModel(copy)).rejects.toThrow("model.safetensors: the file is missing");
});

test("weights of other shapes, missing and surplus ones are all listed", async () => {
  const { tensors } = decodeSafetensors(await readFile(weightsPath()));
  tensors.set("encoder.classToken", hostArray(new Float32Array(17), [1, 1, 17]));
  tensors.set("stranger", hostArray(new Float32Array(1), [1]));
  tensors.delete("mixtures.weight");
  await writeFile(weightsPath(), encodeSafetensors(tensors));
  const error = await loadModel(copy).then(() => "", (reason: Error) => reason.message);
  expect(error).toContain("model.safetensors: the weights do not fit the settings in config.json");
  expect(error).toContain("encoder.classToken expects float32[1, 1, 16], found float32[1, 1, 17]");
  expect(error).toContain("mixtures.weight is missing");
  expect(error).toContain("stranger is unexpected");
});

test("weights that fit but are not those of the config are refused", async () => {
  const bytes = await readFile(weightsPath());
  bytes[bytes.length - 1] = (bytes.at(-1) as number) ^ 1;
  await writeFile(weightsPath(), bytes);
  await expect(loadModel(copy)).rejects.toThrow("its SHA-256 differs");
});

test.each([
  ["an unknown system", (config) => (config["system"] = "crosmae"), 'config.json: system: unknown system "crosmae" (did you mean "crossmae"?)'],
  ["a name of every object", (config) => (config["system"] = "constructor"), 'unknown system "constructor"'],
  ["a newer format", (config) => (config["format"] = 2), "expected a model of format 1, found 2"],
  ["no format", (config) => delete config["format"], "expected a model of format 1, found no format"],
  ["another version of the recipe", (config) => (config["recipe"] = 7), "written for version 7 of crossmae's recipe, this is version 1; use reprise 0.1.0"],
  ["settings of another version", (config) => ((config["settings"] as Record<string, unknown>)["maskRate"] = 0.5), 'config.json: settings: unknown setting "maskRate" (did you mean "maskRatio"?)'],
  ["settings beyond all limits", (config) => ((config["settings"] as Record<string, unknown>)["encoder"] = { width: 1e12, depth: 1, heads: 1 }), "config.json: settings: encoder.width"],
  ["a missing part", (config) => delete config["training"], "config.json: training: "],
] as readonly [string, (config: Record<string, unknown>) => unknown, string][])("a config with %s is refused", async (_, change, message) => {
  await edit(change);
  await expect(loadModel(copy)).rejects.toThrow(message);
});

test("what is no model says so: no JSON, no config, an unfinished run", async () => {
  await writeFile(join(copy, "config.json"), '{"format": 1,');
  await expect(loadModel(copy)).rejects.toThrow("config.json: expected JSON, found 13 bytes that do not parse");
  await rm(join(copy, "config.json"));
  await expect(loadModel(copy)).rejects.toThrow("its training has not finished; continue it with --resume");
  await expect(loadModel(work.photos)).rejects.toThrow("expected a model directory with config.json, model.safetensors and README.md, found no config.json");
});
