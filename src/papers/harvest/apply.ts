/** Brings the papers in step with the sightings: a page of new ones in, the papers they make or change out. */
import type { Queryable } from "../store/database.ts";
import type { PaperRecord } from "../store/paper-record.ts";
import { RECORD_COLUMNS, recordOf } from "../store/paper-rows.ts";
import { renamePaper, upsertPapers } from "../store/papers.ts";
import { appendSignals, latestSignals } from "../store/signals.ts";
import { compare, groupSightings } from "./identity.ts";
import { cataloguedPart, mergeSightings, retell } from "./merge.ts";
import { factsSchema } from "./sighting.ts";
import type { Facts } from "./sighting.ts";
import { nameOf, neighbourhood, sameFacts, sightingsNamed, sightingsOfArxiv, storeSightings } from "./sighting-store.ts";
import type { StoredSighting } from "./sighting-store.ts";
import type { HarvestPage, Harvested } from "./source.ts";

export interface Applied {
  readonly added: number;
  readonly changed: number;
  /** Papers that turned out to be another paper's. */
  readonly joined: number;
  readonly withdrawn: number;
  readonly signals: number;
}

/** Harvests that store at once take turns: each must see the papers of the other. Any number nothing else uses. */
const LOCK = 7_306_210;

/** Stores a page. Call it in a transaction, which it makes wait for those of other harvests. */
export async function applyPage(connection: Queryable, { source, records, withdrawals }: Pick<HarvestPage, "source" | "records" | "withdrawals">, now: Date): Promise<Applied> {
  await connection.query("select pg_advisory_xact_lock($1)", [LOCK]);
  const names = [...records.map(({ externalId }) => externalId), ...withdrawals];
  const known = new Map((await sightingsNamed(connection, source, names)).map((sighting) => [sighting.externalId, sighting]));
  const told = new Map<string, StoredSighting>();
  for (const { externalId, facts } of records) {
    const before = known.get(externalId);
    told.set(externalId, { source, externalId, paper: before?.paper ?? null, facts: before ? retell(before.facts, facts) : facts });
  }
  let withdrawn = 0;
  const elsewhere = await sightingsOfArxiv(connection, withdrawals);
  for (const externalId of withdrawals) {
    const before = told.get(externalId) ?? known.get(externalId) ?? elsewhere.find(({ facts }) => facts.arxiv === externalId);
    if (before === undefined) continue; // never seen here: nothing to mark
    if (!before.facts.withdrawn) withdrawn++;
    told.set(externalId, { source, externalId, paper: before.paper, facts: { ...before.facts, withdrawn: true } });
  }
  const news = [...told.values()].filter((sighting) => {
    const before = known.get(sighting.externalId);
    return before === undefined || !sameFacts(before.facts, sighting.facts);
  });
  const { papers, ...counts } = await reconcile(connection, news, now);
  for (const sighting of known.values()) if (sighting.paper !== null && !papers.has(nameOf(sighting))) papers.set(nameOf(sighting), sighting.paper);
  return { ...counts, withdrawn, signals: await storeSignals(connection, source, records, papers, now) };
}

/** Groups `news` with their neighbours, and stores the papers of the groups. `papers` says of which paper each of `news` is. */
async function reconcile(connection: Queryable, news: readonly StoredSighting[], now: Date): Promise<{ papers: Map<string, string>; added: number; changed: number; joined: number }> {
  if (news.length === 0) return { papers: new Map(), added: 0, changed: 0, joined: 0 };
  const groups = groupSightings(await neighbourhood(connection, news));
  const stored = await storedPapers(connection, groups.flat().flatMap(({ paper }) => paper ?? []));
  const plans = groups
    .map((group) => {
      const rows = [...new Set(group.flatMap(({ paper }) => paper ?? []))].sort(compare).flatMap((id) => stored.get(id) ?? []);
      const catalogued = rows.find(({ slug }) => slug !== null);
      return { group, rows, record: mergeSightings(group, catalogued && cataloguedPart(catalogued)) };
    })
    .sort((a, b) => compare(a.record.id, b.record.id));
  const wanted = new Map(withOwnDois(plans.map(({ record }) => record)).map((record) => [record.id, record]));
  const claimed = new Set([...wanted.keys()].filter((id) => stored.has(id)));
  const moves: { from: string; to: string }[] = [];
  for (const { rows, record } of plans) {
    const heir = stored.has(record.id) ? undefined : rows.find(({ id }) => !claimed.has(id));
    if (heir === undefined) continue;
    claimed.add(heir.id);
    moves.push({ from: heir.id, to: record.id });
  }
  for (const { from, to } of moves) await renamePaper(connection, from, to);
  await keepAliases(connection, moves);

  const current = new Map([...stored].map(([id, paper]) => [moves.find(({ from }) => from === id)?.to ?? id, paper]));
  const losing = [...current].filter(([id, paper]) => (paper.arxiv !== null && paper.arxiv !== wanted.get(id)?.arxiv) || (paper.doi !== null && paper.doi !== wanted.get(id)?.doi)).map(([id]) => id);
  await connection.query("update papers set arxiv = null, doi = null where id = any($1::text[])", [losing]); // both are unique, and another paper may get them
  const { added, changed } = await upsertPapers(connection, [...wanted.values()]);
  await storeSightings(connection, plans.flatMap(({ group, record }) => group.map((sighting) => ({ ...sighting, paper: record.id }))), now);
  const orphans = [...current].filter(([id, { slug }]) => !wanted.has(id) && slug === null).map(([id]) => id);
  for (const gone of orphans) {
    const stays = plans.find(({ rows }) => rows.some(({ id }) => id === gone))?.record.id;
    if (stays !== undefined) await connection.query("select absorb_paper($1, $2)", [gone, stays]);
  }
  return { papers: new Map(plans.flatMap(({ group, record }) => group.map((sighting) => [nameOf(sighting), record.id] as const))), added, changed, joined: orphans.length };
}

