import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ProgressState } from "../../../src/lab/index.ts";
import { decodePack, encodePack } from "../../../src/data/pack.ts";
import { lockDirectory } from "../../../src/lab/node/directory-lock.ts";
import { fromPretrained, indexTexts, SearchIndex } from "../../../src/tasks/index.ts";
import { compileFixture, removeFixture } from "../../cli/compiled-fixture.ts";
import { commandLine } from "../command-line.ts";
import { modelFolder } from "../huggingface/folders.ts";

const temporary = (): string => mkdtempSync(join(tmpdir(), "reprise-search-"));
const reprise = commandLine(temporary());
const TEXTS = ["the cat sat on the mat.", "a dog sat", "quick brown foxes jump over the lazy dog.", "dog dog cat"];
let model: string;
beforeAll(() => {
  model = modelFolder("bert-features");
});

test("an index finds by words, by vectors and by both, and a reranker orders what was found", async () => {
  const out = join(temporary(), "index");
  const own = await fromPretrained(model);
  await indexTexts(TEXTS, { out, model: { place: model, model: own }, partSize: 3 });
  const index = await SearchIndex.open(out);
  expect((await index.search("foxes", { mode: "words" })).map(({ id }) => id)).toEqual([2]);
  // The vector nearest to a text is its own.
  for (const [id, text] of TEXTS.entries()) expect((await index.search(text, { mode: "vectors", k: 1 }))[0]).toMatchObject({ id, text });
  expect((await index.search("a dog sat"))[0]?.id).toBe(1);
  expect((await index.search("a dog sat", { reranker: own, k: 2 }))[0]?.id).toBe(1);
  await expect(index.search(" ")).rejects.toThrow(/the query is empty/);
  await index.release();
});

test("a damaged file, other weights and an unfinished index are refused by name", async () => {
  const out = join(temporary(), "index");
  await indexTexts(TEXTS, { out, partSize: 2 });
  await expect((await SearchIndex.open(out)).search("dog", { mode: "vectors" })).rejects.toThrow(/made without a model/);
  await expect(indexTexts(TEXTS, { out })).rejects.toThrow(/holds a finished index/);
  const part = join(out, "part-000001.pack");
  const bytes = readFileSync(part);
  bytes[bytes.length - 1] = (bytes.at(-1) as number) ^ 1;
  writeFileSync(part, bytes);
  await expect(SearchIndex.open(out)).rejects.toThrow(/part-000001\.pack: its SHA-256 differs/);
  await expect(SearchIndex.open(temporary())).rejects.toThrow(/found no index\.json/);
});

test("data that changed since an index was begun are refused", async () => {
  const out = join(temporary(), "index");
  await indexTexts(TEXTS.slice(0, 2), { out, partSize: 2 });
  rmSync(join(out, "index.json")); // as if the end had not been reached
  await expect(indexTexts(["other", ...TEXTS], { out, partSize: 2 })).rejects.toThrow(/holds other texts/);
  expect(await indexTexts(TEXTS, { out, partSize: 2 })).toMatchObject({ count: 4, kept: 2 });
});

test("indexing into a folder that holds other files leaves them alone, and is refused while another process does it", async () => {
  const out = temporary();
  for (const name of ["part-00000.parquet", "part-000007.pack", "part-one.txt"]) writeFileSync(join(out, name), "mine");
  const lock = await lockDirectory(out);
  await expect(indexTexts(TEXTS, { out })).rejects.toThrow(/is in use by process/);
  await lock.release();
  await indexTexts(TEXTS, { out });
  expect(readdirSync(out).sort()).toEqual(["index.json", "part-00000.parquet", "part-000000.pack", "part-one.txt", "terms.pack"]); // part-000007.pack is a part by its name
});

let main: string;
beforeAll(async () => {
  main = await compileFixture("search-index");
});
afterAll(() => removeFixture(main));

