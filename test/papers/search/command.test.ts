import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { indexPapers, searchPapers, similarPapers } from "../../../src/cli/commands/papers-search.ts";
import { main } from "../../../src/cli/program.ts";
import type { CliPorts } from "../../../src/cli/ports.ts";
import type { SearchHit } from "../../../src/papers/search/index.ts";
import { openDatabase } from "../../../src/papers/store/open.ts";
import { upsertPapers } from "../../../src/papers/store/papers.ts";
import { textPorts } from "../../cli/support/command-line.ts";
import type { WrittenText } from "../../cli/support/command-line.ts";
import { paper } from "../support/paper.ts";
import { seedDirectory } from "../support/pglite.ts";
import { overlapReranker, wordEncoder } from "./support/models.ts";

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "reprise-search-"));
  await seedDirectory(directory);
  const database = await openDatabase({ directory });
  await upsertPapers(database, [
    paper("mae", { slug: "mae", family: "masked", arxiv: "2401.14391", title: "Masked pictures", abstract: "An autoencoder for pictures.", year: 2021, modalities: ["image"], runs: true }),
    paper("arxiv:2201.00001", { title: "Sounds of \u001b[31mspeech", abstract: "Spoken words.", year: 2022, modalities: ["speech"], code: "https://example.org" }),
    paper("arxiv:2301.00002", { title: "Image captions", abstract: "Sentences about an image.", year: 2023, modalities: ["image", "text"] }),
  ]);
  await database.close();
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const models = () => Promise.resolve({ encoder: wordEncoder(), reranker: overlapReranker(), release: () => Promise.resolve() });

function ports(): CliPorts & { readonly text: WrittenText } {
  const text = { out: "", error: "" };
  return { text, ...textPorts(text, directory) };
}

test("index encodes what is stored, search finds it by meaning and says why, similar finds its like", async () => {
  const indexing = ports();
  await indexPapers(indexing, { database: directory, json: true }, models);
  expect(JSON.parse(indexing.text.out)).toEqual({ model: "words-of-tests", papers: 3, encoded: 6, kept: 0, texts: 0 });

  const search = ports();
  await searchPapers(search, "photograph", { database: directory, limit: 2, json: true }, models);
  const hits = JSON.parse(search.text.out) as SearchHit[];
  expect(hits).toHaveLength(2);
  expect(hits[0]).toMatchObject({ title: expect.any(String) as string, score: expect.any(Number) as number, stages: { dense: expect.any(Number) as number }, why: expect.any(Array) as unknown[] });
  expect(hits.map(({ id }) => id).sort()).toEqual(["arxiv:2301.00002", "mae"]); // both are about images, the word is in neither

  const similar = ports();
  await similarPapers(similar, "mae", { database: directory, limit: 1 }, models);
  expect(similar.text.out).toContain("Image captions");
  for (const meant of ["arxiv:2401.14391", "https://arxiv.org/abs/2401.14391v2", "masked pictures"]) {
    const again = ports();
    await similarPapers(again, meant, { database: directory, limit: 1 }, models);
    expect(again.text.out, meant).toBe(similar.text.out);
  }
});

test("filters of the command line; text of strangers cannot steer the terminal", async () => {
  const found = ports();
  await searchPapers(found, "words", { database: directory, limit: 5, year: "2022..", hasCode: true }, models);
  expect(found.text.out).toContain("Sounds of  [31mspeech");
  expect(found.text.out).not.toContain("\u001b");
  expect(found.text.out).not.toContain("Image captions");
  const none = ports();
  await searchPapers(none, "words", { database: directory, limit: 5, family: "maskd" }, models);
  expect(none.text).toEqual({ out: "", error: expect.stringContaining('no paper has the family "maskd" (did you mean "masked"?)') as string });
});

test("without models papers are found by their words, and said so; a model that was asked for must be there", async () => {
  const broken = () => Promise.reject(new Error("no file"));
  const found = ports();
  await searchPapers(found, "captions", { database: directory, limit: 5 }, broken);
  expect(found.text.out).toContain("Image captions");
  expect(found.text.error).toContain("papers are found by their words only: no file");
  await expect(searchPapers(ports(), "captions", { database: directory, limit: 5, encoder: "mine" }, broken)).rejects.toThrow("no file");
});

test("what is not understood is said with exit code 2", async () => {
  await expect(searchPapers(ports(), "words", { database: directory, limit: 5, year: "soon" }, models)).rejects.toThrow(/--year: "soon" is no year/);
  await expect(similarPapers(ports(), "nowhere", { database: directory, limit: 5 }, models)).rejects.toThrow(/no paper is called "nowhere"/);
  const wrong = ports();
  expect(await main(["papers", "search", "x", "--limit", "none", "--database", directory], wrong)).toBe(2);
});
