/** The user's texts for an assembled model: records of files, a tokenizer, and both together as ids. */
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { SubwordTokenizer, trainBytePairs } from "../../data/index.ts";
import type { ColumnMapping, Sentences, TaskRecord, Tokenizer } from "../../data/index.ts";
import { loadRecords } from "../../data/node/index.ts";
import { sha256 } from "../../lab/json.ts";
import type { Progress } from "../../lab/index.ts";
import { wholeOf } from "../../train/assemble/index.ts";
import type { ProcessorPart, TextCorpus } from "../../train/assemble/index.ts";
import { RequestError } from "../request-error.ts";

/** Records with a text to go on from. */
type CorpusTask = ProcessorPart["task"];

/** A record as texts. */
interface RawDocument {
  readonly paragraphs: readonly string[];
  readonly label?: string;
  readonly target?: string;
  /** A second text, read with the first. */
  readonly pair?: string;
  /** Words with their tags, in place of paragraphs. */
  readonly words?: readonly string[];
  readonly tags?: readonly string[];
  /** Of `pair`: where the answer begins and ends. */
  readonly answer?: readonly [start: number, end: number];
}

/** The classes of one file. */
export interface TaskLabels {
  /** The file without folder and ending. */
  readonly name: string;
  readonly labels: readonly string[];
}

export interface RawCorpus {
  readonly documents: readonly RawDocument[];
  /** Broken records, left out. */
  readonly broken: number;
  /** Hash of all that training reads. */
  readonly fingerprint: string;
  /** Classes, or tags of words, in order of their names; empty for texts without. */
  readonly classes: readonly string[];
  /** The same file by file, and the file of each document. */
  readonly tasks: readonly TaskLabels[];
  readonly taskOf: Int32Array;
}

export interface ReadCorpusOptions {
  readonly strict?: boolean;
  /** Names of fields in the user's files. */
  readonly columns?: ColumnMapping;
  readonly signal?: AbortSignal;
  readonly progress?: Progress;
}

const DOCUMENT: { readonly [T in CorpusTask]: (record: TaskRecord<T>) => RawDocument } = {
  texts: ({ text }) => ({ paragraphs: linesOf(text) }),
  labelled: ({ text, pair, labels }) => ({ paragraphs: linesOf(text), label: labels[0], ...(pair === undefined ? {} : { pair }) }),
  pairs: ({ query, positive }) => ({ paragraphs: linesOf(query), target: positive }),
  tagged: ({ tokens, tags }) => ({ paragraphs: [tokens.join(" ")], words: tokens, tags }),
  answers: ({ question, context, answer, start }) => ({ paragraphs: linesOf(question), pair: context, answer: [start, start + answer.length] }),
};

const linesOf = (text: string): string[] => text.split(/\n+/).filter((line) => line.trim() !== "");

async function documentsOf<T extends CorpusTask>(task: T, path: string, { strict, columns, signal, progress }: ReadCorpusOptions): Promise<{ readonly documents: RawDocument[]; readonly broken: number }> {
  const { records, badCount } = await loadRecords(task, path, { strict, columns, signal, onBad: ({ file, line, reason }) => progress?.message(`broken: ${file} line ${line}: ${reason}`) });
  if (badCount > 0) progress?.message(`${path}: ${records.length} records read, ${badCount} broken and left out`);
  const documents = records.map(DOCUMENT[task]);
  const bare = task === "labelled" ? documents.find(({ label }) => label === undefined) : undefined;
  if (bare !== undefined) throw new RequestError(`${path}: ${JSON.stringify((bare.paragraphs[0] ?? "").slice(0, 60))} has no label; here every text has one`);
  return { documents, broken: badCount };
}

/** Reads files and folders one after the other. Throws when none holds a record. */
export async function readCorpus(task: CorpusTask, paths: readonly string[], options: ReadCorpusOptions = {}): Promise<RawCorpus> {
  const parts = [];
  for (const path of paths) parts.push(await documentsOf(task, path, options));
  const documents = parts.flatMap((part) => part.documents);
  return {
    documents,
    broken: parts.reduce((sum, { broken }) => sum + broken, 0),
    fingerprint: await sha256(new TextEncoder().encode(JSON.stringify(documents))),
    classes: classesOf(documents),
    tasks: parts.map((part, i) => ({ name: basename(paths[i] as string).replace(/\..*$/, ""), labels: classesOf(part.documents) })),
    taskOf: Int32Array.from(parts.flatMap((part, i) => part.documents.map(() => i))),
  };
}

const classesOf = (documents: readonly RawDocument[]): string[] => [...new Set(documents.flatMap(({ label, tags }) => tags ?? (label === undefined ? [] : [label])))].sort();

