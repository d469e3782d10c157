/** Papers by identifier: the catalogue's are kept in memory, as pages ask for them all the time; others come from the store. */
import { CATALOGUE } from "./catalogue/catalogue.ts";
import { loadCatalogue } from "./store/catalogue.ts";
import type { Database } from "./store/database.ts";
import type { PaperRecord } from "./store/paper-record.ts";
import { papersByIds } from "./store/papers.ts";

export interface PaperLibrary {
  /** Catalogued papers, in the order of the catalogue. */
  readonly catalogued: readonly PaperRecord[];
  paper(id: string): Promise<PaperRecord | undefined>;
  /** Those that exist, by id. */
  papers(ids: readonly string[]): Promise<ReadonlyMap<string, PaperRecord>>;
}

/** Brings the catalogue into the database and opens the library on it. `running` are the slugs of systems that run. */
export async function openLibrary(database: Database, running: readonly string[]): Promise<PaperLibrary> {
  await loadCatalogue(database, running);
  const catalogued = await papersByIds(database, CATALOGUE.map(({ slug }) => slug));
  const bySlug: ReadonlyMap<string, PaperRecord> = new Map(catalogued.map((paper) => [paper.id, paper]));
  const papers = async (ids: readonly string[]): Promise<ReadonlyMap<string, PaperRecord>> => {
    const others = ids.filter((id) => !bySlug.has(id));
    const stored = others.length === 0 ? [] : await papersByIds(database, others);
    return new Map([...ids.flatMap((id) => bySlug.get(id) ?? []), ...stored].map((paper) => [paper.id, paper]));
  };
  return { catalogued, papers, paper: async (id) => bySlug.get(id) ?? (await papers([id])).get(id) };
}
