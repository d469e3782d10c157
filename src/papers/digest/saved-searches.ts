/**
 * Saved searches by the explorer's own search, so that a mail finds what the page and the feed of that search find: phrases,
 * fields, filters, misspellings. Papers that have none of its words, and are merely near in meaning, stay out of mails: a
 * search that nothing answers yet would otherwise bring whatever is nearest.
 */
import type { SearchPapers } from "./prepare.ts";
import { PaperSearch, QueryError } from "../search/index.ts";
import type { SearchHit } from "../search/index.ts";
import type { Database } from "../store/database.ts";

/** What saved searches are asked of. */
export type SavedSearchIndex = Pick<PaperSearch, "search" | "refresh">;

/** `open` is called with the first question. A query that cannot be asked finds nothing. */
export function savedSearches(open: () => Promise<SavedSearchIndex>): SearchPapers {
  let opened: Promise<SavedSearchIndex> | undefined;
  return async (query, limit) => {
    opened ??= open();
    const search = await opened.catch((error: unknown) => {
      opened = undefined; // the next digest tries again
      throw error;
    });
    await search.refresh(); // what was harvested since somebody searched last
    return (await hitsOf(search, query, limit)).filter(({ stages }) => stages["lexical"] !== undefined || stages["exact"] !== undefined || Object.keys(stages).length === 0);
  };
}

/** For a process that has no search open: by words, without models. */
export function savedSearchesIn(database: Database): SearchPapers {
  return savedSearches(() => PaperSearch.open(database, {}));
}

async function hitsOf(search: SavedSearchIndex, query: string, limit: number): Promise<readonly SearchHit[]> {
  try {
    return (await search.search(query, {}, limit)).hits;
  } catch (error) {
    if (error instanceof QueryError) return [];
    throw error;
  }
}
