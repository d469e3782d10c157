/** The fixtures on small made-up sources that hold what leaks: several packages of a source, twins, equal glosses, whole branches. */
import { expect, test } from "vitest";
import { RandomStream } from "../../../src/engine/index.ts";
import type { DescriptionSet, PackageDescription, Synset, WordNet } from "../../../src/data/index.ts";
import { documentSplit } from "../../../src/data/text/document-split.ts";
import { bindItems, leakAudit, SECTIONS, SECTIONS_12, SECTIONS_20, wuPalmer, edgesAround } from "../../../src/lab/text/index.ts";
import { twinsOf } from "../../../src/lab/text/fixtures/bind.ts";
import { buildDescDup, buildDescNext } from "../../../src/lab/text/fixtures/desc-pairs.ts";
import { buildDescSearch, searchTask } from "../../../src/lab/text/fixtures/desc-search.ts";
import { buildGenres, buildSections, GENRES, takeTurns } from "../../../src/lab/text/fixtures/labelled.ts";
import { hideName, packagesOf, sentencesOf } from "../../../src/lab/text/fixtures/packages.ts";
import { buildEntailment, buildWordChoices } from "../../../src/lab/text/fixtures/wn-choice.ts";
import { buildWordNetPairs, pathFromRoot } from "../../../src/lab/text/fixtures/wn-pair.ts";

const draw = RandomStream.of(9, "fixtures");
const word = (): string => Array.from({ length: 2 + draw.integer(2) }, () => draw.choice(["ba", "ko", "ri", "mu", "te", "so", "lin", "dar"])).join("");
const sentence = (words: number): string => {
  const text = Array.from({ length: words }, word).join(" ");
  return `${text[0]?.toUpperCase()}${text.slice(1)}.`;
};

/** 900 sources with two packages each, the second a near-twin of the first in every third source. */
const descriptions: DescriptionSet = (() => {
  const sections = ["libs", "python", "games", "sound", "science", "math", "doc"];
  const records = Array.from({ length: 900 }, (_, i): PackageDescription[] => {
    const source = `source${i}`;
    const opening = i % 5 === 0 ? "is here" : `is ${word()} ${word()} ${word()}`; // every fifth begins as others do
    const text = Array.from({ length: 6 }, () => sentence(7)).join(" ");
    const base = { source, tags: [], homepage: "", depends: [] };
    const section = sections[i % sections.length] as string;
    return [
      { ...base, name: `lib${source}`, section, summary: sentence(6), paragraphs: [`${source} ${opening}. ${text}`] },
      { ...base, name: `${source}-doc`, section: "doc", summary: sentence(6), paragraphs: [i % 3 === 0 ? `${source} ${opening}. ${text}` : i % 3 === 1 ? sentence(30) : `This package holds the documentation of the library ${source}, in every format that there is or was.`] },
    ];
  }).flat();
  const twinOf = Int32Array.from(records, (_, i) => (i % 6 === 1 ? i - 1 : -1));
  return { records, splits: Uint8Array.from(records, ({ source }) => documentSplit(source)), twinOf, provenance: { id: "deb/desc", version: 1, sha256: {} } };
})();

/** A tree of nouns: 5 x 5 x 5 x 5 x 2 below one root; every seventh leaf repeats the gloss of the one before. */
const words: Pick<WordNet, "synsets" | "positions" | "splits"> = (() => {
  const synsets: Synset[] = [];
  const grow = (id: string, above: string | undefined, depth: number): void => {
    const gloss = synsets.length % 7 === 6 ? (synsets.at(-1)?.gloss as string) : sentence(6).toLowerCase();
    synsets.push({ id, pos: "n", lemmas: [`w${id}`], gloss, examples: [], pointers: above === undefined ? [] : [["@", above]] });
    if (depth < 5) for (let i = 0; i < (depth === 4 ? 2 : 5); i++) grow(`${id}${i}`, id, depth + 1);
  };
  grow("n", undefined, 0);
  return { synsets, positions: new Map(synsets.map(({ id }, i) => [id, i])), splits: Uint8Array.from(synsets, ({ gloss }) => documentSplit(gloss)) };
})();

