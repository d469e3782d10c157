/** Options that the commands on texts share. */
import { chosenDevice } from "../device.ts";
import type { CliPorts } from "../ports.ts";
import type { NamedText, RecordTask, TaskRecord } from "../../data/index.ts";
import { readRecords, RecordError } from "../../data/node/index.ts";
import type { BadRecord, RecordOptions } from "../../data/node/index.ts";
import { SILENT } from "../../lab/index.ts";
import type { Progress } from "../../lab/index.ts";
import { fromPretrained } from "../../tasks/index.ts";
import type { PretrainedText } from "../../tasks/index.ts";

/** Runs `task` with a text model and frees it. */
export async function withTextModel<R>(place: string, device: string | undefined, task: (model: PretrainedText) => Promise<R>): Promise<R> {
  const model = await fromPretrained(place, { device: chosenDevice(device) });
  try {
    return await task(model);
  } finally {
    await model.release();
  }
}

/** Broken records that are reported one by one. */
const MOST_REPORTED = 20;

/** Progress beside lines of data: none where both would be written to one terminal. */
export const progressBesideLines = (ports: CliPorts): Progress => (process.stdout.isTTY ? SILENT : ports.progress());

/** How the user's texts are read. */
export interface TextOptions {
  readonly strict?: boolean;
  /** One text a line. */
  readonly lines?: boolean;
  /** Where the text stands, if not in "text". */
  readonly columns?: Readonly<Record<string, string>>;
}

/** What is shown while texts are read: told the share that has been read, and ended before a line is written in its place. */
export interface ReadingDisplay {
  readonly progress?: Progress;
  readonly onShare?: (share: number) => void;
}

/** Texts of a file, a folder or standard input ("-": JSON Lines, or one text a line with `lines`), one after the other. */
export async function* textsFrom(ports: CliPorts, path: string, options: TextOptions, display?: ReadingDisplay): AsyncGenerator<string> {
  for await (const { text } of plainTextsFrom(ports, path, options, display)) yield text;
}

/** The same with the second texts of records that have one. */
export const plainTextsFrom = (ports: CliPorts, path: string, { lines, strict, columns }: TextOptions, display?: ReadingDisplay): AsyncGenerator<NamedText> =>
  recordsFrom(ports, "texts", path, { strict, columns, format: lines === true ? "txt" : undefined }, display);

/** Records as they come; broken ones are reported and counted. Throws in the end when there were none: only nothing on standard input is no mistake. */
export async function* recordsFrom<T extends RecordTask>(ports: CliPorts, task: T, path: string, options: Pick<RecordOptions, "strict" | "columns" | "format">, { progress, onShare }: ReadingDisplay = {}): AsyncGenerator<TaskRecord<T>> {
  const tell = (line: string): void => {
    progress?.end();
    ports.error(line);
  };
  let [read, broken] = [0, 0];
  const onBad = ({ file, line, reason }: BadRecord): void => {
    if (broken++ < MOST_REPORTED) tell(`broken: ${file} line ${line}: ${reason}\n`);
  };
  for await (const record of readRecords(task, path, { ...options, signal: ports.signal, onBad, onShare })) {
    read++;
    yield record;
  }
  if (broken > 0) tell(`${path}: ${read} records read, ${broken} broken and left out\n`);
  if (read === 0 && (broken > 0 || path !== "-")) throw new RecordError(`${path}: holds no readable record${broken > 0 ? `; ${broken} broken` : ""}`);
}

/** The shortest decimal number that reads back as the same float32. */
export function shortest(value: number): number {
  for (let digits = 6; digits < 9; digits++) {
    const rounded = Number(value.toPrecision(digits));
    if (Math.fround(rounded) === value) return rounded;
  }
  return Number(value.toPrecision(9));
}

/** A score as people read it. */
export const rounded = (value: number): number => Number(value.toFixed(4));
