/**
 * Users' texts from files: JSON Lines, CSV, TSV, Parquet, plain text, folders of these, any of them (but Parquet) in .gz, and
 * standard input. Records are read one at a time; one that is broken is reported with file, line and reason.
 */
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { basename, extname, join, relative, sep } from "node:path";
import type { Readable } from "node:stream";
import { checkMapping, parseRecord } from "../text/records.ts";
import type { ColumnMapping, RecordTask, TaskRecord } from "../text/records.ts";
import { gunzipped } from "./gunzip.node.ts";
import { filesOf } from "./item-files.node.ts";
import { linesOf } from "./lines.node.ts";
import { readParquet } from "./parquet-rows.node.ts";
import { readTable } from "./table-rows.node.ts";

export const RECORD_FORMATS = ["jsonl", "csv", "tsv", "parquet", "txt"] as const;
export type RecordFormat = (typeof RECORD_FORMATS)[number];

/** A record that could not be read. Lines count from 1; for Parquet they are rows. */
export interface BadRecord {
  readonly file: string;
  readonly line: number;
  readonly reason: string;
}

/** What a format's reader yields: a row with the line it began at, or why there is none. */
export type Row = { readonly line: number; readonly value: unknown } | { readonly line: number; readonly problem: string };

export interface RecordOptions {
  /** Of all files; by their endings otherwise. Needed for standard input, where JSON Lines is assumed. */
  readonly format?: RecordFormat;
  readonly columns?: ColumnMapping;
  /** Throw at the first broken record instead of reporting it. */
  readonly strict?: boolean;
  readonly onBad?: (bad: BadRecord) => void;
  /** Told, before each record, which share of the input's bytes has been read, 0 to 1; never for standard input. */
  readonly onShare?: (share: number) => void;
  /** Reads what a record of a file points to, such as a picture beside it. Throws with the reason when that makes it a broken record. */
  readonly follow?: (record: unknown, file: string) => Promise<void>;
  /** Bytes a line may have, 1 MiB by default. */
  readonly longestLine?: number;
  /** Read for the path "-"; `process.stdin` by default. */
  readonly stdin?: Readable;
  readonly signal?: AbortSignal;
}

export interface LoadedRecords<T extends RecordTask> {
  readonly records: readonly TaskRecord<T>[];
  readonly files: readonly string[];
  /** Number of broken records, and the first hundred of them. */
  readonly badCount: number;
  readonly bad: readonly BadRecord[];
}