test("a package's own name is hidden in every spelling, other words are not", () => {
  const record = { name: "python3-foo-bar", source: "foobar-tools" };
  expect(hideName("Foo-Bar and foo_bar, python3-foo-bar: foobar-tools by FooBar, not foobarx", record)).toBe("[NAME] and [NAME], [NAME]: [NAME] by [NAME], not foobarx");
  expect(hideName("Class::DBI::mysql extends Class::DBI", { name: "libclass-dbi-mysql-perl", source: "libclass-dbi-mysql-perl" })).toBe("[NAME] extends Class::DBI");
  expect(hideName("a C library", { name: "c", source: "c" })).toBe("a C library"); // names of two letters and less are words
});

test("one package of each source, without twins", () => {
  const packages = packagesOf(descriptions);
  expect(new Set(packages.map(({ source }) => source)).size).toBe(packages.length);
  expect(packages.length).toBe(900);
  for (const { description } of packages) expect(description).not.toMatch(/source\d/);
  // Without names all documentation of the second kind reads alike, and says nothing.
  expect(packagesOf(descriptions, { sections: ["doc"] }).filter(({ description }) => description.startsWith("This package"))).toEqual([]);
  expect(sentencesOf("One is here. Two (v. 2.0 of it) is there! Three?")).toEqual(["One is here.", "Two (v. 2.0 of it) is there!", "Three?"]);
});

test("desc/search: no source and no text stands on both sides, and each query's document is in the index once", () => {
  const { train, dev, test: inside, outside, unlabelled } = buildDescSearch(descriptions, words);
  const audit = leakAudit(train.documents.map((text, i) => ({ key: train.queries[i] as string, text })), inside.relevant.map((items, query) => ({ key: inside.queries[query] as string, text: inside.documents[[...items.keys()][0] as number] as string })));
  expect(audit).toEqual({ sharedKeys: 0, equalTexts: 0, sharedGrams: 0 });
  expect(inside.queries.filter((query) => dev.queries.includes(query))).toEqual([]);
  expect(outside.map(({ name }) => name)).toEqual(["OOD-1", "OOD-2", "OOD-3"]);
  const trained = new Set([...train.documents]);
  for (const { documents, queries, relevant } of outside) {
    expect(new Set(documents).size).toBe(documents.length);
    expect(relevant).toHaveLength(queries.length);
    expect(documents.some((document) => trained.has(document))).toBe(false);
  }
  expect(unlabelled.queries).toHaveLength(unlabelled.documents.length);
  for (const items of inside.relevant) expect(inside.documents[[...items.keys()][0] as number]).toBeDefined();
});

test("equal documents stand in an index once and count for both queries", () => {
  const item = (query: string, document: string) => ({ query, document, split: "test" as const });
  const { documents, relevant } = searchTask("t", [item("q1", "same words"), item("q2", "Same words!"), item("q3", "others")], ["test"], { queries: 3, index: 10 });
  expect(documents).toHaveLength(2);
  const places = relevant.map((items) => documents[[...items.keys()][0] as number]?.toLowerCase().replace("!", ""));
  expect([...places].sort()).toEqual(["others", "same words", "same words"]);
});

test("desc/dup: half of the pairs are of one package, and no text is on both sides", () => {
  const { train, test: held } = buildDescDup(descriptions, { train: 400, dev: 20, test: 60 });
  expect(leakAudit(train.map(({ a, b }) => ({ key: a, text: b })), held.map(({ a, b }) => ({ key: a, text: b }))).sharedKeys).toBe(0);
  expect(train.filter(({ score }) => score === 1).length / train.length).toBeCloseTo(0.5, 1);
  expect([...train, ...held].filter(({ b }) => b === "[NAME] is here.")).toEqual([]);
});

test("desc/next: ten different candidates, the right one follows the context, nothing of the context among them", () => {
  const { train, test: held } = buildDescNext(descriptions, { train: 200, dev: 10, test: 40 });
  expect(held.length).toBeGreaterThan(20);
  const follows = new Map(packagesOf(descriptions).flatMap(({ description }) => sentencesOf(description).map((text, i, all) => [text, all[i + 1]] as const)));
  for (const { context, candidates, answer } of [...train, ...held]) {
    expect(new Set(candidates).size).toBe(10);
    expect(follows.get(sentencesOf(context).at(-1) as string)).toBe(candidates[answer]);
    for (const candidate of candidates) expect(context).not.toContain(candidate);
  }
  const right = (items: typeof held) => items.map(({ context, candidates, answer }) => ({ key: context, text: candidates[answer] as string }));
  expect(leakAudit(right(train), right(held))).toEqual({ sharedKeys: 0, equalTexts: 0, sharedGrams: 0 });
  expect(new Set(held.map(({ answer }) => answer)).size).toBeGreaterThan(5); // its place tells nothing
});

