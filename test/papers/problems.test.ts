import { expect, test } from "vitest";
import type { Paper } from "../../src/papers/catalogue/family.ts";
import { problemsOf } from "../../src/papers/catalogue/problems.ts";

/** A card without a fault. */
const sound: Paper = {
  slug: "sound",
  arxiv: "2203.00001",
  title: "A Sound Paper",
  year: 2023,
  venue: "ICML",
  code: "https://github.com/someone/sound",
  keywords: ["sound", "masked autoencoder", "top-1", "n/a"],
  modality: ["text", "image"],
  card: {
    problem: ["It was hard."],
    idea: ["They did this.", "It should work.", "Version 2.0 helps."],
    claims: ["It is better by 2.5 points.", "It is twice as fast."],
    checks: ["We measure it against the baseline."],
  },
  diagram: [
    { label: "Text", kind: "input" },
    { label: "Image", kind: "input" },
    { label: "Two towers", kind: "encoder", from: [0, 1] },
    { label: "Softmax loss", kind: "loss" },
  ],
};

test("a sound card has no problems", () => {
  expect(problemsOf(sound)).toEqual([]);
});

test.each<[string, Partial<Paper>, readonly string[]]>([
  ["a year far from the preprint", { year: 2019 }, ["sound: year: 2019 does not fit arXiv 2203.00001, a preprint of 2022"]],
  [
    "a later year without a venue",
    { venue: undefined },
    ["sound: year: 2023 without a venue; give the venue, or the preprint's year 2022"],
  ],
  ["a venue with its year", { venue: "ICML 2023" }, ['sound: venue: "ICML 2023" holds a year; that belongs in "year"']],
  [
    "a repository without scheme",
    { code: "github.com/someone/sound" },
    ['sound: code: "github.com/someone/sound" is not an https URL of a repository, without a slash at its end'],
  ],
  ["no authors at all", { authors: [] }, ["sound: authors: an empty list; leave it out if they are not known"]],
  ["an author twice", { authors: ["A. B.", "A. B."] }, ['sound: authors: "A. B." stands there twice']],
  ["too few keywords", { keywords: ["a", "b", "c"] }, ["sound: keywords: expected 4-8 terms, found 3"]],
  ["a keyword in capitals", { keywords: ["BERT", "b", "c", "d"] }, ['sound: keywords: "BERT" is not a lower-case term']],
  ["no modality", { modality: [] }, ["sound: modality: expected 1-13 modalities, found 0"]],
])("refuses %s", (_, change, problems) => {
  expect(problemsOf({ ...sound, ...change })).toEqual(problems);
});

test("an unknown modality or kind is answered with the nearest and all choices", () => {
  const misspelt = JSON.parse(JSON.stringify(sound).replace('"text"', '"texts"').replace('"loss"', '"los"')) as Paper;
  const [modality, kind] = problemsOf(misspelt);
  expect(modality).toBe(
    'sound: modality: unknown value "texts" (did you mean "text"?); choose one of text, code, image, depth, video, event-stream, speech, audio, protein, molecule, genome, graph, time-series',
  );
  expect(kind).toBe(
    'sound: diagram[3] "Softmax loss": kind: unknown value "los" (did you mean "loss"?); choose one of input, procedure, encoder, decoder, memory, objective, loss, output',
  );
});

test("prose is counted and checked sentence by sentence", () => {
  const card = { ...sound.card, idea: ["They did this. It should work.", " Why ", "x".repeat(260) + "."], claims: ["One.", "One."], checks: [] };
  expect(problemsOf({ ...sound, card })).toEqual([
    "sound: card.idea[0]: more than one sentence; give each its own element",
    "sound: card.idea[1]: stray white space",
    'sound: card.idea[1]: a sentence ends in ".", "?" or "!"',
    "sound: card.idea[2]: 261 characters, more than 260; split it",
    'sound: card.claims: "One." stands there twice',
    "sound: card.checks: expected 1-3 sentences, found 0",
  ]);
});

test("a diagram is read from earlier stages to a loss or an output", () => {
  const diagram: Paper["diagram"] = [
    { label: "Start", kind: "encoder" },
    { label: "Text", kind: "input", from: [0] },
    { label: "Self", kind: "encoder", from: [2, 1, 1] },
    { label: "A label of more than thirty-two characters", kind: "memory", from: [0, 2] },
  ];
  expect(problemsOf({ ...sound, diagram })).toEqual([
    'sound: diagram[0] "Start": reads no stage; name some in "from" or make it an input',
    'sound: diagram[1] "Text": an input reads no stage; drop "from"',
    'sound: diagram[2] "Self": reads stage 2; expected an earlier one, 0 to 1',
    'sound: diagram[2] "Self": from: "1" stands there twice',
    'sound: diagram[3] "A label of more than thirty-two characters": 42 characters, more than 32; shorten the label',
    'sound: diagram[3] "A label of more than thirty-two characters": no stage reads this memory; only a loss or an output may stand last',
  ]);
});
