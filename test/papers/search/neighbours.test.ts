import { afterAll, beforeAll, expect, test } from "vitest";
import { encodePapers } from "../../../src/papers/search/encode-papers.ts";
import { EXACT_LIMIT } from "../../../src/papers/search/neighbours.ts";
import type { Admission, Neighbours } from "../../../src/papers/search/neighbours.ts";
import { fittingKind, openNeighbours } from "../../../src/papers/search/open-neighbours.ts";
import { ensureVectorIndex } from "../../../src/papers/search/pgvector-neighbours.ts";
import { findModel } from "../../../src/papers/search/vector-store.ts";
import type { StoredModel } from "../../../src/papers/search/vector-store.ts";
import type { PgliteDatabase } from "../../../src/papers/store/pglite.ts";
import { upsertPapers } from "../../../src/papers/store/papers.ts";
import { paper } from "../support/paper.ts";
import { openTestPglite } from "../support/pglite.ts";
import { wordEncoder } from "./support/models.ts";

const COUNT = 400;
/** Of 401 words, a prime, so that no two papers have the same. */
const word = (i: number, step: number): string => `word${(i * step) % 401}`;

let database: PgliteDatabase;
let exact: Neighbours;
let approximate: readonly Neighbours[];
beforeAll(async () => {
  database = await openTestPglite();
  await upsertPapers(database, Array.from({ length: COUNT }, (_, i) => paper(`p${i}`, { title: `${word(i, 5)} ${word(i, 11)} ${word(i, 17)}`, abstract: `${word(i, 3)} ${word(i, 29)}.`, year: 2000 + (i % 20) })));
  await encodePapers(database, wordEncoder(), { batch: 200 });
  const model = (await findModel(database, "words-of-tests")) as StoredModel;
  await ensureVectorIndex(database, model, 0);
  await database.execute("analyze");
  exact = await openNeighbours(database, model, "exact");
  approximate = await Promise.all((["graph", "pgvector"] as const).map((kind) => openNeighbours(database, model, kind)));
});
afterAll(() => database.close());

async function recall(neighbours: Neighbours, admission: Admission): Promise<number> {
  let found = 0;
  for (let i = 0; i < 20; i++) {
    const [vector] = await wordEncoder().encode([`${word(i, 7)} ${word(i, 13)}`], "query");
    const wanted = new Set((await exact.nearest(vector as Float32Array, 10, admission)).map(({ paper: id }) => id));
    const got = await neighbours.nearest(vector as Float32Array, 10, admission);
    expect(got).toHaveLength(wanted.size);
    expect(new Set(got.map(({ paper: id }) => id)).size).toBe(got.length);
    found += got.filter(({ paper: id }) => wanted.has(id)).length / wanted.size;
  }
  return found / 20;
}

test("the database's index exists and finds what exact search finds, as does the index in the process", async () => {
  expect(await database.query("select indexname from pg_indexes where indexname like 'search_vectors_nearest%'")).toHaveLength(1);
  for (const neighbours of approximate) expect(await recall(neighbours, { filters: {} }), neighbours.kind).toBeGreaterThan(0.95);
});

test("a filter, or a few papers by name, cut before the nearest are taken", async () => {
  const inYear = new Set(Array.from({ length: COUNT }, (_, i) => i).filter((i) => i % 20 === 7).map((i) => `p${i}`));
  const byYear: Admission = { filters: { yearFrom: 2007, yearTo: 2007 }, accept: (id) => inYear.has(id) };
  const byName: Admission = { ...byYear, only: [...inYear] };
  for (const neighbours of approximate) {
    expect(await recall(neighbours, byYear), neighbours.kind).toBeGreaterThan(0.95);
    expect(await recall(neighbours, byName), neighbours.kind).toBe(1);
  }
});

test("few vectors are compared one by one; many go to the database's index if there is one", () => {
  expect(fittingKind({ hasVector: true }, EXACT_LIMIT)).toBe("exact");
  expect(fittingKind({ hasVector: true }, EXACT_LIMIT + 1)).toBe("pgvector");
  expect(fittingKind({ hasVector: false }, EXACT_LIMIT + 1)).toBe("graph");
});