test("sections: every class is made of sections of the one map, none is in two classes, and classes take turns", () => {
  const known = SECTIONS.flatMap(({ sections }) => sections);
  expect(SECTIONS).toHaveLength(45);
  for (const classes of [SECTIONS, SECTIONS_20, SECTIONS_12]) {
    const used = classes.flatMap(({ sections }) => sections);
    expect(new Set(used).size).toBe(used.length);
    expect(used.filter((section) => !known.includes(section))).toEqual([]);
    for (const { name, description } of classes) expect([name.length > 1, description.endsWith(".")]).toEqual([true, true]);
  }
  const { train, test: held, unlabelled, classes } = buildSections(descriptions, 12, { train: 60, dev: 10, test: 40 });
  expect(classes).toHaveLength(12);
  expect(leakAudit(train, held)).toMatchObject({ sharedKeys: 0, equalTexts: 0 });
  const counts = new Map<number, number>();
  for (const { label } of train) counts.set(label, (counts.get(label) ?? 0) + 1);
  expect([...counts.values()]).toEqual(new Array(counts.size).fill(60 / counts.size));
  expect(unlabelled.filter((text) => train.some((item) => item.text === text))).toEqual([]);
});

test("a class that runs out leaves its turns to the others", () => {
  const texts = [0, 0, 0, 0, 1].map((label, i) => ({ key: String(i), text: String(i), label }));
  expect(takeTurns(RandomStream.of(1), texts, 4).map(({ label }) => label).sort()).toEqual([0, 0, 0, 1]);
});

test("a split that is asked for more than it has comes as it is, with what is left of the others", () => {
  const turns = buildSections(descriptions, 12);
  const whole = buildSections(descriptions, 12, { train: 0, dev: 0, test: Infinity });
  const shares = (texts: readonly { readonly label: number }[]): number[] => whole.classes.map((_, c) => texts.filter(({ label }) => label === c).length / texts.length);
  const natural = packagesOf(descriptions, {}).filter(({ split }) => split === "test");
  expect(whole.test).toHaveLength(natural.length);
  expect(shares(whole.test)[0]).toBeCloseTo(natural.filter(({ section }) => section === "games").length / natural.length, 12);
  expect(whole.train).toEqual([]);
  expect(whole.unlabelled).toHaveLength(turns.train.length + turns.unlabelled.length);
});

test("genre15: passages of a document stay together, genres without a description are refused", () => {
  const document = (id: string, genre: string) => ({ id, genre, sentences: Array.from({ length: 9 }, () => ({ forms: sentence(5).split(" "), tags: ["nn", "nn", "nn", "nn", "nn"] })) });
  const documents = GENRES.flatMap(({ key }) => [document(`${key}1`, key), document(`${key}2`, key)]);
  const { train, test: held } = buildGenres({ documents, splits: Uint8Array.from(documents, (_, i) => (i % 2 === 0 ? 0 : 2)) }, { train: 30, dev: 0, test: 30 });
  expect([train.length, held.length]).toEqual([30, 30]); // two passages of four sentences each, the ninth left over
  expect(leakAudit(train, held).sharedKeys).toBe(0);
  expect(() => buildGenres({ documents: [document("x", "western")], splits: Uint8Array.of(0) })).toThrow("document x is of a genre that has no description");
});

test("wn/pair: Wu-Palmer by depths, both glosses of one split, gold apart from the pool", () => {
  expect(wuPalmer(["r", "a", "b"], ["r", "a", "c", "d"])).toBeCloseTo(4 / 7, 12);
  expect(pathFromRoot(words, "n012")).toEqual(["n", "n0", "n01", "n012"]);
  const { train, pool, test: held } = buildWordNetPairs(words, { train: 60, pool: 50, dev: 10, test: 40 });
  const sides = (pairs: typeof train) => pairs.flatMap(({ a, b }) => [a, b]).map((text) => ({ key: text, text }));
  expect(leakAudit(sides(train), sides(held))).toMatchObject({ sharedKeys: 0, equalTexts: 0 });
  expect(pool.filter((gloss) => train.some(({ a, b }) => a === gloss || b === gloss))).toEqual([]);
  for (const { score } of [...train, ...held]) expect(score).toBeGreaterThan(0);
  expect(new Set(held.map(({ score }) => Math.round(5 * score))).size).toBeGreaterThan(2); // graded
});