test("indexing that is killed at random moments ends with every text once", async () => {
  const folder = temporary();
  const data = join(folder, "texts.jsonl");
  const texts = Array.from({ length: 3000 }, (_, i) => `dog ${i} sat`);
  writeFileSync(data, texts.map((text) => `${JSON.stringify({ text })}\n`).join(""));
  const out = join(folder, "index");
  const words = ["search", "index", data, "--index", out, "--model", model];
  for (const parts of [1, 3]) {
    const child = spawn(process.execPath, [main, ...words], { stdio: "ignore" });
    const ended = once(child, "exit");
    for (let i = 0; i < 3000 && !(readable(out).length >= parts); i++) await delay(5);
    await delay(Math.random() * 30);
    child.kill("SIGKILL");
    await ended;
  }
  const { code, out: text } = await reprise(...words, "--json");
  expect(code).toBe(0);
  expect(JSON.parse(text)).toMatchObject({ texts: 3000, parts: 6 });
  expect((JSON.parse(text) as { kept: number }).kept).toBeGreaterThanOrEqual(512);
  expect(readdirSync(out).filter((name) => name.includes(".partial-"))).toEqual([]);
  const found = await reprise("search", "query", out, "2999", "--json", "--mode", "words");
  expect(found.out.trim().split("\n").map((line) => JSON.parse(line) as object)).toMatchObject([{ id: 2999, text: "dog 2999 sat" }]);
});

test("embed answers each text as it comes, and ends when its reader has seen enough", async () => {
  const child = spawn(process.execPath, [main, "embed", model, "--data", "-", "--lines", "--batch", "1"], { stdio: ["pipe", "pipe", "ignore"] });
  child.stdin.on("error", () => undefined); // what is still under way when it ends
  let feeding: ReturnType<typeof setInterval> | undefined;
  const ended = once(child, "exit");
  try {
    child.stdin.write("a dog sat\n");
    const [first] = (await once(child.stdout, "data")) as [Buffer];
    expect(JSON.parse(String(first).split("\n")[0] as string)).toMatchObject({ text: "a dog sat" });
    feeding = setInterval(() => child.stdin.write("a dog sat\n".repeat(100)), 20);
    child.stdout.destroy();
    expect(await ended).toEqual([0, null]);
  } finally {
    clearInterval(feeding);
    child.kill();
  }
});

function readable(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith(".pack"));
  } catch {
    return [];
  }
}

test("vectors of a model whose answers are scores or labels are refused, by embed and by search index", async () => {
  const labels = modelFolder("bert-sequence-classification");
  const texts = join(temporary(), "texts.txt");
  writeFileSync(texts, TEXTS.join("\n"));
  const embedded = await reprise("embed", labels, "--data", texts);
  expect([embedded.code, embedded.out]).toEqual([2, ""]);
  expect(embedded.error).toMatch(/embed: expected a model of vectors, such as a bi-encoder; this one gives the labels .*: ask it with classify/);
  const indexed = await reprise("search", "index", texts, "--index", join(temporary(), "index"), "--model", labels);
  expect([indexed.code, indexed.error]).toEqual([2, expect.stringContaining("search index: expected a model of vectors")]);
});

test("broken texts are counted in the end, and only the first twenty are told one by one", async () => {
  const texts = join(temporary(), "texts.jsonl");
  writeFileSync(texts, `{"text": "a dog sat"}\n${'{"text": ""}\n'.repeat(30)}`);
  const { code, error } = await reprise("embed", model, "--data", texts);
  expect([code, error.match(/^broken: /gm)?.length]).toEqual([0, 20]);
  expect(error).toContain(`${texts}: 1 records read, 30 broken and left out\n`);
});

test("indexing a file shows which share of it is done, with the time to go, and never goes back", async () => {
  const shares: number[] = [];
  const left: (number | undefined)[] = [];
  const progress = { update: ({ fraction, secondsLeft }: ProgressState) => void (shares.push(fraction), left.push(secondsLeft)), message: () => undefined, end: () => undefined };
  const own = await fromPretrained(model);
  const texts = join(temporary(), "texts.txt");
  writeFileSync(texts, Array.from({ length: 40 }, (_, i) => `a dog sat ${"on the mat ".repeat(i % 5)}`).join("\n"));
  await indexTexts(texts, { out: join(temporary(), "index"), model: { place: model, model: own }, partSize: 10, progress });
  expect(shares.length).toBeGreaterThanOrEqual(4);
  expect(shares).toEqual(shares.toSorted((a, b) => a - b));
  expect([shares.at(-1), left.at(-1)]).toEqual([1, 0]);
  expect(shares.some((share) => share > 0.2 && share < 0.8)).toBe(true);
  await own.release();
});

