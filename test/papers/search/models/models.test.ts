import { mkdtemp, rm, writeFile, mkdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { tmpdir } from "node:os";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadSearchModels } from "../../../../src/papers/search/models/load.ts";
import type { SearchModels } from "../../../../src/papers/search/models/port.ts";
import { commonTokens, pairRow, textRow } from "../../../../src/papers/search/models/token-rows.ts";
import { encoderProgram, rerankerProgram } from "../../../../src/papers/search/models/training/encode-batches.ts";
import { exportEncoder, exportReranker } from "../../../../src/papers/search/models/training/export.ts";
import type { ModelFolder } from "../../../../src/papers/search/models/training/export.ts";
import { toyEncoder, toyReranker, toyVocabulary } from "./support/toy.ts";

const vocabulary = toyVocabulary();
const { tokenizer } = vocabulary;
const encoder = toyEncoder(vocabulary);
const reranker = toyReranker(vocabulary);
const TEXTS = ["fast search of images", "the", "", "code encoder text paper speech images search fast the of code", "speech"];

let directory: string;
let models: SearchModels;

async function write(folder: string, files: ModelFolder): Promise<void> {
  for (const [name, bytes] of files) {
    await mkdir(dirname(join(directory, folder, name)), { recursive: true });
    await writeFile(join(directory, folder, name), bytes);
  }
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "reprise-search-models-"));
  await write("search-encoder", await exportEncoder(encoder, tokenizer, { training: { seed: 0 }, storage: "float32" }));
  await write("search-reranker", await exportReranker(reranker, tokenizer, 8, { training: { seed: 0 }, storage: "float32" }));
  models = await loadSearchModels({ directory, threads: 1 });
});
afterAll(async () => {
  await models.release();
  await rm(directory, { recursive: true, force: true });
});

test("the exported encoder gives the module's vectors, whatever else is in the batch", async () => {
  const program = encoderProgram(encoder);
  const expected = await program.run(TEXTS.map((text) => textRow(tokenizer, text, 24)), 24);
  await program.release();
  const together = await models.encoder.encode(TEXTS, "document");
  const [alone] = await models.encoder.encode([TEXTS[3] as string], "query");
  together.forEach((vector, i) => vector.forEach((value, d) => expect(value).toBeCloseTo(expected[i]?.[d] as number, 4)));
  alone?.forEach((value, d) => expect(value).toBeCloseTo(together[3]?.[d] as number, 5));
  for (const vector of together) expect(Math.hypot(...vector)).toBeCloseTo(1, 4);
  expect(models.encoder.dimension).toBe(together[0]?.length);
});

test("a text beyond the model's length is cut, not refused", async () => {
  const long = "search images ".repeat(40);
  const [cut, whole] = await models.encoder.encode([long, "search images ".repeat(11)], "document");
  expect(cut).toEqual(whole); // 22 tokens and two special ones
});

test("the exported reranker gives the module's scores in the order of the documents", async () => {
  const common = commonTokens(tokenizer);
  const query = tokenizer.encode("fast images");
  const program = rerankerProgram(reranker);
  const expected = await program.run(TEXTS.map((text) => pairRow(tokenizer, query, tokenizer.encode(text), 24, common)), 24);
  await program.release();
  const scores = await models.reranker.score("fast images", TEXTS);
  scores.forEach((score, i) => expect(score).toBeCloseTo(expected[i]?.[0] as number, 4));
  expect(await models.reranker.score("fast", [])).toHaveLength(0);
});

test("eight bits keep directions", async () => {
  const files = await exportEncoder(encoder, tokenizer, { training: {} });
  await write("small/search-encoder", files);
  await write("small/search-reranker", await exportReranker(reranker, tokenizer, 8, { training: {} }));
  const small = await loadSearchModels({ directory: join(directory, "small"), threads: 1 });
  const [exact, rounded] = [await models.encoder.encode(TEXTS, "document"), await small.encoder.encode(TEXTS, "document")];
  await small.release();
  exact.forEach((vector, i) => expect(vector.reduce((total, value, d) => total + value * (rounded[i]?.[d] as number), 0)).toBeGreaterThan(0.98));
  expect(small.encoder.id).not.toBe(models.encoder.id); // other weights, other vectors
});

test("another encoder takes the shipped one's place", async () => {
  let released = 0;
  const own = { id: "own", dimension: 2, encode: async (texts: readonly string[]) => texts.map(() => Float32Array.of(1, 0)), release: async () => void released++ };
  const replaced = await loadSearchModels({ directory, encoder: own, threads: 1 });
  expect(replaced.encoder).toBe(own);
  await replaced.release();
  expect(released).toBe(1);
});

test("what is missing or no model is named", async () => {
  await expect(loadSearchModels({ directory: join(directory, "nowhere") })).rejects.toThrow(`cannot read ${join(directory, "nowhere", "search-encoder", "config.json")}`);
  const path = join(directory, "small", "search-encoder", "config.json");
  const good = await readFile(path, "utf8");
  await writeFile(path, good.replace('"dimension": 16', '"dimension": "wide"'));
  await expect(loadSearchModels({ directory: join(directory, "small") })).rejects.toThrow(/small.search-encoder.config\.json: not the configuration of this search model: dimension/);
  await writeFile(path, good.replace("onnx/", "../"));
  await expect(loadSearchModels({ directory: join(directory, "small") })).rejects.toThrow("expected the name of a file in the folder");
  await writeFile(path, "{");
  await expect(loadSearchModels({ directory: join(directory, "small") })).rejects.toThrow("is not valid JSON");
});