test("wn/mc: four near distractors that are not the answer, its word not in the question, edges one and two steps away", () => {
  const { train, test: held } = buildWordChoices(words, { train: 80, dev: 5, test: 30 });
  for (const { context, candidates, answer, synsets } of [...train, ...held]) {
    expect(new Set(candidates).size).toBe(5);
    expect(context).toContain(words.synsets[words.positions.get(synsets[answer] as string) as number]?.gloss);
    const parents = synsets.map((id) => pathFromRoot(words, id).at(-3)); // siblings and cousins share what stands two steps above
    expect(new Set(parents).size).toBe(1);
  }
  const asked = (items: typeof held) => items.map(({ context }) => ({ key: context, text: context }));
  expect(leakAudit(asked(train), asked(held))).toMatchObject({ sharedKeys: 0, equalTexts: 0 });
  expect(edgesAround(words, "n012", 1)).toEqual([{ from: "wn012", relation: "is a", to: "wn01" }]);
  expect(edgesAround(words, "n012", 2).at(-1)).toEqual({ from: "wn01", relation: "is a", to: "wn0" });
});

test("wn/entail: whole branches are of one split, and entailed topics stand above the gloss", () => {
  const { train, test: held } = buildEntailment(words, { train: 400, dev: 20, test: 100 });
  expect(held.length).toBeGreaterThan(20);
  expect(leakAudit(train.map(({ key, premise }) => ({ key, text: premise })), held.map(({ key, premise }) => ({ key, text: premise })))).toMatchObject({ sharedKeys: 0, equalTexts: 0 });
  for (const { key, hypothesis, label } of held) {
    const topic = hypothesis.replace("This is about w", "").replace(".", "");
    if (label === 1) expect(key.startsWith(topic) || topic.startsWith(key)).toBe(true);
  }
  expect(Math.abs(held.filter(({ label }) => label === 1).length - held.length / 2)).toBeLessThanOrEqual(1);
});

test("bind: captions use the same words, only the right one describes the context's objects, and splits share no scene", () => {
  const [train, held] = [bindItems("train", 60), bindItems("test", 30)];
  const objectsOf = (text: string): string => [...text.matchAll(/a (small|big) (\w+) (\w+)/g)].map(([, size, colour, shape]) => `${size} ${colour} ${shape}`).sort().join();
  const captioned = (text: string): string => [...text.matchAll(/a (\w+) (\w+) that is (\w+)/g)].map(([, colour, shape, size]) => `${size} ${colour} ${shape}`).sort().join();
  for (const { context, candidates, answer } of [...train, ...held]) {
    expect(candidates).toHaveLength(4);
    expect(new Set(candidates.map((caption) => caption.match(/\w+/g)?.sort().join())).size).toBe(1);
    expect(candidates.map((caption) => captioned(caption) === objectsOf(context))).toEqual([0, 1, 2, 3].map((place) => place === answer));
  }
  // The caption nearest to the others must not be the right one more often than chance.
  const many = bindItems("train", 600);
  const central = many.map(({ candidates, answer }) => {
    const sets = candidates.map((caption) => new Set(captioned(caption).split(",")));
    const nearness = sets.map((own) => sets.reduce((sum, other) => sum + [...own].filter((object) => other.has(object)).length, 0));
    const best = nearness.flatMap((value, place) => (value === Math.max(...nearness) ? [place] : []));
    return best.includes(answer) ? 1 / best.length : 0;
  });
  expect(central.reduce((a, b) => a + b, 0) / central.length).toBeLessThan(0.25 + 3 * Math.sqrt((0.25 * 0.75) / 600));
  const scenes = (items: typeof held) => items.map(({ context }) => ({ key: objectsOf(context), text: context }));
  expect(leakAudit(scenes(train), scenes(held)).sharedKeys).toBe(0);
  expect(twinsOf([{ size: "big", colour: "red", shape: "ring" }, { size: "big", colour: "blue", shape: "ring" }])).toEqual([]); // swapping colours of like objects says the same
});

test("the audit finds what leaks", () => {
  const eight = "one two three four five six seven eight";
  expect(leakAudit([{ key: "a", text: `${eight} nine` }], [{ key: "a", text: eight }, { key: "b", text: `${eight} NINE!` }])).toEqual({ sharedKeys: 1, equalTexts: 1, sharedGrams: 1 });
  expect(leakAudit([{ key: "a", text: eight }], [{ key: "b", text: eight.split(" ").reverse().join(" ") }])).toEqual({ sharedKeys: 0, equalTexts: 0, sharedGrams: 0 });
});
