/** Sightings in the database. They are the truth; the papers are made of them. */
import type { Queryable } from "../store/database.ts";
import { compare, traitsOf } from "./identity.ts";
import { factsSchema } from "./sighting.ts";
import type { Facts, Sighting } from "./sighting.ts";

/** A sighting with the paper it is of at present; null: not yet any. */
export interface StoredSighting extends Sighting {
  readonly paper: string | null;
}

/** What finds sightings that can be of the same paper. */
interface Keys {
  readonly arxiv: readonly string[];
  readonly doi: readonly string[];
  readonly titleKeys: readonly string[];
}

interface SightingRow extends Record<string, unknown> {
  readonly source: string;
  readonly external_id: string;
  readonly paper: string;
  readonly facts: unknown;
}

const BATCH = 500;
const COLUMNS = "source, external_id, paper, facts";

/** The stored sightings that have one of the names `(source, externalId)`. */
export async function sightingsNamed(connection: Queryable, source: string, externalIds: readonly string[]): Promise<readonly StoredSighting[]> {
  return (await connection.query<SightingRow>(`select ${COLUMNS} from paper_sources where source = $1 and external_id = any($2::text[]) and facts is not null`, [source, externalIds])).map(sightingOf);
}

/** The stored sightings of papers with these arXiv identifiers. */
export async function sightingsOfArxiv(connection: Queryable, identifiers: readonly string[]): Promise<readonly StoredSighting[]> {
  if (identifiers.length === 0) return [];
  return (await connection.query<SightingRow>(`select ${COLUMNS} from paper_sources where arxiv = any($1::text[]) and facts is not null order by source, external_id`, [identifiers])).map(sightingOf);
}

/**
 * `sightings` and all stored ones that can be of the same papers: those that share an identifier or a title with them, and
 * with those, and so on. Of a stored sighting that is also among `sightings`, the given one counts.
 */
export async function neighbourhood(connection: Queryable, sightings: readonly StoredSighting[]): Promise<readonly StoredSighting[]> {
  const found = new Map(sightings.map((sighting) => [nameOf(sighting), sighting]));
  const asked = new Set<string>();
  let frontier = sightings;
  while (frontier.length > 0) {
    const keys = keysOf(frontier, asked);
    const papers = frontier.flatMap(({ paper }) => paper ?? []);
    const rows = await connection.query<SightingRow>(
      `select ${COLUMNS} from paper_sources
       where facts is not null and (arxiv = any($1::text[]) or doi = any($2::text[]) or title_key = any($3::text[]) or paper = any($4::text[]))`,
      [keys.arxiv, keys.doi, keys.titleKeys, papers],
    );
    frontier = rows.map(sightingOf).filter((sighting) => !found.has(nameOf(sighting)));
    for (const sighting of frontier) found.set(nameOf(sighting), sighting);
  }
  return [...found.values()];
}

/** Stores sightings as being of their papers; those stored alike stay as they are. Returns how many are new or changed. */
export async function storeSightings(connection: Queryable, sightings: readonly (Sighting & { readonly paper: string })[], seenAt: Date): Promise<number> {
  let stored = 0;
  for (let start = 0; start < sightings.length; start += BATCH) {
    const rows = sightings.slice(start, start + BATCH).map((sighting) => {
      const { arxiv, doi, titleKey } = traitsOf(sighting);
      return { source: sighting.source, external_id: sighting.externalId, paper: sighting.paper, facts: sighting.facts, arxiv, doi, title_key: titleKey };
    });
    const changed = await connection.query(
      `insert into paper_sources (source, external_id, paper, facts, arxiv, doi, title_key, seen_at)
       select source, external_id, paper, facts, arxiv, doi, title_key, $2 from jsonb_to_recordset($1::jsonb)
         as given (source text, external_id text, paper text, facts jsonb, arxiv text, doi text, title_key text)
       on conflict (source, external_id) do update set paper = excluded.paper, facts = excluded.facts, arxiv = excluded.arxiv, doi = excluded.doi, title_key = excluded.title_key, seen_at = excluded.seen_at
       where (paper_sources.paper, paper_sources.facts) is distinct from (excluded.paper, excluded.facts)
       returning paper`,
      [JSON.stringify(rows), seenAt],
    );
    stored += changed.length;
  }
  return stored;
}

export function nameOf({ source, externalId }: Sighting): string {
  return JSON.stringify([source, externalId]);
}

/** Whether two sources say the same. */
export function sameFacts(a: Facts, b: Facts): boolean {
  return canonical(a) === canonical(b);
}

function canonical(facts: Facts): string {
  return JSON.stringify(Object.entries(facts).sort(([a], [b]) => compare(a, b)));
}

/** The keys of `sightings` that were not asked for yet. */
function keysOf(sightings: readonly StoredSighting[], asked: Set<string>): Keys {
  const fresh = (kind: string, values: readonly (string | null)[]): string[] =>
    [...new Set(values)].filter((value): value is string => {
      if (value === null || value === "" || asked.has(`${kind} ${value}`)) return false;
      asked.add(`${kind} ${value}`);
      return true;
    });
  const traits = sightings.map(traitsOf);
  return { arxiv: fresh("arxiv", traits.map(({ arxiv }) => arxiv)), doi: fresh("doi", traits.map(({ doi }) => doi)), titleKeys: fresh("title", traits.map(({ titleKey }) => titleKey)) };
}

function sightingOf({ source, external_id: externalId, paper, facts }: SightingRow): StoredSighting {
  return { source, externalId, paper, facts: factsSchema.parse(facts) };
}
