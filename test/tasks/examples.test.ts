/** Runs the examples that stand in the docstrings of src/tasks, as they stand there. */
import { cp, mkdir, readFile, readdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { DirectoryStore } from "../../src/lab/node/directory-store.ts";
import type { DataKind } from "../../src/lab/index.ts";
import * as tasks from "../../src/tasks/index.ts";
import { fillCache } from "./fake-foundations.ts";
import { writePictures, writeScenes } from "./pictures.ts";
import { closeWorkspace, openWorkspace, TINY } from "./support.ts";
import type { Workspace } from "./support.ts";

const SOURCES = join(import.meta.dirname, "../../src/tasks");
const before = process.cwd();
let work: Workspace;

/** The examples of a file, without the comment's asterisks. */
async function examplesOf(file: string): Promise<string[]> {
  const text = await readFile(join(SOURCES, file), "utf8");
  return Array.from(text.matchAll(/```ts\n([^`]+)```/g), ([, code]) => (code as string).replaceAll(/^ \* ?/gm, "").trim());
}

/** Runs code with the exports of src/tasks in reach; `pretrain` trains a tiny model in place of a large one. */
async function run(code: string): Promise<void> {
  const known = { ...tasks, pretrain: (system: string, data: string, options: tasks.PretrainOptions) => tasks.pretrain(system, data, { ...options, settings: TINY }) };
  const body = new Function(...Object.keys(known), `return (async () => {${code}})()`) as (...values: unknown[]) => Promise<void>;
  await body(...Object.values(known));
}

beforeAll(async () => {
  work = await openWorkspace();
  await writePictures(join(work.directory, "photos"), 2);
  process.env["REPRISE_CACHE"] = join(work.directory, "cache");
  await fillCache(new DirectoryStore(join(work.directory, "cache")));
  await symlink(join(work.photos, "b", "1.png"), join(work.photos, "1.png"));
  await symlink(join(work.photos, "a", "2.png"), join(work.photos, "2.png"));
});
afterAll(async () => {
  process.chdir(before);
  await closeWorkspace(work);
});

/** Systems of the examples whose verb crossmae does not have. */
const OTHER_SYSTEMS: Readonly<Record<string, string>> = { "classify.ts": "uta", "complete.ts": "croco", "jigsaw.ts": "position-prediction", "predict.ts": "multimae" };

const files = (await readdir(SOURCES)).filter((file) => file.endsWith(".ts"));
const examples = (await Promise.all(files.map(async (file) => (await examplesOf(file)).map((code) => [file, code] as const)))).flat().filter(([, code]) => !code.includes("${"));

test("every function that users call has an example of at most two statements", () => {
  expect(examples.map(([file]) => file).sort()).toEqual(["classify.ts", "complete.ts", "embed.ts", "export-onnx.ts", "jigsaw.ts", "key-value-classifier.ts", "model-directory.ts", "predict.ts", "pretrain.ts", "reconstruct.ts"]);
  for (const [, code] of examples) expect(code.split("\n").length).toBeLessThanOrEqual(2);
});

/** A directory of its own for an example, with `photos` and, unless the example makes it, `my-model`. */
async function enter(file: string): Promise<void> {
  const directory = join(work.directory, `for-${file}`);
  await mkdir(directory);
  process.chdir(directory);
  await symlink(join(work.directory, "photos"), "photos");
  if (file === "pretrain.ts") return;
  const other = OTHER_SYSTEMS[file];
  if (other === undefined) return symlink(work.trained, "my-model");
  const { system, recipe } = await tasks.findSystem(other);
  for (const view of ["a", "b"]) for (const name of ["0.png", "2.png"]) await cp(join("photos", "a", name), join("pairs", view, name));
  await writeScenes("scenes", 2);
  const data: Readonly<Record<DataKind, string>> = { images: "photos", pairs: "pairs", scenes: "scenes", clips: "photos" };
  await tasks.pretrain(system, data[recipe.data], { out: "my-model", steps: 1, settings: { ...recipe.tiny } });
}

test.each(examples)("the example of %s runs", async (file, code) => {
  await enter(file);
  const log = vi.spyOn(console, "log").mockImplementation(() => undefined);
  await run(code);
  if (file === "export-onnx.ts") expect(log).toHaveBeenCalledWith(true);
  log.mockRestore();
});
