/** `kb/names` on made-up concepts that hold what leaks: names shared by two concepts, gendered emoji, flags. */
import { expect, test } from "vitest";
import { leakAudit, TARGET_LANGUAGES } from "../../../src/lab/text/index.ts";
import { buildKbNames, namedConcepts } from "../../../src/lab/text/fixtures/kb-names.ts";
import type { NamedConcept } from "../../../src/lab/text/fixtures/kb-names.ts";
import type { IsoCodes } from "../../../src/data/index.ts";

const concepts: readonly NamedConcept[] = Array.from({ length: 2000 }, (_, i): NamedConcept => ({
  id: `country/${i}`,
  kind: "country",
  // Every tenth German name is that of its neighbour too.
  names: { en: [`land ${i}`, `republic of land ${i}`], de: [`Land ${i % 10 === 0 ? i + 1 : i}`], es: [`país ${i}`], fr: [`pays ${i}`], ru: [`страна ${i}`], tr: [`ülke ${i}`] },
}));
const built = buildKbNames(concepts);

test("no concept stands in two splits, and the dictionary holds none of the names that are asked", () => {
  const texts = (mentions: typeof built.test) => mentions.map(({ concept, text }) => ({ key: concept, text }));
  for (const [a, b] of [[built.train, built.test], [built.train, built.dev], [built.dev, built.test], [built.english, built.test]] as const) expect(leakAudit(texts(a), texts(b)).sharedKeys).toBe(0);
  const byId = new Map(built.concepts.map((concept) => [concept.id, concept]));
  for (const { concept, language, text } of [...built.train, ...built.dev, ...built.test]) expect(byId.get(concept)?.names[language] ?? []).not.toContain(text);
  for (const { concept, text } of built.english) expect(byId.get(concept)?.names.en).toContain(text);
});

test("languages are equally many, a tenth mean what the dictionary lacks, and about a fifth of the names are kept", () => {
  for (const language of TARGET_LANGUAGES) {
    const own = built.test.filter((mention) => mention.language === language);
    expect(own).toHaveLength(200);
    expect(own.filter(({ known }) => !known)).toHaveLength(20);
  }
  const ids = new Set(built.concepts.map(({ id }) => id));
  for (const { concept, known } of built.test) expect(ids.has(concept)).toBe(known);
  expect(built.concepts.length / concepts.length).toBeCloseTo(0.9, 1);
  const kept = built.concepts.reduce((sum, { names }) => sum + names.fr.length, 0) / built.concepts.length;
  expect(kept).toBeGreaterThan(0.16);
  expect(kept).toBeLessThan(0.24);
});

test("names of two concepts are not asked", () => {
  const german = [...built.train, ...built.dev, ...built.test].filter(({ language }) => language === "de");
  expect(german.length).toBeGreaterThan(200);
  for (const { text } of german) expect(Number(text.slice(5)) % 10).not.toBeLessThan(2);
});

test("a sentence has the name in its place", () => {
  const [mention] = built.test.filter(({ language }) => language === "fr");
  expect(["{} participe pour la première fois.", "Pays d'origine : {}."]).toContain(`${mention?.left}{}${mention?.right}`);
});

test("emoji: one of each base concept, no flags", () => {
  const codes = { codes: [{ kind: "country", code: "DEU", names: ["Germany"] }], languages: ["de"], namesIn: (_: unknown, language: string) => (language === "de" ? ["Deutschland"] : []) } as unknown as IsoCodes;
  const text = (code: string, language: string, name: string) => ({ code, language, name, keywords: [] });
  const texts = [text("1F3C3", "en", "person running"), text("1F3C3-200D-2640", "en", "woman running"), text("1F1E9-1F1EA", "en", "flag: Germany"), text("1F3C3", "fr", "personne qui court")];
  expect(namedConcepts(codes, { texts, keys: ["1F3C3", "1F3C3", "1F1E9-1F1EA", "1F3C3"] })).toEqual([
    { id: "country/DEU", kind: "country", names: { en: ["Germany"], de: ["Deutschland"], es: [], fr: [], ru: [], tr: [] } },
    { id: "emoji/1F3C3", kind: "emoji", names: { en: ["person running"], de: [], es: [], fr: ["personne qui court"], ru: [], tr: [] } },
  ]);
});
