/** The commands on users' own data, in this process and as processes that are stopped and killed. */
import { spawn } from "node:child_process";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { decode } from "fast-png";
import { afterAll, beforeAll, expect, test } from "vitest";
import { embed } from "../../src/tasks/index.ts";
import { decodeSafetensors } from "../../src/train/index.ts";
import { commandLine } from "./command-line.ts";
import type { Answer } from "./command-line.ts";
import { closeWorkspace, openWorkspace, PICTURES } from "./support.ts";
import type { Workspace } from "./support.ts";

const ROOT = join(import.meta.dirname, "../..");
const TINY_WORDS = ["image=16", "patch=4", "batch=8", "encoder.width=16", "encoder.depth=1", "encoder.heads=2", "decoder.width=8", "decoder.depth=1", "decoder.heads=2"].flatMap((word) => ["--set", word]);

let work: Workspace;
beforeAll(async () => {
  work = await openWorkspace();
});
afterAll(() => closeWorkspace(work));
const at = (name: string): string => join(work.directory, name);

const reprise = (...words: string[]): Promise<Answer> => commandLine(work.directory)(...words);

test("pretrain makes the same model as the function, and says so in one shape", async () => {
  const { code, out, error } = await reprise("pretrain", "crossmae", "--data", work.photos, "--out", at("from-command"), "--steps", "10", ...TINY_WORDS, "--json");
  const { loss, parameters } = { loss: work.model.config.training.loss, parameters: work.model.config.parameters };
  expect({ code, error }).toEqual({ code: 0, error: "" });
  const summary = JSON.parse(out) as { seconds: number };
  expect(summary).toEqual({ system: "crossmae", out: at("from-command"), parameters, steps: 10, loss, items: PICTURES, broken: 0, seconds: summary.seconds });
  expect(await readFile(join(at("from-command"), "model.safetensors"))).toEqual(await readFile(join(work.trained, "model.safetensors")));
});

test("embed prints a JSON object a line, whose numbers are those of the vectors", async () => {
  const { code, out } = await reprise("embed", work.trained, "--data", work.photos, "--json");
  const { vectors, names } = await embed(work.model, work.photos);
  const lines = out.trim().split("\n").map((line) => JSON.parse(line) as { path: string; vector: number[] });
  expect(code).toBe(0);
  expect(lines.map(({ path }) => path)).toEqual(names);
  expect(Float32Array.from(lines.flatMap(({ vector }) => vector))).toEqual(vectors.data);
});

test("embed --out writes them as safetensors with the paths", async () => {
  expect((await reprise("embed", work.trained, "--data", work.photos, "--out", at("vectors.safetensors"))).out).toBe(`24 vectors of 16 numbers: ${at("vectors.safetensors")}\n`);
  const { tensors, metadata } = decodeSafetensors(await readFile(at("vectors.safetensors")));
  expect(tensors.get("embeddings")?.shape).toEqual([PICTURES, 16]);
  expect((JSON.parse(metadata["names"] as string) as string[]).slice(0, 2)).toEqual(["a/0.png", "a/10.png"]);
});

test("embed reports broken pictures, and --strict stops at them", async () => {
  await writeFile(join(work.photos, "broken.png"), "");
  const { code, error } = await reprise("embed", work.trained, "--data", work.photos);
  expect(code).toBe(0);
  expect(error).toContain("broken: broken.png: the file is empty");
  expect(error).toContain("24 pictures read, 1 broken and left out");
  expect(await reprise("embed", work.trained, "--data", work.photos, "--strict")).toMatchObject({ code: 1, out: "", error: expect.stringContaining("broken.png: the file is empty") as string });
  await rm(join(work.photos, "broken.png"));
});

test("reconstruct writes a picture, and export a model", async () => {
  const filled = await reprise("reconstruct", work.trained, "--image", join(work.photos, "a/0.png"), "--hide", "0,5", "--out", at("filled.png"), "--json");
  expect(JSON.parse(filled.out)).toMatchObject({ width: 16, height: 16, grid: { rows: 4, columns: 4 }, hidden: [0, 5] });
  const picture = decode(await readFile(at("filled.png")));
  expect([picture.width, picture.height, picture.channels]).toEqual([16, 16, 3]);
  expect((await reprise("reconstruct", work.trained, "--image", join(work.photos, "a/0.png"), "--out", at("filled.png"))).out).toContain("12 of 16 patches filled (4 rows of 4)");
  const exported = await reprise("export", work.trained, "--out", at("model.onnx"), "--json");
  expect(JSON.parse(exported.out)).toMatchObject({ verb: "embed", input: { name: "inputs", dtype: "float32", shape: [1, 3, 16, 16] }, bytes: (await readFile(at("model.onnx"))).length });
});

test("info lists the settings of a system's recipe", async () => {
  const { ownData } = JSON.parse((await reprise("info", "crossmae", "--json")).out) as { ownData: { verbs: string[]; settings: { path: string; default: unknown }[] } };
  expect(ownData.verbs).toEqual(["embed", "reconstruct"]);
  expect(ownData.settings.find(({ path }) => path === "encoder.width")?.default).toBe(96);
  expect((await reprise("info", "crossmae")).out).toContain("maskRatio (0.75): share of the patches that are hidden");
});

