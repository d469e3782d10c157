/** Users' records for training and evaluation: which kind they are is seen from their fields. */
import { RECORD_FIELDS } from "../../data/index.ts";
import type { ColumnMapping, ConceptRelation, RecordTask, TaskRecord } from "../../data/index.ts";
import { loadRecords, readRecords, RecordError } from "../../data/node/index.ts";
import type { BadRecord } from "../../data/node/index.ts";
import { sha256, stableJson } from "../../lab/json.ts";
import { SILENT } from "../../lab/index.ts";
import type { Progress } from "../../lab/index.ts";
import { RequestError } from "../request-error.ts";

/** Kinds of records that a model can be trained on and tested with. */
export const TRAINING_KINDS = ["pairs", "scored", "labelled"] as const satisfies readonly RecordTask[];
export type TrainingKind = (typeof TRAINING_KINDS)[number];

/** Questions with choices in memory. */
export interface ChoiceData {
  readonly kind: "choices";
  readonly records: readonly TaskRecord<"choices">[];
}

/** Records in memory, with their kind. */
export type TextData = { readonly [K in TrainingKind]: { readonly kind: K; readonly records: readonly TaskRecord<K>[] } }[TrainingKind];

export interface ReadTextOptions {
  /** Names of fields in the user's files. */
  readonly columns?: ColumnMapping;
  /** Stop at the first broken record. */
  readonly strict?: boolean;
  readonly signal?: AbortSignal;
  readonly progress?: Progress;
}

export type ReadText = TextData & { readonly broken: number };

export type ReadOf<K extends TrainingKind> = Extract<ReadText, { readonly kind: K }>;

/** Broken records that are reported one by one. */
const MOST_REPORTED = 20;

/** Reads a file, a folder or "-"; data in memory are taken as they are. Throws a `RequestError` when no record is of a kind in `kinds`. */
export async function readTextData<K extends TrainingKind>(data: string | TextData, kinds: readonly K[], options: ReadTextOptions = {}): Promise<ReadOf<K>> {
  if (typeof data !== "string") {
    if (!(kinds as readonly TrainingKind[]).includes(data.kind)) throw new RequestError(`expected records of kind ${kinds.join(" or ")}, got ${data.kind}`);
    if (data.records.length === 0) throw new RequestError("expected at least one record, got none");
    return { ...data, broken: 0 } as unknown as ReadOf<K>; // its kind is one of those
  }
  const kind = kinds.length === 1 ? (kinds[0] as K) : await kindOf(data, kinds, options);
  return { kind, ...(await readFiles(kind, data, options)) } as unknown as ReadOf<K>; // of the kind that was asked for
}

/** A question whose right choice is told by its place, from 0. */
export type AnsweredQuestion = TaskRecord<"choices"> & { readonly answer: number };

/** Questions with choices and their answers. Throws a `RequestError` when an answer is not told. */
export async function readQuestions(data: string | ChoiceData, options: ReadTextOptions = {}): Promise<{ readonly questions: readonly AnsweredQuestion[]; readonly broken: number }> {
  const { records, broken } = typeof data === "string" ? await readFiles("choices", data, options) : { records: data.records, broken: 0 };
  if (records.length === 0) throw new RequestError("expected at least one question, got none");
  const questions = records.map(({ question, choices, answer }): AnsweredQuestion => {
    if (answer === null) throw new RequestError(`${typeof data === "string" ? data : "records"}: ${JSON.stringify(question.slice(0, 60))} has no answer; expected one of its choices, or its place from 0`);
    return { question, choices, answer };
  });
  return { questions, broken };
}

/** The same as pairs whose negatives are the other choices. */
export async function readChoices(data: string | ChoiceData, options: ReadTextOptions = {}): Promise<ReadOf<"pairs">> {
  const { questions, broken } = await readQuestions(data, options);
  return { kind: "pairs", records: questions.map(({ question, choices, answer }) => ({ query: question, positive: choices[answer] as string, negatives: choices.filter((_, i) => i !== answer) })), broken };
}

