/** Puts the papers of the catalogue, with their cards, into the database. */
import { FAMILIES } from "../catalogue/catalogue.ts";
import type { Family, Paper } from "../catalogue/family.ts";
import type { Database, Queryable } from "./database.ts";
import type { PaperRecord } from "./paper-record.ts";
import { RECORD_COLUMNS, recordOf } from "./paper-rows.ts";
import { renamePaper, upsertPapers } from "./papers.ts";
import type { UpsertCount } from "./papers.ts";

/**
 * Stores the catalogue. `running` are the slugs of systems that run. Where the catalogue is silent, what harvests found of a
 * paper (authors, dates, DOI, categories) stays; a paper harvested before it was catalogued gets its slug as its id. Papers
 * that left the catalogue stay as harvested ones. Storing the same again changes nothing.
 */
export async function loadCatalogue(database: Database, running: readonly string[], families: readonly Family[] = FAMILIES): Promise<UpsertCount> {
  return database.transaction(async (connection) => {
    await connection.query("lock table papers in share row exclusive mode"); // two processes that start at once take turns
    const papers = families.flatMap((family) => family.papers.map((paper) => ({ family: family.name, paper })));
    const slugs = papers.map(({ paper }) => paper.slug);
    await connection.query("update papers set slug = null, family = null, runs = false, changed_at = now() where slug is not null and slug <> all($1::text[])", [slugs]);
    const stored = await storedPapers(connection, slugs, papers.map(({ paper }) => paper.arxiv));
    const records: PaperRecord[] = [];
    for (const { family, paper } of papers) {
      const harvested = stored.get(paper.slug) ?? stored.get(paper.arxiv);
      if (harvested && harvested.id !== paper.slug) await renamePaper(connection, harvested.id, paper.slug);
      // an arXiv id corrected in the catalogue may be another stored paper's
      await connection.query("update papers set arxiv = null where arxiv = $1 and id <> $2", [paper.arxiv, paper.slug]);
      records.push(catalogueRecord(family, paper, running.includes(paper.slug), harvested));
    }
    const count = await upsertPapers(connection, records);
    await connection.query(
      "insert into paper_sources (source, external_id, paper) select 'catalogue', slug, slug from unnest($1::text[]) as slug on conflict (source, external_id) do nothing",
      [slugs],
    );
    return count;
  });
}

/** Papers stored already, by id and by arXiv id. */
async function storedPapers(connection: Queryable, slugs: readonly string[], arxiv: readonly string[]): Promise<ReadonlyMap<string, PaperRecord>> {
  const rows = (await connection.query(`select ${RECORD_COLUMNS} from papers where id = any($1::text[]) or arxiv = any($2::text[])`, [slugs, arxiv])).map(recordOf);
  return new Map(rows.flatMap((paper) => [[paper.id, paper] as const, ...(paper.arxiv === null ? [] : [[paper.arxiv, paper] as const])]));
}

/** A catalogued paper as it is stored; `harvested` is what was known of it before. */
export function catalogueRecord(family: string, paper: Paper, runs: boolean, harvested?: PaperRecord): PaperRecord {
  const { problem, idea, claims, checks } = paper.card;
  return {
    id: paper.slug,
    slug: paper.slug,
    family,
    title: paper.title,
    abstract: [problem, idea, claims, checks].map((sentences) => sentences.join(" ")).join("\n\n"),
    authors: paper.authors ?? harvested?.authors ?? [],
    year: paper.year,
    venue: paper.venue ?? harvested?.venue ?? null,
    published: harvested?.published ?? null,
    updated: harvested?.updated ?? null,
    arxiv: paper.arxiv,
    doi: harvested?.doi ?? null,
    url: harvested?.url ?? `https://arxiv.org/abs/${paper.arxiv}`,
    code: paper.code ?? harvested?.code ?? null,
    categories: harvested?.categories ?? [],
    keywords: paper.keywords,
    modalities: paper.modality,
    runs,
    withdrawn: harvested?.withdrawn ?? false,
  };
}
