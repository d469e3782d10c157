/**
 * The file of a backup: gzip of JSON lines. First a header; then a line a row, `{"table":{...row...}}`, tables in the order
 * in which they can be restored; last an end that counts the rows and has the SHA-256 of all lines before it, so that a file
 * cut short or damaged is recognised.
 */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import { z } from "zod";
import { writeFileAtomic } from "../../data/node/atomic-file.node.ts";

const VERSION = 1;

const headerShape = z.object({
  format: z.literal("reprise-backup"),
  version: z.number(),
  made: z.iso.datetime(),
  vector: z.boolean(),
  migrations: z.array(z.object({ number: z.number(), name: z.string(), checksum: z.string() })),
  tables: z.array(z.object({ name: z.string(), columns: z.array(z.string()) })),
});
const endShape = z.object({ end: z.object({ rows: z.number(), sha256: z.string() }) });

export type BackupHeader = Readonly<Omit<z.infer<typeof headerShape>, "format" | "version">>;

/** A row of a table, its JSON as the database wrote it: numbers are not read, so none loses a digit. */
export interface BackupRow {
  readonly table: string;
  readonly json: string;
}

/** The file is not a backup, or not a whole one, or from a newer version. */
export class BackupError extends Error {
  override readonly name = "BackupError";
}

/** Writes a backup, whole or not at all; returns how many rows it has. */
export async function writeBackup(path: string, header: BackupHeader, rows: AsyncIterable<BackupRow>): Promise<number> {
  let count = 0;
  const lines = async function* (): AsyncGenerator<string> {
    const hash = createHash("sha256");
    const line = (text: string): string => {
      hash.update(`${text}\n`);
      return `${text}\n`;
    };
    yield line(JSON.stringify({ format: "reprise-backup", version: VERSION, ...header }));
    for await (const { table, json } of rows) {
      count++;
      yield line(`{${JSON.stringify(table)}:${json.replaceAll("\n", " ")}}`); // between values only: within texts JSON writes \n
    }
    yield `${JSON.stringify({ end: { rows: count, sha256: hash.digest("hex") } })}\n`;
  };
  const zip = createGzip();
  const feeding = pipeline(Readable.from(lines()), zip);
  try {
    await Promise.all([writeFileAtomic(path, zip), feeding]);
  } catch (error) {
    zip.destroy(); // ends the reading of rows too
    throw error;
  }
  return count;
}

/** Reads a backup from start to end and returns its header and rows. Throws `BackupError` unless it is whole. */
export async function checkBackup(path: string): Promise<{ header: BackupHeader; rows: number }> {
  let header: BackupHeader | undefined;
  let rows = 0;
  for await (const part of readBackup(path)) {
    if ("header" in part) ({ header } = part);
    else rows++;
  }
  if (!header) throw new BackupError(`${path} is empty`);
  return { header, rows };
}

/** The header of a backup, then its rows. Throws `BackupError` at the end when it was not whole: believe nothing before. */
export async function* readBackup(path: string): AsyncGenerator<{ readonly header: BackupHeader } | BackupRow> {
  const hash = createHash("sha256");
  let names: readonly string[] | undefined;
  let rows = 0;
  let ended = false;
  try {
    for await (const line of lines(path)) {
      if (ended) throw new BackupError(`${path} goes on after its end; it is damaged`);
      if (line.startsWith('{"end":')) {
        const { end } = endShape.parse(JSON.parse(line));
        if (end.rows !== rows || end.sha256 !== hash.digest("hex")) throw new BackupError(`${path} is damaged: its checksum differs from its content; use another backup`);
        ended = true;
        continue;
      }
      hash.update(`${line}\n`);
      if (!names) {
        const header = headerOf(path, line);
        names = header.tables.map(({ name }) => name);
        yield { header };
        continue;
      }
      const table = names.find((name) => line.startsWith(`{${JSON.stringify(name)}:`));
      if (table === undefined) throw new BackupError(`${path} is damaged: row ${rows + 1} belongs to no table of it; use another backup`);
      rows++;
      yield { table, json: line.slice(JSON.stringify(table).length + 2, -1) };
    }
  } catch (error) {
    if (error instanceof BackupError || (error as NodeJS.ErrnoException).code === "ENOENT") throw error;
    throw new BackupError(`${path} is not a whole backup of Reprise (${error instanceof Error ? error.message : String(error)}); use another backup`, { cause: error });
  }
  if (!ended) throw new BackupError(`${path} is cut short: it has no end; use another backup`);
}

/** Lines end with a line feed and nothing else: Node's own reader, from version 24 on, also ends them at U+2028 and U+2029, which texts may hold. */
async function* lines(path: string): AsyncGenerator<string> {
  const text = createGunzip().setEncoding("utf8");
  const feeding = pipeline(createReadStream(path), text);
  feeding.catch(() => undefined); // thrown below, or by the reading
  let rest = "";
  for await (const chunk of text as AsyncIterable<string>) {
    const parts = `${rest}${chunk}`.split("\n");
    rest = parts.pop() as string;
    yield* parts;
  }
  await feeding;
  if (rest !== "") yield rest;
}

function headerOf(path: string, line: string): BackupHeader {
  const header = headerShape.parse(JSON.parse(line));
  if (header.version > VERSION) throw new BackupError(`${path} was written by a newer version of Reprise (backup format ${header.version}, this one reads ${VERSION}); update Reprise`);
  return header;
}
