import fc from "fast-check";
import { expect, test } from "vitest";
import { agree, groupSightings, traitsOf } from "../../../src/papers/harvest/identity.ts";
import { mergeSightings, retell } from "../../../src/papers/harvest/merge.ts";
import { factsSchema } from "../../../src/papers/harvest/sighting.ts";
import type { RawFacts, Sighting } from "../../../src/papers/harvest/sighting.ts";

const LONG = "A title that is long enough";

function sighting(source: string, externalId: string, facts: Partial<RawFacts> = {}): Sighting {
  return { source, externalId, facts: factsSchema.parse({ title: LONG, ...facts }) };
}

/** Names of the groups, as "source/id source/id". */
function groups(...sightings: readonly Sighting[]): string[] {
  return groupSightings(sightings).map((group) => group.map(({ source, externalId }) => `${source}/${externalId}`).join(" "));
}

test.each<[string, Partial<RawFacts>, Partial<RawFacts>, boolean]>([
  ["the same name and year", { authors: ["Ada Byron"], year: 2020 }, { authors: ["Byron, A."], year: 2020 }, true],
  ["the same name, three years apart", { authors: ["Ada Byron"], year: 2020 }, { authors: ["Ada Byron"], year: 2023 }, true],
  ["the same name, four years apart", { authors: ["Ada Byron"], year: 2020 }, { authors: ["Ada Byron"], year: 2024 }, false],
  ["the same name, a year unknown", { authors: ["Ada Byron"] }, { authors: ["Ada Byron"], year: 2024 }, true],
  ["other names", { authors: ["Ada Byron"], year: 2020 }, { authors: ["Alan Turing"], year: 2020 }, false],
  ["a name unknown, a year apart", { year: 2020 }, { authors: ["Alan Turing"], year: 2021 }, true],
  ["a name unknown, two years apart", { year: 2020 }, { authors: ["Alan Turing"], year: 2022 }, false],
  ["a name and the year unknown", {}, { authors: ["Alan Turing"], year: 2022 }, false],
  ["nothing known of both", {}, {}, true],
  ["a short title, the same name and year", { title: "Editorial", authors: ["A B"], year: 2020 }, { title: "Editorial", authors: ["A B"], year: 2021 }, true],
  ["a short title, the year unknown", { title: "Editorial", authors: ["A B"] }, { title: "Editorial", authors: ["A B"], year: 2021 }, false],
  ["the year in the date", { published: "2020-05-01" }, { authors: ["A B"], year: 2020 }, true],
  ["another title", { title: "Another title of some length", authors: ["A B"], year: 2020 }, { authors: ["A B"], year: 2020 }, false],
])("titles agree or not: %s", (_, a, b, expected) => {
  const [left, right] = [traitsOf(sighting("x", "1", a)), traitsOf(sighting("y", "2", b))];
  expect(agree(left, right)).toBe(expected);
  expect(agree(right, left)).toBe(expected);
});

test("identifiers join what titles do not", () => {
  expect(groups(sighting("arxiv", "1", { arxiv: "2401.00001" }), sighting("openalex", "W1", { title: "A quite different title", arxiv: "2401.00001", doi: "10.1000/a" }), sighting("bibtex:x", "k", { title: "Typo", doi: "10.1000/a" }))).toEqual(["arxiv/1 bibtex:x/k openalex/W1"]);
});

test("two papers of arXiv with one title are two, and a third sighting without identifier goes to the same one in any order", () => {
  const all = [sighting("arxiv", "1", { arxiv: "2401.00001", year: 2024 }), sighting("arxiv", "2", { arxiv: "2401.00002", year: 2024 }), sighting("jsonl:a", "x", { year: 2024 })];
  const expected = ["arxiv/1 jsonl:a/x", "arxiv/2"];
  expect(groups(...all)).toEqual(expected);
  expect(groups(...all.toReversed())).toEqual(expected);
});

test("one DOI does not join two papers of arXiv", () => {
  expect(groups(sighting("a", "1", { title: "One title of the two", arxiv: "2401.00001", doi: "10.1000/a" }), sighting("b", "2", { arxiv: "2401.00002", doi: "10.1000/a" }))).toEqual(["a/1", "b/2"]);
});

test("papers with different DOIs and one title are two", () => {
  expect(groups(sighting("a", "1", { doi: "10.1000/a", year: 2020 }), sighting("b", "2", { doi: "10.1000/b", year: 2020 }))).toEqual(["a/1", "b/2"]);
});

