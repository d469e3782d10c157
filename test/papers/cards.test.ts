import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { FAMILIES } from "../../src/papers/catalogue/catalogue.ts";
import { MODALITIES, STAGE_KINDS } from "../../src/papers/catalogue/family.ts";
import type { Paper } from "../../src/papers/catalogue/family.ts";
import { problemsOf } from "../../src/papers/catalogue/problems.ts";
import { fingerprint, unpackFingerprints, wordRuns } from "./word-ngrams.ts";

const papers = FAMILIES.flatMap((family) => family.papers);

/** Everything we wrote about a paper, one text an element. */
function textsOf({ card, diagram, keywords }: Paper): string[] {
  return [...Object.values(card).map((sentences) => sentences.join(" ")), keywords.join(" "), ...diagram.map(({ label }) => label)];
}

test("no card has a problem", () => {
  expect(papers.flatMap(problemsOf)).toEqual([]);
});

test("no card borrows eight words in a row from an abstract", () => {
  const abstracts = unpackFingerprints(readFileSync(new URL("../fixtures/abstract-ngrams.bin", import.meta.url)));
  const borrowed = papers.flatMap((paper) =>
    textsOf(paper)
      .flatMap(wordRuns)
      .filter((run) => abstracts.has(fingerprint(run)))
      .map((run) => `${paper.slug}: "${run}"`),
  );
  expect(borrowed).toEqual([]);
});

test("no sentence stands on two cards", () => {
  const owners = new Map<string, string>();
  const repeated: string[] = [];
  for (const { slug, card } of papers) {
    for (const sentence of Object.values(card).flat()) {
      const owner = owners.get(sentence);
      if (owner !== undefined) repeated.push(`${owner} and ${slug}: "${sentence}"`);
      owners.set(sentence, slug);
    }
  }
  expect(repeated).toEqual([]);
});

test("every modality and every kind of stage is used", () => {
  expect(new Set(papers.flatMap(({ modality }) => modality))).toEqual(new Set(MODALITIES));
  expect(new Set(papers.flatMap(({ diagram }) => diagram.map(({ kind }) => kind)))).toEqual(new Set(STAGE_KINDS));
});
