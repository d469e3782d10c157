import { afterAll, beforeAll, expect, test } from "vitest";
import { encodePapers } from "../../../src/papers/search/encode-papers.ts";
import type { RerankerPort } from "../../../src/papers/search/models/port.ts";
import { PaperSearch } from "../../../src/papers/search/paper-search.ts";
import type { PaperSearchOptions } from "../../../src/papers/search/paper-search.ts";
import type { SearchResult } from "../../../src/papers/search/port.ts";
import { upsertPapers } from "../../../src/papers/store/papers.ts";
import { openTestPglite } from "../support/pglite.ts";
import { paper } from "../support/paper.ts";
import { overlapReranker, wordEncoder } from "./support/models.ts";

const PAPERS = Array.from({ length: 12 }, (_, i) => paper(`p${i}`, { title: `Masked images number ${i}`, abstract: `We mask images ${i} times. Speech is left alone.` }));

let database: Awaited<ReturnType<typeof openTestPglite>>;

beforeAll(async () => {
  database = await openTestPglite();
  await upsertPapers(database, PAPERS);
  await encodePapers(database, wordEncoder());
});
afterAll(() => database.close());

/** A reranker that gives nothing before it is let, and how many searches it served at once at most. */
function heldReranker(): { readonly reranker: RerankerPort; release(): void; most(): number } {
  let [now, most] = [0, 0];
  let release = (): void => undefined;
  const held = new Promise<void>((done) => (release = done));
  const quick = overlapReranker();
  const score: RerankerPort["score"] = async (query, documents) => {
    most = Math.max(most, ++now);
    await held;
    now--;
    return quick.score(query, documents);
  };
  return { reranker: { ...quick, score }, release, most: () => most };
}

const searchWith = (reranker: RerankerPort, options: PaperSearchOptions = {}): Promise<PaperSearch> => PaperSearch.open(database, { encoder: wordEncoder(), reranker }, { freshness: 0, ...options });

test("with a reranker that is slow, as many searches as there is room for wait for it; the others are answered without and told", async () => {
  const { reranker, release, most } = heldReranker();
  const search = await searchWith(reranker, { rerankersAtOnce: 3, encodersAtOnce: 40, rerankBudget: 60_000, keptShortly: 400 });
  const full: SearchResult[] = [];
  const short: SearchResult[] = [];
  const all = Promise.all(Array.from({ length: 40 }, async (_, i) => {
    const result = await search.search(`masked images ${i}`, {}, 5);
    (result.leftOut === undefined ? full : short).push(result);
  }));
  await expect.poll(() => short.length).toBe(37); // while the reranker still holds the rest
  expect(full).toHaveLength(0);
  for (const { hits, leftOut, notices } of short) {
    expect(leftOut).toEqual(["rerank"]);
    expect(hits).toHaveLength(5);
    expect(Object.keys(hits[0]?.stages ?? {}).sort()).toEqual(["dense", "fused", "lexical"]);
    expect(notices?.join()).toMatch(/not read again/);
  }
  release();
  await all;
  expect(full).toHaveLength(3);
  expect(most()).toBe(3);
  for (const { hits } of full) expect(hits[0]?.stages).toHaveProperty("rerank");
  // what lacks a stage is kept for a moment only
  await expect.poll(async () => (await search.search("masked images 39", {}, 5)).hits[0]?.stages).toHaveProperty("rerank");
  await search.close();
});

test("without room at the encoder papers are found by their words, and that is said", async () => {
  let release = (): void => undefined;
  const busy = new Promise<void>((done) => (release = done));
  const encoder = wordEncoder();
  const waiting = { ...encoder, encode: async (...request: Parameters<typeof encoder.encode>) => (await busy, encoder.encode(...request)) };
  const search = await PaperSearch.open(database, { encoder: waiting, reranker: overlapReranker() }, { encodersAtOnce: 1 });
  const first = search.search("masked images", {}, 5);
  const second = await search.search("images masked", {}, 5);
  expect(second.leftOut).toEqual(["dense", "rerank"]);
  expect(second.notices?.join()).toMatch(/by their words only/);
  expect(Object.keys(second.hits[0]?.stages ?? {}).sort()).toEqual(["fused", "lexical"]);
  release();
  expect((await first).leftOut).toBeUndefined();
  await search.close();
});

test("a question asked by many at once is answered once, and kept until a paper changes", async () => {
  const reranker = overlapReranker();
  const search = await searchWith(reranker);
  const ask = async (): Promise<string[]> => (await search.search("masked images", {}, 20)).hits.map(({ id }) => id);
  const [first, ...others] = await Promise.all(Array.from({ length: 10 }, ask));
  for (const other of others) expect(other).toEqual(first);
  const asked = reranker.asked.length;
  await ask();
  await search.search("masked images", { family: undefined }, 20); // a filter that is not set is no filter
  expect(reranker.asked).toHaveLength(asked);
  await search.search("masked images", { hasCode: false }, 20);
  expect(reranker.asked.length).toBeGreaterThan(asked);

  await upsertPapers(database, [paper("late", { title: "Masked images at last" })]);
  await search.refresh();
  expect(await ask()).toContain("late");
  await search.close();
});
