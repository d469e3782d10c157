/** What the feeds show: the trending list, a family, a saved search. */
import { feedOf } from "./feed-document.ts";
import type { FeedDocument } from "./feed-document.ts";
import type { SearchPapers } from "../digest/prepare.ts";
import { savedSearch } from "../people/follow.ts";
import { FAMILY_NAMES, familyTitle } from "../ranking/family-title.ts";
import type { TrendingWindow } from "../ranking/trending.ts";
import { trendingPapers } from "../ranking/trending-papers.ts";
import type { Queryable } from "../store/database.ts";
import { listPapers, papersByIds } from "../store/papers.ts";

/** Entries in a feed. */
const ENTRIES = 50;
const SPAN: Readonly<Record<TrendingWindow, string>> = { day: "today", week: "this week", month: "this month" };

export interface FeedServices {
  readonly database: Queryable;
  readonly search: SearchPapers;
  /** The explorer's address as readers see it. */
  readonly baseUrl: string;
  readonly clock: () => Date;
}

export async function trendingFeed({ database, baseUrl, clock }: FeedServices, window: TrendingWindow): Promise<FeedDocument> {
  const papers = await trendingPapers(database, { window, now: clock(), limit: ENTRIES });
  return feedOf(
    { path: `feeds/trending-${window}`, title: `Papers trending ${SPAN[window]}`, description: "Papers by what they gained in upvotes, stars and citations, and by how new they are.", page: `trending?window=${window}` },
    // scores change with every passing minute and would make every answer new; what was gained does not
    papers.map(({ paper, trending }) => ({ paper, reasons: trending.why.slice(0, -1).map((words) => words.replace(/ \([^()]*\)$/, "")) })),
    baseUrl,
  );
}

/** The newest papers of a family; undefined where there is no such family. */
export async function familyFeed({ database, baseUrl }: FeedServices, family: string): Promise<FeedDocument | undefined> {
  if (!FAMILY_NAMES.includes(family)) return undefined;
  const { papers } = await listPapers(database, { family }, { limit: ENTRIES });
  const title = familyTitle(family);
  return feedOf({ path: `feeds/families/${family}`, title: `${title}: new papers`, description: `The newest papers of the family "${title}".`, page: `?family=${family}` }, papers.map((paper) => ({ paper, reasons: [] })), baseUrl);
}

/** What a saved search finds now, best first; undefined where there is no such search. Whoever knows its id may read it. */
export async function searchFeed({ database, search, baseUrl }: FeedServices, id: string): Promise<FeedDocument | undefined> {
  const query = await savedSearch(database, id);
  if (query === undefined) return undefined;
  const found = await papersByIds(database, (await search(query, ENTRIES)).map((hit) => hit.id));
  return feedOf({ path: `feeds/searches/${id}`, title: `Papers for "${query}"`, description: "What a saved search finds.", page: `?q=${encodeURIComponent(query)}` }, found.map((paper) => ({ paper, reasons: [] })), baseUrl);
}
