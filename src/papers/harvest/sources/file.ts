/** What the sources that read a file share. */
import { readFile, stat } from "node:fs/promises";
import { basename } from "node:path";
import { z } from "zod";
import { HarvestError } from "../errors.ts";

const MEBIBYTE = 2 ** 20;
const LARGEST = 256 * MEBIBYTE;
/** Records stored in one transaction. */
export const FILE_PAGE = 200;

export const fileOptions = z.strictObject({ file: z.string().min(1) });
export type FileOptions = z.infer<typeof fileOptions>;

/** Records before `done` are stored. */
export const fileCursor = z.object({ done: z.number().int().min(0) });

/** "bibtex:references.bib": the same file name is the same source. */
export function fileSource(kind: string, { file }: FileOptions): string {
  return `${kind}:${basename(file)}`;
}

/** The whole file as UTF-8. Throws `HarvestError` for one that is not there, too large, or in another charset. */
export async function readTextFile(file: string): Promise<string> {
  const found = await stat(file).catch((error: NodeJS.ErrnoException) => {
    throw new HarvestError(`${file}: ${error.code === "ENOENT" ? "there is no such file" : error.message}`, { cause: error });
  });
  if (!found.isFile()) throw new HarvestError(`${file}: is not a file`);
  if (found.size > LARGEST) throw new HarvestError(`${file}: ${Math.round(found.size / MEBIBYTE)} MiB is more than ${LARGEST / MEBIBYTE} MiB; split it`);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(await readFile(file));
  } catch (error) {
    throw new HarvestError(`${file}: is not UTF-8 text; convert it first`, { cause: error });
  }
}
