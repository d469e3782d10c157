import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { main } from "../../src/cli/program.ts";
import { CATALOGUE } from "../../src/papers/catalogue/catalogue.ts";
import type { CliPorts } from "../../src/cli/ports.ts";
import { SILENT } from "../../src/lab/progress.ts";
import { defineSystem } from "../../src/lab/index.ts";
import { fakeDefinition, fakeSystem } from "../lab/fake-system.ts";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "commands-"));
  process.env["REPRISE_CACHE"] = join(directory, "cache");
});
afterEach(async () => {
  delete process.env["REPRISE_CACHE"];
  await rm(directory, { recursive: true, force: true });
});

async function reprise(words: readonly string[], changes: Partial<CliPorts> = {}): Promise<{ code: number; out: string; error: string }> {
  const text = { out: "", error: "" };
  const code = await main(words, {
    catalogue: [
      { slug: "fake", family: "fakes", title: "A Fake Paper", arxiv: "2401.00001" },
      { slug: "later", family: "others", title: "A Planned Paper", arxiv: "2401.00002" },
    ],
    systems: { fake: () => Promise.resolve({ default: fakeSystem() }) },
    home: { directory, version: "1.2.3", cloned: false },
    out: (chunk) => (text.out += chunk),
    error: (chunk) => (text.error += chunk),
    progress: () => SILENT,
    signal: new AbortController().signal,
    ...changes,
  });
  return { code, ...text };
}

test("list --json names all 209 with their status", async () => {
  const { code, out, error } = await reprise(["list", "--json"], { catalogue: CATALOGUE, systems: { crossmae: () => Promise.resolve({ default: fakeSystem() }) } });
  const rows = JSON.parse(out) as { slug: string; status: string }[];
  expect({ code, error, rows: rows.length }).toEqual({ code: 0, error: "", rows: 209 });
  expect(rows.find(({ slug }) => slug === "crossmae")).toEqual({ slug: "crossmae", family: "masked", title: "Rethinking Patch Dependence for Masked Autoencoders", arxiv: "2401.14391", status: "runs" });
  expect(rows.filter(({ status }) => status === "planned")).toHaveLength(208);
});

test("list filters by family and suggests the nearest one", async () => {
  expect(JSON.parse((await reprise(["list", "--family", "others", "--json"])).out)).toEqual([{ slug: "later", family: "others", title: "A Planned Paper", arxiv: "2401.00002", status: "planned" }]);
  expect(await reprise(["list", "--family", "faces"])).toMatchObject({ code: 2, error: expect.stringContaining('did you mean "fakes"?') as string });
});

test("info prints tables at the paper's size in columns", async () => {
  const published = [{ caption: "cost", columns: ["model", "GFLOPs"], rows: [["ours", 1.5], ["theirs", 10]] }];
  const ports = { systems: { fake: () => Promise.resolve({ default: defineSystem({ ...fakeDefinition(), published: () => published }) }) } };
  expect((await reprise(["info", "fake"], ports)).out).toContain("\ncost\n  model   GFLOPs\n  ours       1.5\n  theirs      10\n");
  expect(JSON.parse((await reprise(["info", "fake", "--json"], ports)).out)).toMatchObject({ published });
});

test("info tells what a system is, and of a planned one what the catalogue knows", async () => {
  const known = JSON.parse((await reprise(["info", "fake", "--json"])).out) as object;
  expect(known).toMatchObject({ slug: "fake", status: "runs", summary: "It adds a gain to the score.", arms: [{ name: "plain", role: "ablation" }, { name: "baseline" }, { name: "new" }] });
  expect(JSON.parse((await reprise(["info", "later", "--json"])).out)).toEqual({ slug: "later", family: "others", title: "A Planned Paper", arxiv: "2401.00002", status: "planned" });
  expect((await reprise(["info", "fake"])).out).toContain("score(new) - score(baseline) ≥ +0.05");
});

test("run --json prints exactly the documented shape", async () => {
  const { code, out } = await reprise(["run", "fake", "--out", join(directory, "run"), "--json"]);
  const summary = JSON.parse(out) as { seconds: number };
  expect(code).toBe(0);
  expect(summary).toEqual({
    slug: "fake",
    profile: "quick",
    seed: 1,
    arms: [
      { name: "plain", parameters: 1000, flopsPerStep: 0, seconds: 0.5, metrics: { score: 0 } },
      { name: "baseline", parameters: 1000, flopsPerStep: 2e6, seconds: 0.5, metrics: { score: 0.01 } },
      { name: "new", parameters: 1000, flopsPerStep: 1e6, seconds: 0.5, metrics: { score: 0.11 } },
    ],
    claim: { paper: "The new one scores 5 points more at half the cost.", metric: "score", expected: "at least 5 points more and at least 1.5 times fewer FLOPs", measured: 0.1, minimumEffect: 0.05 },
    verdict: "reproduced",
    seconds: summary.seconds,
  });
  expect(summary.seconds).toBeGreaterThan(0);
});