const LONGEST_LINE = 2 ** 20;
const MOST_LISTED = 100;
const ENDINGS: Readonly<Record<string, RecordFormat>> = { ".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "csv", ".tsv": "tsv", ".parquet": "parquet", ".txt": "txt", ".text": "txt" };

/** Stops at a broken record. */
export class RecordError extends Error {
  override readonly name = "RecordError";
}

const isGzip = (path: string): boolean => path.toLowerCase().endsWith(".gz");

export function formatOf(path: string): RecordFormat | undefined {
  return ENDINGS[extname(isGzip(path) ? path.slice(0, -".gz".length) : path).toLowerCase()];
}

interface InputFile {
  readonly path: string;
  readonly format: RecordFormat;
  /** First folder inside the folder that was given: the label of a text file there. */
  readonly folder: string | undefined;
}

async function inputFiles(input: string, format: RecordFormat | undefined): Promise<InputFile[]> {
  if (input === "-") return [{ path: "-", format: format ?? "jsonl", folder: undefined }];
  const kind = await stat(input).catch((error: unknown) => {
    throw new RecordError(`${input}: ${error instanceof Error && "code" in error && error.code === "ENOENT" ? "there is no such file or folder" : String(error)}`, { cause: error });
  });
  const formats = RECORD_FORMATS.join(", ");
  if (!kind.isDirectory()) {
    const known = format ?? formatOf(input);
    if (known === undefined) throw new RecordError(`${input}: its ending does not tell the format; expected .jsonl, .csv, .tsv, .parquet or .txt, all but .parquet also with .gz, or a format out of ${formats}`);
    return [{ path: input, format: known, folder: undefined }];
  }
  const files = (await filesOf("text folder", input)).flatMap((path): InputFile[] => {
    const known = formatOf(path) === undefined ? undefined : (format ?? formatOf(path));
    return known === undefined ? [] : [{ path: join(input, path), format: known, folder: path.includes("/") ? path.slice(0, path.indexOf("/")) : undefined }];
  });
  if (files.length === 0) throw new RecordError(`${input}: the folder holds no .jsonl, .csv, .tsv, .parquet or .txt file`);
  return files;
}

/** Plain bytes of a file or of standard input; `onRead` is told the file's own bytes where those are others. */
function openBytes(path: string, stdin: Readable, onRead: (bytes: number) => void): AsyncIterable<Buffer> {
  if (path === "-") return stdin;
  return isGzip(path) ? gunzipped(path, { onRead }) : createReadStream(path);
}

async function* jsonRows(lines: ReturnType<typeof linesOf>): AsyncGenerator<Row> {
  for await (const line of lines) {
    if ("problem" in line) yield { line: line.number, problem: line.problem };
    else if (line.text.trim() !== "") {
      let value: unknown;
      try {
        value = JSON.parse(line.text);
      } catch (error) {
        yield { line: line.number, problem: `is not JSON (${error instanceof Error ? error.message.slice(0, 120) : String(error)})` };
        continue;
      }
      yield { line: line.number, value };
    }
  }
}

/** A text per line; with a label, the whole file is one text of that class. */
async function* plainRows(lines: ReturnType<typeof linesOf>, label: string | undefined): AsyncGenerator<Row> {
  const all: string[] = [];
  for await (const line of lines) {
    if ("problem" in line) yield { line: line.number, problem: line.problem };
    else if (label !== undefined) all.push(line.text);
    else if (line.text.trim() !== "") yield { line: line.number, value: { text: line.text } };
  }
  if (label !== undefined) yield { line: 1, value: { text: all.join("\n").trim(), label } };
}

function rowsOf({ path, format, folder }: InputFile, task: RecordTask, options: RecordOptions, onBytes: (bytes: number) => void): AsyncGenerator<Row> {
  if (format === "parquet") {
    if (path === "-" || isGzip(path)) throw new RecordError(`${path}: Parquet is read from plain files only: it is compressed inside and read from its end`);
    return readParquet(path, onBytes);
  }
  let read: number | undefined; // of a compressed file
  const stream = openBytes(path, options.stdin ?? process.stdin, (bytes) => void (read = bytes));
  const lines = linesOf(stream, { longest: options.longestLine ?? LONGEST_LINE, onBytes: (plain) => onBytes(read ?? plain) });
  if (format === "jsonl") return jsonRows(lines);
  if (format !== "txt") return readTable(lines, format === "csv" ? "," : "\t");
  if (task !== "texts" && !(task === "labelled" && folder !== undefined)) throw new RecordError(`${path}: plain text holds no fields for ${task}; use .jsonl, .csv, .tsv or .parquet${task === "labelled" ? ", or a folder with one subfolder per class" : ""}`);
  return plainRows(lines, task === "labelled" ? folder : undefined);
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** A record and where it stands. */
export interface LocatedRecord<T extends RecordTask> {
  readonly record: TaskRecord<T>;
  /** Its file, from a folder that was given on; the name of a file that was given; "-" for standard input. */
  readonly file: string;
  /** From 1; of a table's row over several lines the last, of Parquet the row. */
  readonly line: number;
}

/** Reads records of a file, a folder or "-" one after the other. Broken ones go to `onBad`, or end it with `strict`. */
export async function* readRecords<T extends RecordTask>(task: T, input: string, options: RecordOptions = {}): AsyncGenerator<TaskRecord<T>> {
  for await (const { record } of readLocatedRecords(task, input, options)) yield record;
}

/** The same with the place of each. */
export async function* readLocatedRecords<T extends RecordTask>(task: T, input: string, options: RecordOptions = {}): AsyncGenerator<LocatedRecord<T>> {
  const { columns = {}, strict = false, onBad, onShare, follow, signal } = options;
  checkMapping(task, columns);
  const files = await inputFiles(input, options.format);
  const sizes = onShare === undefined || input === "-" ? undefined : await Promise.all(files.map(async ({ path }) => (await stat(path)).size));
  const total = sizes?.reduce((sum, size) => sum + size, 0) ?? 0;
  let before = 0; // bytes of the files before
  for (const [i, file] of files.entries()) {
    const report = (line: number, reason: string): void => {
      if (strict) throw new RecordError(`${file.path} line ${line}: ${reason}; repair or remove it, or pass strict: false to go on without it`);
      onBad?.({ file: file.path, line, reason });
    };
    const place = relative(input, file.path).replaceAll(sep, "/") || basename(input);
    let [line, own] = [0, 0];
    try {
      for await (const row of rowsOf(file, task, options, (bytes) => void (own = bytes))) {
        if (total > 0) onShare?.(Math.min(1, (before + own) / total));
        signal?.throwIfAborted();
        line = row.line;
        const result = "problem" in row ? { reason: row.problem } : parseRecord(task, row.value, columns);
        const problem = "record" in result ? await follow?.(result.record, file.path).then(() => undefined, reasonOf) : result.reason;
        if (problem !== undefined) report(row.line, problem);
        else if ("record" in result) yield { record: result.record, file: place, line: row.line };
      }
    } catch (error) {
      if (error instanceof RecordError || signal?.aborted) throw error;
      report(line + 1, `cannot be read on (${error instanceof Error ? error.message : String(error)})`); // a broken archive or file: what came before counts
    }
    before += sizes?.[i] ?? 0;
  }
}

/** All records of a file, a folder or "-". Throws if not one can be read. */
export async function loadRecords<T extends RecordTask>(task: T, input: string, options: RecordOptions = {}): Promise<LoadedRecords<T>> {
  const bad: BadRecord[] = [];
  let badCount = 0;
  const onBad = (problem: BadRecord): void => {
    if (badCount++ < MOST_LISTED) bad.push(problem);
    options.onBad?.(problem);
  };
  const records: TaskRecord<T>[] = [];
  for await (const record of readRecords(task, input, { ...options, onBad })) records.push(record);
  const [first] = bad;
  if (records.length === 0) throw new RecordError(`${input}: holds no readable record${first ? `; ${badCount} broken, the first ${first.file} line ${first.line}: ${first.reason}` : ""}`);
  return { records, files: (await inputFiles(input, options.format)).map(({ path }) => path), badCount, bad };
}
