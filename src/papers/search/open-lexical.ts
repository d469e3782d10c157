/** Which lexical stage is taken: in this process while the papers fit, else the database's full text. */
import type { LexicalStage } from "./lexical.ts";
import { PostgresLexical } from "./postgres-lexical.ts";
import { StoredLexical } from "./stored-lexical.ts";
import { indexTexts } from "./text-vectors.ts";
import type { Database } from "../store/database.ts";

/** Papers that are held in this process. With their index they take 6.9 kB each, and 0.4 ms to load (60,000 package descriptions: 412 MB, 26 s). */
export const MEMORY_LIMIT = 100_000;

export interface LexicalOptions {
  readonly lexical?: LexicalStage["kind"];
}

export async function openLexical(database: Database, { lexical }: LexicalOptions = {}): Promise<LexicalStage> {
  const kind = lexical ?? (await fittingLexical(database));
  return kind === "memory" ? StoredLexical.open(database) : PostgresLexical.open(database);
}

/** Writes the words of papers for full text search in the database, if it will be used; returns of how many. */
export async function prepareLexical(database: Database, signal?: AbortSignal): Promise<number> {
  return (await fittingLexical(database)) === "postgres" ? indexTexts(database, signal) : 0;
}

async function fittingLexical(database: Database): Promise<LexicalStage["kind"]> {
  const [row] = await database.query<{ papers: number }>("select count(*) as papers from papers where not withdrawn");
  return (row?.papers ?? 0) > MEMORY_LIMIT ? "postgres" : "memory";
}
