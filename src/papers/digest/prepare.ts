/** The papers of one digest: chosen once, stored, and the same again whenever the digest is tried again. */
import { following } from "../people/subscribers.ts";
import type { Following, Subscriber } from "../people/subscriber.ts";
import { recommend } from "../ranking/personal.ts";
import type { Recommendation } from "../ranking/personal.ts";
import { trendingPapers } from "../ranking/trending-papers.ts";
import type { TrendingPaper } from "../ranking/trending-papers.ts";
import { familyTitle } from "../ranking/family-title.ts";
import type { DigestPaper } from "./render.ts";
import { selectPapers } from "./select.ts";
import type { Database, Queryable } from "../store/database.ts";
import { papersByIds } from "../store/papers.ts";

/** Finds papers for a saved search, best first. */
export type SearchPapers = (query: string, limit: number) => Promise<readonly { readonly id: string }[]>;

/** Results looked at of each saved search, and papers of what is followed. */
const SEARCHED = 20;
const FOLLOWED = 300;
/** Choices made anew when a late digest of the same reader takes the papers first. */
const TRIES = 4;
/** Trending papers looked at: more than a reader can have had lately. */
export const TRENDING_DEPTH = 400;

/** Gives the trending papers for a reader's frequency; a run of the sender computes them once. */
export type TrendingSource = (frequency: Subscriber["frequency"]) => Promise<readonly TrendingPaper[]>;

/** The trending papers as of `now`, each window read once. */
export function trendingSource(database: Database, now: Date): TrendingSource {
  const lists = new Map<string, Promise<readonly TrendingPaper[]>>();
  return (frequency) => {
    const list = lists.get(frequency) ?? trendingPapers(database, { window: frequency === "daily" ? "day" : "week", now, limit: TRENDING_DEPTH });
    lists.set(frequency, list);
    return list;
  };
}

/** The papers stored for this digest; chosen now and stored when there are none yet. */
export async function digestPapers(database: Database, subscriber: Subscriber, localDate: string, now: Date, trending: TrendingSource, search: SearchPapers): Promise<DigestPaper[]> {
  for (let tries = 0; tries < TRIES; tries++) {
    const stored = await storedPapers(database, subscriber.id, localDate);
    if (stored.length > 0) return stored;
    const chosen = await previewPapers(database, subscriber, now, trending, search);
    if (chosen.length === 0) return [];
    await database.transaction(async (connection) => {
      for (const [position, { paper, reasons }] of chosen.entries()) {
        await connection.query("insert into digest_papers (subscriber, local_date, paper, position, reasons) values ($1, $2::date, $3, $4, $5) on conflict do nothing", [subscriber.id, localDate, paper.id, position, reasons]);
      }
    });
  }
  throw new Error("another digest of the same reader took all papers that were chosen, several times");
}

/** What would be chosen now; nothing is stored. */
export async function previewPapers(connection: Queryable, subscriber: Subscriber, now: Date, trending: TrendingSource, search: SearchPapers): Promise<DigestPaper[]> {
  const list = await trending(subscriber.frequency);
  const sent = await connection.query<{ paper: string }>("select paper from digest_papers where subscriber = $1", [subscriber.id]);
  const personal = await personalPapers(connection, await following(connection, subscriber.id), list, now, search);
  return selectPapers({ personal, trending: list, sent: new Set(sent.map(({ paper }) => paper)), count: subscriber.paperCount });
}

/** Recommendations among what trends, what the searches find, and the newest of what is followed. */
export async function personalPapers(connection: Queryable, { families, authors, searches, stars }: Following, trending: readonly TrendingPaper[], now: Date, search: SearchPapers): Promise<Recommendation[]> {
  const found = await Promise.all(searches.map(async ({ query }) => ({ query, results: (await search(query, SEARCHED)).map(({ id }) => id) })));
  const followed = await connection.query<{ id: string }>(
    `select id from papers where not withdrawn and (family = any($1::text[]) or authors && $2::text[]) and (published is null or published <= $3)
     order by published desc nulls last limit ${FOLLOWED}`,
    [families, authors, now],
  );
  const known = new Map(trending.map(({ paper }) => [paper.id, paper]));
  const others = [...new Set([...found.flatMap(({ results }) => results), ...followed.map(({ id }) => id)])].filter((id) => !known.has(id));
  for (const paper of await papersByIds(connection, others)) known.set(paper.id, paper);
  return recommend([...known.values()], { families, authors, searches: found, stars: await papersByIds(connection, stars) }, now, familyTitle);
}

async function storedPapers(connection: Queryable, subscriber: string, localDate: string): Promise<DigestPaper[]> {
  const rows = await connection.query<{ paper: string; reasons: string[] }>("select paper, reasons from digest_papers where subscriber = $1 and local_date = $2::date order by position", [subscriber, localDate]);
  const reasons = new Map(rows.map((row) => [row.paper, row.reasons]));
  return (await papersByIds(connection, rows.map(({ paper }) => paper))).map((paper) => ({ paper, reasons: reasons.get(paper.id) ?? [] }));
}