/** Special ids before the sentinels, as in the vocabularies trained here. */
const RESERVED = 8;

/** A tokenizer of the corpus, byte-level, or the one of a `tokenizer.json`. */
export async function tokenizerFor({ documents }: RawCorpus, { file, size, sentinels }: { readonly file?: string; readonly size: number; readonly sentinels: number }): Promise<SubwordTokenizer> {
  if (file !== undefined) return new SubwordTokenizer(JSON.parse(await readFile(file, "utf8")));
  function* texts(): Generator<string> {
    for (const { paragraphs, target, pair } of documents) yield [...paragraphs, ...[target, pair].filter((text) => text !== undefined)].join("\n");
  }
  return trainBytePairs(texts(), { size, reserved: RESERVED, sentinels });
}

/** A text as ids: line breaks are not read. */
export const encodeLines = (text: string, tokenizer: Tokenizer): Sentences => linesOf(text).map((line): Int32Array => tokenizer.encode(line));

/** Words as ids, and the place of each word's first token. */
export function encodeWords(words: readonly string[], tokenizer: Tokenizer): { readonly ids: Int32Array; readonly firsts: readonly number[] } {
  const pieces = words.map((word, i) => tokenizer.encode(i === 0 ? word : ` ${word}`));
  let next = 0;
  return { ids: Int32Array.from(pieces.flatMap((piece) => [...piece])), firsts: pieces.map(({ length }) => (next += length) - length) };
}

/** Tags of tokens: those of words at their first tokens, -1 elsewhere. */
function tagsOf({ words = [], tags = [] }: RawDocument, tokenizer: Tokenizer, known: readonly string[]): Int32Array {
  const { ids, firsts } = encodeWords(words, tokenizer);
  const placed = new Int32Array(ids.length).fill(-1);
  firsts.forEach((place, i) => {
    if (place < placed.length) placed[place] = known.indexOf(tags[i] as string);
  });
  return placed;
}

/** A text with the first and the last token of a piece of it. */
function spanOf(text: string, [start, end]: readonly [number, number], tokenizer: Tokenizer): { readonly ids: Int32Array; readonly span: readonly [number, number] } {
  const { ids, starts, ends } = tokenizer.encodeWithOffsets(text);
  const first = ends.findIndex((place) => place > start);
  const last = starts.findLastIndex((place) => place < end);
  return { ids, span: [Math.max(0, first), Math.max(0, first, last)] };
}

/**
 * The corpus as ids, with a task for each document where `perFile` says that every file is one. Documents without two tokens
 * have nothing to predict and are left out; throws when none is left.
 */
export function encodeCorpus({ documents, classes, tasks, taskOf }: RawCorpus, tokenizer: Tokenizer, { perFile = false }: { readonly perFile?: boolean } = {}): TextCorpus {
  const encoded = documents.map((document, i) => ({ ...document, task: taskOf[i] as number, sentences: (document.words === undefined ? document.paragraphs.map((paragraph): Int32Array => tokenizer.encode(paragraph)) : [encodeWords(document.words, tokenizer).ids]) as Sentences }));
  const kept = encoded.filter(({ sentences }) => sentences.reduce((sum, { length }) => sum + length, 0) >= 2);
  if (kept.length === 0) throw new RequestError("the texts have no document of two tokens or more; give longer ones");
  const some = (field: "pair" | "tags" | "answer" | "target" | "label"): boolean => kept.some((document) => document[field] !== undefined);
  const answered = some("answer") ? kept.map(({ pair = "", answer = [0, 0] }) => spanOf(pair, answer, tokenizer)) : undefined;
  return {
    documents: kept.map(({ sentences }) => sentences),
    ...(some("label") ? { labels: Int32Array.from(kept, ({ label = "", task }) => (perFile ? (tasks[task]?.labels ?? []) : classes).indexOf(label)) } : {}),
    ...(perFile ? { tasks: Int32Array.from(kept, ({ task }) => task) } : {}),
    ...(some("tags") ? { tags: kept.map((document) => tagsOf(document, tokenizer, classes)) } : {}),
    ...(answered !== undefined ? { seconds: answered.map(({ ids }) => ids), spans: answered.map(({ span }) => span) } : {}),
    ...(some("pair") && answered === undefined ? { seconds: kept.map(({ pair }) => (pair === undefined ? undefined : wholeOf(encodeLines(pair, tokenizer)))) } : {}),
    ...(some("target") ? { targets: kept.map(({ target = "" }) => tokenizer.encode(target)) } : {}),
  };
}