const NEW = ["--data", "photos", "--out", "new"];
test.each([
  [["pretrain", "crosmae", ...NEW], 'unknown system "crosmae" (did you mean "crossmae"?)'],
  [["pretrain", "croco"], "required option '--data <path...>' not specified"],
  [["pretrain", "xlm-r-xl", ...NEW], "is planned and does not run yet"],
  [["pretrain", "crossmae", ...NEW, "--set", "encoder.widht=48"], 'unknown setting "encoder.widht" (did you mean "encoder.width"?)'],
  [["pretrain", "crossmae", ...NEW, "--set", "encoder"], 'expected key=value, such as encoder.width=48, got "encoder"'],
  [["pretrain", "crossmae", ...NEW, "--set", "__proto__.x=1"], "expected key=value"],
  [["pretrain", "crossmae", ...NEW, "--set", "image=16", "--set", "image=32"], "image is given twice"],
  [["pretrain", "crossmae", ...NEW, "--set", "encoder=1", "--set", "encoder.width=32"], 'follows a value for "encoder"'],
  [["pretrain", "crossmae", ...NEW, "--set", "steps=1", "--steps", "2"], "give one of them"],
  [["pretrain", "crossmae", ...NEW, "--steps", "0"], "at least 1"],
  [["reconstruct", "m", "--image", "a", "--out", "b", "--hide", "1", "--ratio", "0.5"], "give one or the other"],
  [["reconstruct", "m", "--image", "a", "--out", "b", "--ratio", "2"], "between 0 and 1"],
  [["reconstruct", "m", "--image", "a", "--out", "b", "--hide", "one"], "whole number"],
])("%j is not understood: exit code 2", async (words, message) => {
  const { code, out, error } = await reprise(...words);
  expect({ code, out }).toEqual({ code: 2, out: "" });
  expect(error).toContain(message);
});

test("a directory in use, and patches that do not exist, are refused with exit code 2; a missing model is a failure", async () => {
  expect(await reprise("pretrain", "crossmae", "--data", work.photos, "--out", work.trained)).toMatchObject({ code: 2, error: expect.stringContaining("already holds a model; pass --resume") as string });
  expect(await reprise("reconstruct", work.trained, "--image", join(work.photos, "a/0.png"), "--hide", "16", "--out", at("no.png"))).toMatchObject({ code: 2, error: expect.stringContaining("no patch 16; patches are 0 to 15") as string });
  expect(await reprise("embed", at("nowhere"), "--data", work.photos)).toMatchObject({ code: 1, error: expect.stringContaining("found no config.json") as string });
});

/** Starts the command as a process; `sent` gets a signal when the log shows `step`. */
async function interrupted(out: string, words: readonly string[], signal: NodeJS.Signals, step: number): Promise<{ code: number | null; signal: string | null; error: string }> {
  const child = spawn(process.execPath, ["--import", "tsx", "src/cli/main.ts", ...words], { cwd: ROOT });
  let error = "";
  child.stderr.on("data", (chunk) => (error += String(chunk)));
  const ended = new Promise<{ code: number | null; signal: string | null; error: string }>((resolve) => child.on("close", (code, by) => resolve({ code, signal: by, error })));
  for (let i = 0; i < 16_000 && child.exitCode === null; i++) {
    const log = await readFile(join(out, "training", "metrics.jsonl"), "utf8").catch(() => "");
    if (log.includes(`"type":"step","step":${step},`)) break;
    await delay(5);
  }
  child.kill(signal);
  return ended;
}

test("kill -9 and Ctrl-C leave a run that continues to the weights of one that was not disturbed", async () => {
  const steps = ["--steps", "600", ...TINY_WORDS];
  const out = at("disturbed");
  const words = ["pretrain", "crossmae", "--data", work.photos, "--out", out];
  expect(await interrupted(out, [...words, ...steps, "--checkpoint-every", "10"], "SIGKILL", 25)).toMatchObject({ signal: "SIGKILL" });
  await expect(readFile(join(out, "config.json"))).rejects.toThrow("ENOENT");

  const stopped = await interrupted(out, [...words, "--checkpoint-every", "1000", "--resume"], "SIGINT", 60);
  expect(stopped.code).toBe(130);
  expect(stopped.error).toMatch(/continuing after step [2-5]0/);
  expect(stopped.error).toContain(`stopped. Continue with: reprise pretrain crossmae --data ${work.photos} --out ${out} --resume`);

  expect((await reprise(...words, "--resume")).code).toBe(0);
  const undisturbed = at("undisturbed");
  expect((await reprise("pretrain", "crossmae", "--data", work.photos, "--out", undisturbed, ...steps)).code).toBe(0);
  expect((await readFile(join(out, "model.safetensors"))).equals(await readFile(join(undisturbed, "model.safetensors")))).toBe(true);
});