/** Papers of which no two have the same DOI: when sources give one DOI to two papers of arXiv, the first keeps it. */
function withOwnDois(papers: readonly PaperRecord[]): PaperRecord[] {
  const taken = new Set<string>();
  return papers.map((paper) => {
    if (paper.doi === null) return paper;
    if (taken.has(paper.doi)) return { ...paper, doi: null };
    taken.add(paper.doi);
    return paper;
  });
}

/** Makes sightings of papers that no harvest brought, such as those of the catalogue, so that harvests recognise them. Call it in a transaction. */
export async function adoptPapers(connection: Queryable, now: Date): Promise<void> {
  await connection.query("select pg_advisory_xact_lock($1)", [LOCK]);
  const rows = await connection.query<{ facts: unknown }>(
    `select ${RECORD_COLUMNS}, own.facts from papers
     left join (select paper, external_id, facts from paper_sources where source in ('catalogue', 'stored')) own on own.paper = id and own.external_id = id
     where slug is not null or not exists (select from paper_sources other where other.paper = id and other.facts is not null)`,
  );
  const sightings = rows.flatMap((row) => {
    const paper = recordOf(row);
    const facts = adoptedFacts(paper);
    const source = paper.slug === null ? "stored" : "catalogue";
    const same = row.facts !== null && sameFacts(factsSchema.parse(row.facts), facts);
    return same ? [] : [{ source, externalId: paper.id, paper: paper.id, facts }];
  });
  await storeSightings(connection, sightings, now);
}

/** Of a catalogued paper only what the catalogue says; of another, all that is stored. */
function adoptedFacts(paper: PaperRecord): Facts {
  const { title, year, arxiv } = paper;
  if (paper.slug !== null) return factsSchema.parse({ title, year, arxiv });
  const { abstract, authors, venue, published, updated, doi, url, code, categories, keywords, withdrawn } = paper;
  return factsSchema.parse({ title, year, arxiv, abstract, authors: [...authors], venue, published, updated, doi, url, code, categories: [...categories], keywords: [...keywords], withdrawn });
}

async function storedPapers(connection: Queryable, ids: readonly string[]): Promise<ReadonlyMap<string, PaperRecord>> {
  const rows = await connection.query(`select ${RECORD_COLUMNS} from papers where id = any($1::text[])`, [ids]);
  return new Map(rows.map(recordOf).map((paper) => [paper.id, paper]));
}

async function keepAliases(connection: Queryable, moves: readonly { from: string; to: string }[]): Promise<void> {
  await connection.query("delete from paper_aliases where alias = any($1::text[])", [moves.map(({ to }) => to)]);
  await connection.query(
    "insert into paper_aliases (alias, paper) select * from unnest($1::text[], $2::text[]) on conflict (alias) do update set paper = excluded.paper",
    [moves.map(({ from }) => from), moves.map(({ to }) => to)],
  );
}

/** Keeps what differs from the last signal of its paper and kind, so that harvesting the same again adds nothing. */
async function storeSignals(connection: Queryable, source: string, records: readonly Harvested[], papers: ReadonlyMap<string, string>, now: Date): Promise<number> {
  const counts = new Map<string, { paper: string; kind: Harvested["observations"][number]["kind"]; value: number }>();
  for (const record of records) {
    const paper = papers.get(nameOf(record));
    if (paper === undefined) continue;
    for (const { kind, value } of record.observations) {
      const key = JSON.stringify([paper, kind]);
      const before = counts.get(key);
      if (before === undefined || value > before.value) counts.set(key, { paper, kind, value }); // a source may have a paper twice
    }
  }
  const latest = new Map((await latestSignals(connection, [...new Set([...counts.values()].map(({ paper }) => paper))])).filter((signal) => signal.source === source).map((signal) => [JSON.stringify([signal.paper, signal.kind]), signal.value]));
  const news = [...counts].filter(([key, { value }]) => latest.get(key) !== value).map(([, signal]) => ({ ...signal, source, observedAt: now }));
  return appendSignals(connection, news);
}
