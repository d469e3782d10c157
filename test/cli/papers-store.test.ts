import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { commandLine, textPorts } from "./support/command-line.ts";
import type { WrittenText } from "./support/command-line.ts";
import { worker } from "../../src/cli/commands/worker.ts";
import type { CliPorts } from "../../src/cli/ports.ts";
import { CATALOGUE } from "../../src/papers/catalogue/catalogue.ts";
import { PermanentFailure } from "../../src/papers/queue/job.ts";
import { Queue } from "../../src/papers/queue/queue.ts";
import { openDatabase } from "../../src/papers/store/open.ts";
import { fakeSystem } from "../lab/fake-system.ts";
import { seedDirectory } from "../papers/support/pglite.ts";

let directory: string;
let place: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "papers-store-"));
  place = join(directory, "data");
  await seedDirectory(place);
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const others = { catalogue: CATALOGUE, systems: { crossmae: () => Promise.resolve({ default: fakeSystem() }) } };
const ports = (text: WrittenText, signal = new AbortController().signal): CliPorts => textPorts(text, directory, { ...others, signal });
const reprise = (...words: readonly string[]): ReturnType<typeof commandLine> => commandLine([...words, "--database", place], directory, others);

test("the catalogue is imported, shown, backed up and restored", async () => {
  expect(JSON.parse((await reprise("papers", "import-catalogue", "--json")).out)).toEqual({ added: 209, changed: 0, unchanged: 0 });
  const file = join(directory, "papers.jsonl.gz");
  const { rows } = JSON.parse((await reprise("papers", "backup", file, "--json")).out) as { rows: number };
  expect(rows).toBe(418); // each paper, and where it was seen
  expect(await reprise("papers", "restore", file)).toMatchObject({ code: 2, error: expect.stringContaining("add --force") as string });
  expect(await reprise("papers", "restore", file, "--force")).toEqual({ code: 0, out: "", error: `418 rows restored from ${file}\n` });
  const status = JSON.parse((await reprise("papers", "status", "--json")).out) as { tables: { name: string; rows: number }[]; jobs: unknown[] };
  expect(status).toMatchObject({ host: "pglite", hasVector: true, jobs: [], dead: [] });
  expect(status.tables.find(({ name }) => name === "papers")).toMatchObject({ rows: 209 });
});

test("a worker does the jobs, logs without payloads, and what it gave up is shown and retried", async () => {
  const database = await openDatabase({ directory: place });
  const queue = new Queue(database);
  await queue.send("encode", { secret: "ada@example.org" }, { key: "good" });
  await queue.send("encode", { bad: true }, { key: "bad" });
  await database.close();
  const text = { out: "", error: "" };
  const handlers = {
    encode: () =>
      Promise.resolve((payload: unknown) => {
        if (JSON.stringify(payload).includes("bad")) throw new PermanentFailure("cannot be encoded");
        return Promise.resolve();
      }),
  };
  await worker(ports(text), { concurrency: 1, grace: 1, untilIdle: true, database: place }, handlers);
  expect(text.error.trim().split("\n").map((line) => (JSON.parse(line) as { event: string }).event)).toEqual(["ready", "started", "finished", "started", "failed"]);
  expect(text.error).not.toContain("ada@example.org");

  const { out } = await reprise("papers", "status");
  expect(out).toMatch(/encode {5}dead {10}1\n/);
  expect(out).toMatch(/\d+ encode bad: after 1 attempts, PermanentFailure: cannot be encoded/);
  expect(JSON.parse((await reprise("papers", "retry", "999", "--json")).out)).toEqual({ jobs: 0 });
  expect(JSON.parse((await reprise("papers", "retry", "--json")).out)).toEqual({ jobs: 1 });

  await expect(worker(ports(text), { concurrency: 1, grace: 1, kinds: ["encoed"], database: place }, handlers)).rejects.toThrow(/unknown kind of job "encoed".*did you mean "encode"/);
  await expect(worker(ports(text), { concurrency: 1, grace: 1, kinds: ["digest"], database: place }, handlers)).rejects.toThrow(/no handler for jobs of the kind "digest"; this version does encode/);
  await expect(worker(ports(text), { concurrency: 1, grace: 1, kinds: ["run"], untilIdle: true, database: place }, handlers)).rejects.toThrow(/--until-idle: runs/);
});

test("a worker without jobs stops when asked", async () => {
  const text = { out: "", error: "" };
  const controller = new AbortController();
  const working = worker(ports(text, controller.signal), { concurrency: 2, grace: 1, database: place, kinds: ["digest"] }, { digest: () => Promise.reject(new Error("never asked for")) });
  while (!text.error.includes("ready")) await new Promise((resolve) => setTimeout(resolve, 20));
  controller.abort("SIGTERM");
  await working;
});
