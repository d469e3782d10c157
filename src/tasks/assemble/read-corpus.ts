/** The user's texts for an assembled model: records of files, a tokenizer, and both together as ids. */
import { readFile } from "node:fs/promises";
import { SubwordTokenizer, trainBytePairs } from "../../data/index.ts";
import type { RecordTask, Sentences, TaskRecord, Tokenizer } from "../../data/index.ts";
import { loadRecords } from "../../data/node/index.ts";
import { sha256 } from "../../lab/json.ts";
import type { Progress } from "../../lab/index.ts";
import type { TextCorpus } from "../../train/assemble/index.ts";
import { RequestError } from "../request-error.ts";

/** Records with a text to go on from. */
type CorpusTask = Exclude<RecordTask, "scored" | "choices" | "descriptions" | "captions">;

/** A record as texts. */
interface RawDocument {
  readonly paragraphs: readonly string[];
  readonly label?: string;
  readonly target?: string;
}

export interface RawCorpus {
  readonly documents: readonly RawDocument[];
  /** Broken records, left out. */
  readonly broken: number;
  /** Hash of all that training reads. */
  readonly fingerprint: string;
  /** Classes in order of their names; empty for texts without. */
  readonly classes: readonly string[];
}

export interface ReadCorpusOptions {
  readonly strict?: boolean;
  readonly signal?: AbortSignal;
  readonly progress?: Progress;
}

const DOCUMENT: { readonly [T in CorpusTask]: (record: TaskRecord<T>) => RawDocument } = {
  texts: ({ text }) => ({ paragraphs: linesOf(text) }),
  labelled: ({ text, labels }) => ({ paragraphs: linesOf(text), label: labels[0] }),
  pairs: ({ query, positive }) => ({ paragraphs: linesOf(query), target: positive }),
};

const linesOf = (text: string): string[] => text.split(/\n+/).filter((line) => line.trim() !== "");

async function documentsOf<T extends CorpusTask>(task: T, path: string, { strict, signal, progress }: ReadCorpusOptions): Promise<{ readonly documents: RawDocument[]; readonly broken: number }> {
  const { records, badCount } = await loadRecords(task, path, { strict, signal, onBad: ({ file, line, reason }) => progress?.message(`broken: ${file} line ${line}: ${reason}`) });
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
    classes: [...new Set(documents.flatMap(({ label }) => (label === undefined ? [] : [label])))].sort(),
  };
}

/** Special ids before the sentinels, as in the vocabularies trained here. */
const RESERVED = 8;

/** A tokenizer of the corpus, byte-level, or the one of a `tokenizer.json`. */
export async function tokenizerFor({ documents }: RawCorpus, { file, size, sentinels }: { readonly file?: string; readonly size: number; readonly sentinels: number }): Promise<SubwordTokenizer> {
  if (file !== undefined) return new SubwordTokenizer(JSON.parse(await readFile(file, "utf8")));
  function* texts(): Generator<string> {
    for (const { paragraphs, target } of documents) yield [...paragraphs, ...(target === undefined ? [] : [target])].join("\n");
  }
  return trainBytePairs(texts(), { size, reserved: RESERVED, sentinels });
}

/** The corpus as ids. Documents without two tokens have nothing to predict and are left out; throws when none is left. */
export function encodeCorpus({ documents, classes }: RawCorpus, tokenizer: Tokenizer): TextCorpus {
  const encoded = documents.map((document) => ({ ...document, sentences: document.paragraphs.map((paragraph): Int32Array => tokenizer.encode(paragraph)) as Sentences }));
  const kept = encoded.filter(({ sentences }) => sentences.reduce((sum, { length }) => sum + length, 0) >= 2);
  if (kept.length === 0) throw new RequestError("the texts have no document of two tokens or more; give longer ones");
  return {
    documents: kept.map(({ sentences }) => sentences),
    ...(classes.length === 0 ? {} : { labels: Int32Array.from(kept, ({ label = "" }) => classes.indexOf(label)) }),
    ...(kept.some(({ target }) => target !== undefined) ? { targets: kept.map(({ target = "" }) => tokenizer.encode(target)) } : {}),
  };
}