/** Descriptions of classes by label, from a file or as they are. Throws a `RequestError` for a label with two. */
export async function readDescriptions(descriptions: string | Readonly<Record<string, string>>, options: ReadTextOptions = {}): Promise<Readonly<Record<string, string>>> {
  if (typeof descriptions !== "string") return descriptions;
  const { records } = await readFiles("descriptions", descriptions, { ...options, columns: undefined });
  const twice = records.find(({ label }, i) => records.findIndex((other) => other.label === label) < i);
  if (twice !== undefined) throw new RequestError(`${descriptions}: "${twice.label}" is described twice`);
  return Object.fromEntries(records.map(({ label, description }) => [label, description]));
}

/** Relations between concepts, from a file or as they are. Throws a `RequestError` when there are none. */
export async function readRelations(relations: string | readonly ConceptRelation[], options: ReadTextOptions = {}): Promise<readonly ConceptRelation[]> {
  const records = typeof relations === "string" ? (await readFiles("relations", relations, { ...options, columns: undefined })).records : relations;
  if (records.length === 0) throw new RequestError("expected at least one relation, got none");
  return records;
}

async function readFiles<K extends RecordTask>(kind: K, data: string, { columns, strict, signal, progress = SILENT }: ReadTextOptions): Promise<{ readonly records: readonly TaskRecord<K>[]; readonly broken: number }> {
  let reported = 0;
  const onBad = ({ file, line, reason }: { readonly file: string; readonly line: number; readonly reason: string }): void => {
    if (reported++ < MOST_REPORTED) progress.message(`broken: ${file} line ${line}: ${reason}`);
  };
  const { records, badCount } = await loadRecords(kind, data, { columns, strict, signal, onBad });
  if (badCount > 0) progress.message(`${data}: ${records.length} records read, ${badCount} broken and left out`);
  return { records, broken: badCount };
}

/** The first kind of which a record can be read. */
async function kindOf<K extends TrainingKind>(path: string, kinds: readonly K[], { columns = {} }: ReadTextOptions): Promise<K> {
  if (path === "-") throw new RequestError("records of several kinds are possible here, and the data are read once to find theirs: give a file, not standard input");
  let first: BadRecord | undefined;
  for (const kind of kinds) {
    const fields = RECORD_FIELDS[kind].map(({ name }) => name);
    const own = Object.fromEntries(Object.entries(columns).filter(([field]) => fields.includes(field)));
    try {
      for await (const _record of readRecords(kind, path, { columns: own, onBad: (bad) => void (first ??= bad) })) return kind;
    } catch (error) {
      // Plain text in folders is of one kind only and refuses the others.
      if (!(error instanceof RecordError) || kind === kinds.at(-1)) throw error;
    }
  }
  const shapes = kinds.map((kind) => `${kind} (${RECORD_FIELDS[kind].map(({ name, optional }) => (optional ? `${name}?` : name)).join(", ")})`);
  throw new RequestError(`${path}: no record is of a kind that this takes: ${shapes.join("; ")}. ${first === undefined ? "It is empty" : `For ${kinds[0]}, line ${first.line} of ${first.file}: ${first.reason}; on the command line --columns query=question`}`);
}

/** Hash of everything that training reads. */
export async function fingerprintOf({ kind, records }: TextData): Promise<string> {
  return await sha256(stableJson([kind, records]));
}

/** All texts of the records. */
export function textsOf(data: TextData): string[] {
  switch (data.kind) {
    case "pairs":
      return data.records.flatMap(({ query, positive, negatives }) => [query, positive, ...negatives]);
    case "scored":
      return data.records.flatMap(({ a, b }) => [a, b]);
    case "labelled":
      return data.records.flatMap(({ text, pair }) => (pair === undefined ? [text] : [text, pair]));
  }
}

/** Labels in alphabetical order, and whether a record has several or none. */
export function labelsOf(data: TextData): { readonly labels: readonly string[]; readonly several: boolean } {
  if (data.kind !== "labelled") return { labels: [], several: false };
  const labels = [...new Set(data.records.flatMap(({ labels: own }) => own))].sort();
  return { labels, several: data.records.some(({ labels: own }) => own.length !== 1) };
}
