/** Options that the commands on texts share. */
import { InvalidArgumentError } from "commander";
import { chosenDevice } from "../device.ts";
import type { CliPorts } from "../ports.ts";
import { readRecords } from "../../data/node/index.ts";
import type { BadRecord } from "../../data/node/index.ts";
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

/** Reports a broken record and goes on. */
export const onBadRecord = (ports: CliPorts) => ({ file, line, reason }: BadRecord): void => ports.error(`broken: ${file} line ${line}: ${reason}\n`);

/** Texts of a file, a folder or standard input ("-": JSON Lines, or one text a line with `plain`), one after the other. */
export async function* textsFrom(ports: CliPorts, path: string, { strict, plain }: { readonly strict?: boolean; readonly plain?: boolean }): AsyncGenerator<string> {
  for await (const { text } of readRecords("texts", path, { strict, signal: ports.signal, onBad: onBadRecord(ports), ...(plain === true ? { format: "txt" as const } : {}) })) yield text;
}

/** `query=question,positive=answer` as a record. */
export function columnMap(text: string): Record<string, string> {
  const pairs = text.split(",").map((part) => part.split("=").map((word) => word.trim()));
  if (pairs.some(([field, column, ...rest]) => !field || !column || rest.length > 0)) throw new InvalidArgumentError("expected field=column, such as query=question,positive=answer.");
  return Object.fromEntries(pairs as [string, string][]);
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
