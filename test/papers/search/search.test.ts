import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { encodePapers } from "../../../src/papers/search/encode-papers.ts";
import type { LexicalStage } from "../../../src/papers/search/lexical.ts";
import { NEIGHBOUR_KINDS } from "../../../src/papers/search/neighbours.ts";
import { PaperSearch } from "../../../src/papers/search/paper-search.ts";
import type { SearchFilters } from "../../../src/papers/search/port.ts";
import type { Database } from "../../../src/papers/store/database.ts";
import type { PaperRecord } from "../../../src/papers/store/paper-record.ts";
import { upsertPapers } from "../../../src/papers/store/papers.ts";
import { describeDatabases } from "../support/databases.ts";
import { paper } from "../support/paper.ts";
import { overlapReranker, wordEncoder } from "./support/models.ts";

const WORDS = ["mask", "image", "speech", "sentence", "video", "graph", "protein", "attention", "token", "code"];
const PAPERS: readonly PaperRecord[] = Array.from({ length: 60 }, (_, i) => {
  const word = (step: number): string => WORDS[(i * step + (i >> 2)) % WORDS.length] as string;
  return paper(`p${i}`, {
    slug: i % 3 === 0 ? `p${i}` : null,
    family: i % 3 === 0 ? (["vision", "audio"][i % 2] as string) : null,
    title: `${word(1)} and ${word(3)} number ${i}`,
    abstract: `We study ${word(7)} with ${word(3)}. It helps ${word(1)}.\n\nA second part on ${word(9)}.`,
    authors: [`Author ${word(1)}son`],
    keywords: [word(7)],
    modalities: [["image", "text", "speech"][i % 3] as string],
    year: i % 10 === 9 ? null : 2010 + (i % 10),
    code: i % 4 === 0 ? "https://example.org/code" : null,
    runs: i % 6 === 0,
  });
});

/** The rule of the filters, written once more. */
function passes(record: PaperRecord, { family, yearFrom, yearTo, modality, status, hasCode }: SearchFilters): boolean {
  if (family !== undefined && record.family !== family) return false;
  if (yearFrom !== undefined && (record.year === null || record.year < yearFrom)) return false;
  if (yearTo !== undefined && (record.year === null || record.year > yearTo)) return false;
  if (modality !== undefined && !record.modalities.includes(modality)) return false;
  if (status === "runs" && !record.runs) return false;
  if (status === "planned" && (record.runs || record.slug === null)) return false;
  return hasCode === undefined || (record.code !== null) === hasCode;
}

const filters: fc.Arbitrary<SearchFilters> = fc.record(
  { family: fc.constantFrom("vision", "audio", "none"), yearFrom: fc.integer({ min: 2008, max: 2020 }), yearTo: fc.integer({ min: 2008, max: 2020 }), modality: fc.constantFrom("image", "text", "speech"), status: fc.constantFrom("runs" as const, "planned" as const), hasCode: fc.boolean() },
  { requiredKeys: [] },
);