test("run writes a report for people and one for programs", async () => {
  const out = join(directory, "run");
  await reprise(["run", "fake", "--out", out, "--seeds", "2"]);
  expect(await readFile(join(out, "report.html"), "utf8")).toContain("<title>A Fake Paper");
  expect(JSON.parse(await readFile(join(out, "report.json"), "utf8"))).toMatchObject({ format: 1, slug: "fake", seeds: [1, 2], indicative: true });
});

test("a negative verdict is not a failure", async () => {
  const systems = { fake: () => Promise.resolve({ default: fakeSystem({ settings: { gain: -1 } }) }) };
  const { code, out } = await reprise(["run", "fake", "--out", join(directory, "run")], { systems });
  expect(code).toBe(0);
  expect(out).toContain("verdict: not reproduced at this scale (indicative)");
});

test("an arm that throws is a failure with its message", async () => {
  const systems = { fake: () => Promise.resolve({ default: fakeSystem({ onRun: () => { throw new Error("no memory left"); } }) }) };
  expect(await reprise(["run", "fake", "--out", join(directory, "run"), "--json"], { systems })).toEqual({ code: 1, out: "", error: "reprise: no memory left\n" });
});

test.each([
  [["run", "fakr"], 'unknown system "fakr" (did you mean "fake"?)'],
  [["run", "later"], '"later" is planned and does not run yet'],
  [["run", "fake", "--profile", "fast"], "Allowed choices are quick, full"],
  [["run", "fake", "--seed", "one"], "expected a whole number"],
  [["run", "fake", "--seeds", "0"], "at least 1"],
  [["run", "fake", "--seed", "1", "--seeds", "2"], "give one of them"],
  [["run"], "missing required argument"],
  [["run", "fake", "--device", "gpu"], 'device: unknown name "gpu"; choose one of cpu, wasm'],
  [["lits"], "Did you mean list?"],
  [["list", "--jsn"], "Did you mean --json?"],
  [["ledger", "--update"], "writes into a clone"],
])("%j is not understood: exit code 2", async (words, message) => {
  const { code, out, error } = await reprise(words);
  expect({ code, out }).toEqual({ code: 2, out: "" });
  expect(error).toContain(message);
});

test("help and version go to stdout with exit code 0", async () => {
  expect(await reprise(["--version"])).toEqual({ code: 0, out: "1.2.3\n", error: "" });
  expect((await reprise(["--help"])).out).toContain("Exit codes: 0 done");
});

test("doctor reports versions, devices, memory and disk", async () => {
  const report = JSON.parse((await reprise(["doctor", "--json"])).out) as Record<string, unknown>;
  expect(report).toMatchObject({ version: "1.2.3", node: process.versions.node, cacheDirectory: join(directory, "cache") });
  expect(report["devices"]).toContain("cpu");
  expect(report["gigaflopsPerSecond"]).toBeGreaterThan(1);
});

test("a full run enters the ledger, and the ledger is made from it", async () => {
  const clone = { home: { directory, version: "1.2.3", cloned: true } };
  await reprise(["run", "fake", "--profile", "full", "--out", join(directory, "run")], clone);
  await reprise(["ledger", "--update"], clone);
  const table = await readFile(join(directory, "docs/ledger.md"), "utf8");
  expect(table).toContain("| reproduced | 1 |");
  expect(table).toContain("| no full result yet | 1 |");
  expect(table).toMatch(/\| fake \| reproduced \| `score\(new\) - score\(baseline\)` \| ≥ \+0\.05 \| \+0\.1 ± \S+ \| 3 \| \S+ s \| 1 k \| 1 \| none \|/);
  expect(JSON.parse(await readFile(join(directory, "docs/ledger.json"), "utf8"))).toMatchObject({ systems: [{ slug: "fake", verdict: "reproduced", exactChecks: 1 }, { slug: "later" }] });
  // What it showed is told with the system, measured beside expected.
  const { out } = await reprise(["info", "fake"]);
  expect(out).toMatch(/Its last full run: reproduced \(\d+ seeds, .*\)\n {2}- held: .* \(measured \+.*, expected ≥ \+0\.05\)\n/);
  expect(JSON.parse((await reprise(["info", "fake", "--json"])).out)).toMatchObject({ result: { slug: "fake", verdict: "reproduced" } });
});

test("quick runs and runs with fewer seeds stay out of the ledger", async () => {
  const clone = { home: { directory, version: "1.2.3", cloned: true } };
  await reprise(["run", "fake", "--out", join(directory, "a")], clone);
  await reprise(["run", "fake", "--profile", "full", "--seeds", "2", "--out", join(directory, "b")], clone);
  expect((await reprise(["ledger"], clone)).out).toContain("| no full result yet | 2 |");
});

test("a result of no paper, or under another name, is refused by file", async () => {
  await mkdir(join(directory, "results"));
  await writeFile(join(directory, "results", "fake.json"), JSON.stringify({ slug: "other" }));
  expect(await reprise(["ledger"])).toMatchObject({ code: 1, error: expect.stringContaining('fake.json: holds the result of "other"') as string });
});
