/** The rules of a paper's card, checked one by one; each breach is a sentence that says where, what and what to do. */
import { closestMatch } from "leven";
import { MODALITIES, STAGE_KINDS, sourcesOf } from "./family.ts";
import type { Paper, Stage } from "./family.ts";

const LABEL_CHARACTERS = 32;
const SENTENCE_CHARACTERS = 260;
/** An arXiv number is given within a few years of publication, before or after it. */
const YEARS_BEFORE_PREPRINT = 2;
const YEARS_AFTER_PREPRINT = 4;

/** A number of elements outside `[least, most]`. */
function countProblems(where: string, count: number, least: number, most: number, unit: string): string[] {
  return count < least || count > most ? [`${where}: expected ${least}-${most} ${unit}, found ${count}`] : [];
}

function duplicateProblems(where: string, values: readonly unknown[]): string[] {
  const repeated = values.filter((value, index) => values.indexOf(value) !== index);
  return repeated.map((value) => `${where}: "${String(value)}" stands there twice`);
}

function choiceProblems(where: string, value: string, choices: readonly string[]): string[] {
  if (choices.includes(value)) return [];
  const nearest = closestMatch(value, choices);
  return [`${where}: unknown value "${value}"${nearest === undefined ? "" : ` (did you mean "${nearest}"?)`}; choose one of ${choices.join(", ")}`];
}

function sentenceProblems(where: string, sentence: string): string[] {
  const problems: string[] = [];
  if (/^\s|\s$|\s{2}/.test(sentence)) problems.push(`${where}: stray white space`);
  if (!/[.?!]$/.test(sentence)) problems.push(`${where}: a sentence ends in ".", "?" or "!"`);
  if (/[.?!]["”)]? +\p{Lu}/u.test(sentence)) problems.push(`${where}: more than one sentence; give each its own element`);
  if (sentence.length > SENTENCE_CHARACTERS) problems.push(`${where}: ${sentence.length} characters, more than ${SENTENCE_CHARACTERS}; split it`);
  return problems;
}

function proseProblems(where: string, sentences: readonly string[], least: number, most: number): string[] {
  return [
    ...countProblems(where, sentences.length, least, most, "sentences"),
    ...sentences.flatMap((sentence, index) => sentenceProblems(`${where}[${index}]`, sentence)),
    ...duplicateProblems(where, sentences),
  ];
}

function keywordProblems(keywords: readonly string[]): string[] {
  return [
    ...countProblems("keywords", keywords.length, 4, 8, "terms"),
    ...keywords
      .filter((keyword) => !/^[\p{Ll}\d]+([ +/.-]+[\p{Ll}\d]+)*$/u.test(keyword))
      .map((keyword) => `keywords: "${keyword}" is not a lower-case term`),
    ...duplicateProblems("keywords", keywords),
  ];
}

function stageProblems(stage: Stage, position: number): string[] {
  const where = `diagram[${position}] "${stage.label}"`;
  const sources = sourcesOf(stage, position);
  const problems = choiceProblems(`${where}: kind`, stage.kind, STAGE_KINDS);
  if (stage.label.trim() !== stage.label || stage.label === "") problems.push(`${where}: a label is words without white space around them`);
  if (stage.label.length > LABEL_CHARACTERS) problems.push(`${where}: ${stage.label.length} characters, more than ${LABEL_CHARACTERS}; shorten the label`);
  if (stage.kind === "input" && sources.length > 0) problems.push(`${where}: an input reads no stage; drop "from"`);
  if (stage.kind !== "input" && sources.length === 0) problems.push(`${where}: reads no stage; name some in "from" or make it an input`);
  for (const source of sources) {
    if (!Number.isInteger(source) || source < 0 || source >= position) {
      problems.push(`${where}: reads stage ${source}; expected an earlier one, 0 to ${position - 1}`);
    }
  }
  return [...problems, ...duplicateProblems(`${where}: from`, sources)];
}

function diagramProblems(stages: readonly Stage[]): string[] {
  const problems = [...countProblems("diagram", stages.length, 3, 10, "stages"), ...stages.flatMap(stageProblems)];
  problems.push(...duplicateProblems("diagram: labels", stages.map(({ label }) => label)));
  const read = new Set(stages.flatMap((stage, position) => sourcesOf(stage, position)));
  for (const [position, { label, kind }] of stages.entries()) {
    if (!read.has(position) && kind !== "loss" && kind !== "output") {
      problems.push(`diagram[${position}] "${label}": no stage reads this ${kind}; only a loss or an output may stand last`);
    }
  }
  return problems;
}

function publicationProblems({ arxiv, year, venue, code, authors }: Paper): string[] {
  const problems: string[] = [];
  const preprint = 2000 + Number(arxiv.slice(0, 2));
  if (!Number.isInteger(year) || year < preprint - YEARS_BEFORE_PREPRINT || year > preprint + YEARS_AFTER_PREPRINT) {
    problems.push(`year: ${year} does not fit arXiv ${arxiv}, a preprint of ${preprint}`);
  }
  if (venue === undefined && year !== preprint) problems.push(`year: ${year} without a venue; give the venue, or the preprint's year ${preprint}`);
  if (venue !== undefined && (venue.trim() !== venue || venue === "")) problems.push(`venue: "${venue}" is empty or has white space around it`);
  if (venue !== undefined && /\b(19|20)\d\d\b/.test(venue)) problems.push(`venue: "${venue}" holds a year; that belongs in "year"`);
  if (code !== undefined && !/^https:\/\/[^\s/]+\/\S*[^\s/]$/.test(code)) problems.push(`code: "${code}" is not an https URL of a repository, without a slash at its end`);
  if (authors !== undefined) {
    if (authors.length === 0) problems.push("authors: an empty list; leave it out if they are not known");
    problems.push(...authors.filter((name) => name.trim() !== name || name === "").map((name) => `authors: "${name}" is empty or has white space around it`));
    problems.push(...duplicateProblems("authors", authors));
  }
  return problems;
}

/** What is wrong with a paper's entry, one sentence a problem, each naming the field; empty if nothing is. */
export function problemsOf(paper: Paper): readonly string[] {
  const { slug, card, keywords, modality, diagram } = paper;
  return [
    ...publicationProblems(paper),
    ...keywordProblems(keywords),
    ...countProblems("modality", modality.length, 1, MODALITIES.length, "modalities"),
    ...modality.flatMap((value) => choiceProblems("modality", value, MODALITIES)),
    ...duplicateProblems("modality", modality),
    ...proseProblems("card.problem", card.problem, 1, 2),
    ...proseProblems("card.idea", card.idea, 3, 6),
    ...proseProblems("card.claims", card.claims, 2, 4),
    ...proseProblems("card.checks", card.checks, 1, 3),
    ...diagramProblems(diagram),
  ].map((problem) => `${slug}: ${problem}`);
}