test("the id of a record comes back with its hit, its vector and its place, and ids that changed are other data", async () => {
  const folder = temporary();
  const texts = join(folder, "texts.jsonl");
  const rows = [{ id: "x-1", text: "a dog sat" }, { id: 7, text: "the cat sat" }, { text: "quick brown foxes" }, { id: ["no", "name"], text: "the lazy dog" }];
  writeFileSync(texts, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  const rowsOf = ({ out }: { readonly out: string }) => out.trim().split("\n").map((line) => JSON.parse(line) as { id?: unknown; key?: unknown; text: string });
  expect((await reprise("search", "index", texts, "--index", join(folder, "index"))).code).toBe(0);
  expect(rowsOf(await reprise("search", "query", join(folder, "index"), "cat", "--json"))).toEqual([{ id: 1, key: "7", score: expect.any(Number), text: "the cat sat" }]);
  expect(rowsOf(await reprise("search", "query", join(folder, "index"), "foxes", "--json"))[0]).not.toHaveProperty("key");
  expect(rowsOf(await reprise("embed", model, "--data", texts)).map(({ id }) => id)).toEqual(["x-1", "7", undefined, undefined]);
  expect(Object.fromEntries(rowsOf(await reprise("rerank", model, "--query", "a dog", "--data", texts)).map(({ id, text }) => [text, id]))).toEqual({ "a dog sat": "x-1", "the cat sat": "7", "quick brown foxes": undefined, "the lazy dog": undefined });
  rmSync(join(folder, "index", "index.json"));
  writeFileSync(texts, rows.map((row) => `${JSON.stringify({ ...row, id: "other" })}\n`).join(""));
  expect((await reprise("search", "index", texts, "--index", join(folder, "index"))).error).toContain("holds other texts than");
});

test("a hit without an id says its file and line; an index of before that did not know them still opens", async () => {
  const folder = temporary();
  mkdirSync(join(folder, "notes/old"), { recursive: true });
  writeFileSync(join(folder, "notes/new.txt"), "the cat sat\n\na dog sat\n");
  writeFileSync(join(folder, "notes/old/rows.jsonl"), '{"text": "quick brown foxes"}\n{"text": "the lazy foxes", "id": "named"}\n');
  const [notes, out] = [join(folder, "notes"), join(folder, "index")];
  await indexTexts(notes, { out });
  const found = async (query: string) => (await (await SearchIndex.open(out)).search(query)).map(({ text, key, file, line }) => ({ text, key, file, line }));
  expect(await found("dog")).toEqual([{ text: "a dog sat", key: undefined, file: "new.txt", line: 3 }]);
  expect(await found("foxes quick")).toEqual([
    { text: "quick brown foxes", key: undefined, file: "old/rows.jsonl", line: 1 },
    { text: "the lazy foxes", key: "named", file: undefined, line: undefined },
  ]);
  expect((await reprise("search", "query", out, "dog")).out).toMatch(/^\d\.\d{4} {2}new\.txt:3 {2}a dog sat\n$/u);
  expect(JSON.parse((await reprise("search", "query", out, "dog", "--json")).out)).toMatchObject({ file: "new.txt", line: 3 });
  const single = join(folder, "single");
  await indexTexts(join(notes, "new.txt"), { out: single });
  expect((await (await SearchIndex.open(single)).search("cat"))[0]).toMatchObject({ file: "new.txt", line: 1 });

  // As it was written before: the part without places, and the list of parts with the part's checksum.
  const [part, list] = [join(out, "part-000000.pack"), join(out, "index.json")];
  const { pack } = await decodePack(new Uint8Array(readFileSync(part)));
  const { places, ...meta } = pack.meta as { places?: unknown };
  expect(places).toBeDefined();
  const { bytes } = await encodePack({ arrays: pack.arrays, meta });
  writeFileSync(part, bytes);
  const manifest = JSON.parse(readFileSync(list, "utf8")) as { parts: { sha256: string }[] };
  (manifest.parts[0] as { sha256: string }).sha256 = createHash("sha256").update(bytes).digest("hex");
  writeFileSync(list, JSON.stringify(manifest));
  expect(await found("dog")).toEqual([{ text: "a dog sat", key: undefined, file: undefined, line: undefined }]);
});
