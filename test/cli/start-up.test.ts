/** What the command loads before it does anything: every module costs time at each start. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "../..");

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "start-up-"));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

/** Starts the real command from its sources; gives the exit code and the modules it loaded, from the project's folder on. */
async function loadedBy(words: readonly string[]): Promise<{ code: unknown; modules: string[] }> {
  const list = join(directory, `${words.join(" ")}.txt`);
  const hooks = ["--import", "tsx", "--import", join(ROOT, "test/cli/fixture/note-loaded.mjs")];
  const child = spawn(process.execPath, [...hooks, join(ROOT, "src/cli/main.ts"), ...words], { cwd: ROOT, stdio: "ignore", env: { ...process.env, LOADED_MODULES: list } });
  const [code] = (await once(child, "close")) as [unknown];
  return { code, modules: (await readFile(list, "utf8")).split("\n").filter((url) => url.startsWith("file:")).map((url) => url.slice(url.indexOf(ROOT) + ROOT.length + 1).replace(/\?.*/u, "")) };
}

/** Libraries that open native code or take long to load. */
const HEAVY = /node_modules\/(onnxruntime|zod|sharp|@huggingface|@electric-sql|hyparquet)/;

test.each([
  { asked: "--version", words: ["--version"], code: 0 },
  { asked: "list", words: ["list"], code: 0 },
  { asked: "a mistake", words: ["run", "crossmae", "--profile", "slow"], code: 2 },
])("$asked loads neither the engine nor other commands", async ({ words, code }) => {
  const started = await loadedBy(words);
  expect(started.code).toBe(code);
  const own = started.modules.filter((path) => path.startsWith("src/"));
  expect(own).toContain("src/cli/program.ts");
  // The names of devices stand in a file of their own, which loads nothing.
  expect(own.filter((path) => path.startsWith("src/engine/"))).toEqual(["src/engine/runtime/backend.ts"]);
  expect(own.filter((path) => path.startsWith("src/cli/commands/"))).toEqual(words[0] === "list" ? ["src/cli/commands/list.ts"] : []);
  expect(started.modules.filter((path) => HEAVY.test(path))).toEqual([]);
  expect(own.length).toBeLessThan(150);
}, 30_000);
