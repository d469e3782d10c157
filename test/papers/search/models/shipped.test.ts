import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { FAMILIES } from "../../../../src/papers/catalogue/catalogue.ts";
import { loadSearchModels, shippedModels } from "../../../../src/papers/search/models/load.ts";
import type { SearchModels } from "../../../../src/papers/search/models/port.ts";

let models: SearchModels;
beforeAll(async () => void (models = await loadSearchModels({ threads: 1 })));
afterAll(() => models.release());

const LARGEST = 25 * 2 ** 20;

test("both models together stay below 25 MB", async () => {
  const files = (await readdir(shippedModels(), { recursive: true })).filter((file) => file.startsWith("search-")); // foundations of experiments lie beside them
  expect(files.length).toBeGreaterThan(2);
  const sizes = await Promise.all(files.map((file) => stat(join(shippedModels(), file))));
  expect(sizes.reduce((total, { size }) => total + size, 0)).toBeLessThan(LARGEST);
});

test("a query is nearer to what it means than to what shares no meaning, without a word in common", async () => {
  const [query, near, far] = await models.encoder.encode(["automobile repair", "fixing cars and trucks", "a recipe for chocolate cake"], "document");
  const similarity = (a: Float32Array | undefined, b: Float32Array | undefined): number => (a as Float32Array).reduce((total, value, d) => total + value * ((b as Float32Array)[d] as number), 0);
  expect(similarity(query, near)).toBeGreaterThan(similarity(query, far) + 0.1);
  expect(query).toHaveLength(models.encoder.dimension);
});

test("the reranker puts the document that answers above those that share words or nothing", async () => {
  const scores = await models.reranker.score("compress files into an archive", [
    "A tool that packs several files into one compressed archive.",
    "Plays compressed music from files.",
    "A game about medieval castles.",
  ]);
  expect(scores[0]).toBeGreaterThan(scores[1] as number);
  expect(scores[1]).toBeGreaterThan(scores[2] as number);
});

test("papers are found by their titles among all of the catalogue", async () => {
  const papers = FAMILIES.flatMap((family) => family.papers);
  const documents = await models.encoder.encode(papers.map(({ card }) => [...card.problem, ...card.idea].join(" ")), "document");
  const asked = papers.filter((_, i) => i % 10 === 0);
  const queries = await models.encoder.encode(asked.map(({ title }) => title), "query");
  const found = queries.filter((query, i) => {
    const scores = documents.map((document) => document.reduce((total, value, d) => total + value * (query[d] as number), 0));
    const own = scores[papers.indexOf(asked[i] as (typeof papers)[number])] as number;
    return scores.filter((score) => score > own).length < 10;
  });
  expect(found.length / asked.length).toBeGreaterThan(0.25); // far from chance, 0.05; no measure of quality: docs/search-models.md has those
});

test("WebAssembly, as in a browser, gives the same vectors and scores", async () => {
  const web = await loadSearchModels({ device: "wasm", threads: 1 });
  const texts = ["masked image modelling", "speech recognition for rare languages"];
  const [native, other] = [await models.encoder.encode(texts, "document"), await web.encoder.encode(texts, "document")];
  native.forEach((vector, i) => expect(vector.reduce((total, value, d) => total + value * ((other[i] as Float32Array)[d] as number), 0)).toBeGreaterThan(0.999));
  const [scores, again] = [await models.reranker.score("images", texts), await web.reranker.score("images", texts)];
  scores.forEach((score, i) => expect(again[i]).toBeCloseTo(score, 1));
  await web.release();
});