describeDatabases("search", (database) => {
  const open = (lexical: LexicalStage["kind"], neighbours: (typeof NEIGHBOUR_KINDS)[number]): Promise<PaperSearch> => PaperSearch.open(database(), { encoder: wordEncoder(), reranker: overlapReranker() }, { lexical, neighbours });
  const kinds = (db: Database): (typeof NEIGHBOUR_KINDS)[number][] => NEIGHBOUR_KINDS.filter((kind) => kind !== "pgvector" || db.hasVector);
  let searches: PaperSearch[] = [];
  const main = (): PaperSearch => searches[0] as PaperSearch;

  beforeAll(async () => {
    await upsertPapers(database(), PAPERS);
    await encodePapers(database(), wordEncoder());
    searches = [...(await Promise.all(kinds(database()).map((kind) => open("memory", kind)))), await open("postgres", "exact")];
  });
  afterAll(() => Promise.all(searches.map((search) => search.close())));

  test("no result is one that a filter leaves out, and none that passes is missing, whichever index answers", async () => {
    await fc.assert(
      fc.asyncProperty(filters, fc.constantFrom(...WORDS), fc.constantFrom(...WORDS), async (chosen, first, second) => {
        const allowed = PAPERS.filter((record) => passes(record, chosen)).map(({ id }) => id);
        for (const search of searches) {
          const { hits } = await search.search(`${first} ${second}`, chosen, 100);
          expect(hits.map(({ id }) => id).sort()).toEqual([...allowed].sort()); // the dense stage ranks all that pass
          expect(hits.map(({ score }) => score)).toEqual(hits.map(({ score }) => score).sort((a, b) => b - a));
          const lexical = await search.search(first, chosen, 5, "lexical");
          expect(allowed).toEqual(expect.arrayContaining(lexical.hits.map(({ id }) => id)));
        }
      }),
      { numRuns: 12 },
    );
  });

  test("phrases, fields and exclusions hold for every result of every index", async () => {
    const has = (record: PaperRecord, text: string): boolean => [record.title, record.abstract, ...record.keywords].some((part) => part.toLowerCase().includes(text));
    for (const search of searches) {
      const without = await search.search("mask -video", {}, 100);
      expect(without.hits.length).toBeGreaterThan(5);
      for (const { id } of without.hits) expect(has(PAPERS.find((record) => record.id === id) as PaperRecord, "video")).toBe(false);
      const phrase = await search.search('"second part on graph"', {}, 100);
      expect(phrase.hits.map(({ id }) => id).sort()).toEqual(PAPERS.filter(({ abstract }) => abstract.includes("second part on graph")).map(({ id }) => id).sort());
      const author = await search.search('author:"author maskson" year:2010..2014', {}, 100);
      expect(author.hits.map(({ id }) => id).sort()).toEqual(PAPERS.filter(({ authors, year }) => authors[0] === "Author maskson" && year !== null && year <= 2014).map(({ id }) => id).sort());
      expect((await search.search('"graph second"', {}, 100)).hits).toEqual([]);
    }
  });

  test("a title typed whole comes first, whatever the other stages say", async () => {
    const contrary = { id: "contrary", score: (_: string, documents: readonly string[]) => Promise.resolve(Float32Array.from(documents, (text) => -text.length)), release: () => Promise.resolve() };
    const search = await PaperSearch.open(database(), { encoder: wordEncoder(), reranker: contrary });
    for (const { id, title } of PAPERS.slice(0, 12)) {
      const [first] = (await search.search(title.toUpperCase(), {}, 5)).hits;
      expect(first).toMatchObject({ id, stages: { exact: 1 } });
    }
    await search.close();
  });

  test("a word that one paper has brings that paper first, misspelt too, whatever is near in meaning or read again", async () => {
    await upsertPapers(database(), [paper("rare", { title: "mask and image and speech", abstract: "All of it with the sinkhorn iteration, among many other words on token, code, graph and video.", arxiv: "2401.14391" })]);
    await encodePapers(database(), wordEncoder());
    const aloof = { id: "aloof", score: (_: string, documents: readonly string[]) => Promise.resolve(Float32Array.from(documents, (text) => (text.includes("speech") ? 0 : 1))), release: () => Promise.resolve() };
    for (const lexical of ["memory", "postgres"] as const) {
      const search = await PaperSearch.open(database(), { encoder: wordEncoder(), reranker: aloof }, { lexical });
      const first = async (query: string): Promise<string | undefined> => (await search.search(query, {}, 5)).hits[0]?.id;
      expect(await first("sinkhorn")).toBe("rare");
      if (lexical === "memory") expect(await first("sinkhron")).toBe("rare");
      for (const identifier of ["arxiv:2401.14391", "2401.14391v2", "https://arxiv.org/abs/2401.14391"]) expect(await first(identifier)).toBe("rare");
      await search.close();
    }
    await database().query("delete from papers where id = 'rare'");
    await Promise.all(searches.map((search) => search.refresh()));
  });

  test("each result says which stages found it and where the words stand", async () => {
    const { hits } = await main().search("protein graph", {}, 3);
    for (const { id, stages, why, explanation } of hits) {
      expect(Object.keys(stages)).toEqual(expect.arrayContaining(["lexical", "dense", "fused", "rerank"]));
      expect(explanation).toMatch(/^It came \d+(st|nd|rd|th) by its words \("\w+".*\) and \d+(st|nd|rd|th) by meaning\./);
      const marked = why.flatMap(({ text, marks }) => marks.map(([start, end]) => text.slice(start, end).toLowerCase()));
      expect(marked.length, id).toBeGreaterThan(0);
      for (const word of marked) expect(["protein", "graph"]).toContain(word);
    }
  });

  test("a misspelt word is read as the nearest known one, and said so", async () => {
    const { hits, notices } = await main().search("protien", {}, 5, "lexical");
    expect(notices).toEqual(['"protien" is in no paper; read as "protein"']);
    expect(hits.map(({ id }) => id)).toEqual((await main().search("protein", {}, 5, "lexical")).hits.map(({ id }) => id));
  });

  test("an empty query lists the papers that pass, an unknown family says which there are", async () => {
    const { hits } = await main().search("  ", { family: "vision" }, 100);
    expect(hits.map(({ id }) => id).sort()).toEqual(PAPERS.filter(({ family }) => family === "vision").map(({ id }) => id).sort());
    const unknown = await main().search("mask", { family: "visoin" }, 5);
    expect(unknown.hits).toEqual([]);
    expect(unknown.notices).toEqual(['no paper has the family "visoin" (did you mean "vision"?); there are audio, vision']);
  });

  test("facets count what each choice would leave, under the other filters", async () => {
    for (const search of [main(), searches.at(-1) as PaperSearch]) {
      const facets = await search.facets("protein", { family: "vision", yearFrom: 2012 });
      const holds = PAPERS.filter(({ title, abstract, keywords }) => [title, abstract, ...keywords].join(" ").includes("protein"));
      const count = (value: string): number => holds.filter((record) => record.family === value && (record.year ?? 0) >= 2012).length;
      expect(facets.families).toEqual(["audio", "vision"].map((value) => ({ value, papers: count(value) })).filter(({ papers }) => papers > 0));
      expect(facets.code.reduce((total, { papers }) => total + papers, 0)).toBe(count("vision"));
    }
  });

  test("similar papers leave the paper itself out; an unknown one has none", async () => {
    const similar = await main().similar("p0", 5);
    expect(similar).toHaveLength(5);
    expect(similar.map(({ id }) => id)).not.toContain("p0");
    expect(await main().similar("nowhere", 5)).toEqual([]);
  });

  test("a failing model takes its stage away, not the answer", async () => {
    const problems: unknown[] = [];
    const failing = { encode: () => Promise.reject(new Error("no memory")), score: () => Promise.reject(new Error("no memory")) };
    const search = await PaperSearch.open(database(), { encoder: { ...wordEncoder(), encode: failing.encode }, reranker: { ...overlapReranker(), score: failing.score } }, { onProblem: (error) => problems.push(error) });
    expect((await search.search("mask image", {}, 5)).hits).toHaveLength(5);
    expect(problems).toHaveLength(2);
    await search.close();
  });

  test("hostile text finds nothing or something, and never an error", async () => {
    for (const text of ["'; drop table papers; --", "%_\\", "(a+)+$", "\u202e\u0000mask", "👩‍👩‍👧", "' | '", "& ! ( ) <->", "mask' <-> 'x", "ﬁ ½ ㈱", "\ud800"]) {
      for (const search of searches) {
        expect(Array.isArray((await search.search(text, {}, 3)).hits)).toBe(true);
        await search.suggest(text, 3);
        await search.facets(text, {});
      }
    }
    await expect(main().search("mask", {}, 0)).rejects.toThrow(/from 1 to 200, not 0/);
    expect(await database().query("select count(*)::int as papers from papers")).toEqual([{ papers: PAPERS.length }]);
  });

  test("changed, withdrawn and deleted papers are so in every index after a refresh", async () => {
    const extra = [paper("x1", { title: "Zeppelin airships", abstract: "About zeppelins." }), paper("x2", { title: "Zeppelin engines" }), paper("x3", { title: "Zeppelin hulls" })];
    await upsertPapers(database(), extra);
    await encodePapers(database(), wordEncoder());
    const found = async (search: PaperSearch, query: string): Promise<string[]> => (await search.search(query, {}, 100)).hits.map(({ id }) => id).filter((id) => id.startsWith("x")).sort();
    for (const search of searches) {
      await search.refresh();
      expect(await found(search, "zeppelin")).toEqual(["x1", "x2", "x3"]);
    }
    await upsertPapers(database(), [{ ...(extra[0] as PaperRecord), title: "Balloons", abstract: "About balloons." }, { ...(extra[1] as PaperRecord), withdrawn: true }]);
    await database().query("delete from papers where id = 'x3'");
    for (const search of searches) {
      await search.refresh();
      expect(await found(search, '"zeppelin"')).toEqual([]);
      expect(await found(search, "zeppelin")).toEqual(["x1"]); // by its old vector, until it is encoded again
      expect(await found(search, "balloons")).toEqual(["x1"]);
      expect((await search.suggest("zeppelin", 5)).map(({ text }) => text)).toEqual([]);
      expect((await search.search("balloons", {}, 1, "lexical")).hits.map(({ id }) => id)).toEqual(["x1"]);
    }
    await database().query("delete from papers where id like 'x%'");
  });
});
