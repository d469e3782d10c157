import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { access, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { compileFixture, removeFixture } from "./compiled-fixture.ts";

let main: string;
let directory: string;
beforeAll(async () => {
  main = await compileFixture("process");
});
afterAll(() => removeFixture(main));
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "cli-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly out: string;
  readonly error: string;
}

/** Starts the command in the test's directory. Seeds stay below the full profile's, so that nothing enters results/. */
function start(words: readonly string[], milliseconds = 1): { process: ChildProcess; ended: Promise<Ended> } {
  const child = spawn(process.execPath, [main, ...words], { cwd: directory, env: { ...process.env, REPRISE_CACHE: join(directory, "cache"), FAKE_MILLISECONDS: String(milliseconds) } });
  const text = { out: "", error: "" };
  child.stdout.on("data", (chunk) => (text.out += String(chunk)));
  child.stderr.on("data", (chunk) => (text.error += String(chunk)));
  return { process: child, ended: new Promise((resolve) => child.on("close", (code, signal) => resolve({ code, signal, ...text }))) };
}

const RUN = ["run", "fake", "--profile", "full", "--seeds", "2", "--out", "kept"];
const record = (arm: string, seed: number) => join(directory, "kept", "arms", arm, `seed-${seed}.json`);

/** The first thing a run says, which is when its first arm begins. */
function firstLine({ stderr }: ChildProcess): Promise<unknown> {
  if (!stderr) throw new Error("expected stderr to be a pipe");
  return once(stderr, "data");
}

async function waitFor(path: string): Promise<void> {
  for (let i = 0; i < 500; i++) {
    if (await access(path).then(() => true, () => false)) return;
    await delay(10);
  }
  throw new Error(`${path} did not appear`);
}

test("a run that is killed keeps its finished arms and resumes to the end", async () => {
  const killed = start(RUN, 200);
  await waitFor(record("baseline", 1));
  killed.process.kill("SIGKILL");
  expect((await killed.ended).signal).toBe("SIGKILL");
  const before = await readFile(record("plain", 1), "utf8");

  const resumed = await start([...RUN, "--resume", "--json"], 200).ended;
  expect(resumed.error).not.toContain("plain, seed 1");
  expect(resumed.code).toBe(0);
  expect(await readFile(record("plain", 1), "utf8")).toBe(before);
  expect(JSON.parse(resumed.out)).toMatchObject({ verdict: "reproduced", arms: [{ name: "plain" }, { name: "baseline" }, { name: "new" }] });
});

test("Ctrl-C ends with 130, says how to continue and keeps finished arms", async () => {
  const stopped = start(RUN, 400);
  await waitFor(record("plain", 1));
  stopped.process.kill("SIGINT");
  const { code, out, error } = await stopped.ended;
  expect({ code, out }).toEqual({ code: 130, out: "" });
  expect(error).toContain("reprise run fake --profile full --seeds 2 --out kept --resume");
  const resumed = await start([...RUN, "--resume"], 400).ended;
  expect(resumed.code).toBe(0);
  expect(resumed.out).toContain("verdict: reproduced (indicative)");
});

test("resuming with other settings is refused with exit code 2 and the difference", async () => {
  expect((await start(RUN).ended).code).toBe(0);
  const { code, error } = await start([...RUN, "--resume"], 2).ended;
  expect(code).toBe(2);
  expect(error).toContain("settings.milliseconds: the stored run has 1, this one 2");
});

test("--resume alone finds the latest unfinished run", async () => {
  const begun = start(["run", "fake", "--seed", "4"], 400);
  await firstLine(begun.process);
  begun.process.kill("SIGKILL");
  await begun.ended;
  const resumed = await start(["run", "fake", "--seed", "4", "--resume"], 400).ended;
  expect(resumed.code).toBe(0);
  expect(resumed.error).toMatch(/report: runs\/fake\/quick-.*\/report\.html/);
  expect(await start(["run", "fake", "--resume"]).ended).toMatchObject({ code: 2, error: expect.stringContaining("no unfinished quick run of fake") as string });
});