test("fields come from the best source that has them, and none is lost", () => {
  const merged = mergeSightings([
    sighting("feed:example.org", "f", { abstract: "From the feed", categories: ["CS.cl", "news"] }),
    sighting("openalex", "W1", { venue: "ACL", authors: ["Ada Byron", "Alan Turing"], doi: "10.1000/a", keywords: ["nets"] }),
    sighting("arxiv", "1", { arxiv: "2401.00001", published: "2024-01-02T03:04:05Z", updated: "2024-02-01", categories: ["cs.CL"] }),
    sighting("hugging-face", "1", { code: "https://github.com/a/b", updated: "2024-03-01", authors: ["A. Byron"] }),
  ]);
  expect(merged).toEqual({
    id: "arxiv:2401.00001",
    slug: null,
    family: null,
    title: LONG,
    abstract: "From the feed",
    authors: ["Ada Byron", "Alan Turing"],
    year: 2024,
    venue: "ACL",
    published: new Date("2024-01-02T03:04:05Z"),
    updated: new Date("2024-03-01"),
    arxiv: "2401.00001",
    doi: "10.1000/a",
    url: "https://arxiv.org/abs/2401.00001",
    code: "https://github.com/a/b",
    categories: ["cs.CL", "news"],
    keywords: ["nets"],
    modalities: [],
    runs: false,
    withdrawn: false,
  });
});

test("one source that says withdrawn is enough", () => {
  expect(mergeSightings([sighting("arxiv", "1"), sighting("openalex", "W1", { withdrawn: true })]).withdrawn).toBe(true);
});

test("told again, the later version counts and keeps what it is silent on", () => {
  const first = factsSchema.parse({ title: "First title", abstract: "Kept", updated: "2024-01-01", code: "https://github.com/a/b" });
  const second = factsSchema.parse({ title: "Second title", updated: "2024-02-01" });
  expect(retell(first, second)).toMatchObject({ title: "Second title", abstract: "Kept", code: "https://github.com/a/b" });
  expect(retell(second, first)).toEqual(retell(first, second));
});

/** Sightings that often are of the same paper: few values for each trait. */
const sightingArbitrary = fc
  .record({
    source: fc.constantFrom("arxiv", "openalex", "hugging-face", "bibtex:a", "feed:b", "unheard-of"),
    title: fc.constantFrom(LONG, `${LONG}!`, "Another title of some length", "Editorial"),
    arxiv: fc.constantFrom(null, null, "2401.00001", "2401.00002"),
    doi: fc.constantFrom(null, null, "10.1000/a", "10.1000/b"),
    year: fc.constantFrom(null, 2019, 2020, 2024),
    authors: fc.constantFrom<string[][]>([], ["Ada Byron"], ["Alan Turing"]),
    abstract: fc.constantFrom("", "Some abstract", "Another abstract"),
    code: fc.constantFrom(null, "https://github.com/a/b"),
    keywords: fc.constantFrom<string[][]>([], ["nets"], ["Nets", "words"]),
  })
  .map(({ source, ...facts }) => ({ source, facts }));
const sightingsArbitrary = fc
  .array(sightingArbitrary, { maxLength: 12 })
  .map((list) => list.map(({ source, facts }, index) => sighting(source, String(index), facts)))
  .chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length, maxLength: list.length })));

test("whatever the order, sightings make the same papers; every sighting is in one, and no field is lost", () => {
  fc.assert(
    fc.property(sightingsArbitrary, ([list, shuffled]) => {
      const papers = groupSightings(list).map((group) => mergeSightings(group));
      expect(groupSightings(shuffled).map((group) => mergeSightings(group))).toEqual(papers);
      const grouped = groupSightings(list);
      expect(grouped.flat().length).toBe(list.length);
      expect(new Set(papers.map(({ id }) => id)).size).toBe(papers.length);
      grouped.forEach((group, index) => {
        const paper = papers[index];
        for (const { facts } of group) {
          expect(paper?.abstract === "" && facts.abstract !== "").toBe(false);
          expect(paper?.code === null && facts.code !== null).toBe(false);
          expect(paper?.authors.length === 0 && facts.authors.length > 0).toBe(false);
          expect(facts.keywords.every((word) => paper?.keywords.some((kept) => kept.toLowerCase() === word.toLowerCase()))).toBe(true);
        }
        expect(new Set(group.flatMap(({ facts }) => facts.arxiv ?? [])).size).toBeLessThanOrEqual(1);
      });
      for (const id of ["2401.00001", "2401.00002"]) expect(papers.filter(({ arxiv }) => arxiv === id).length).toBeLessThanOrEqual(1);
    }),
    { numRuns: 500 },
  );
});
