/** Following families and authors, saving searches, starring papers. */
import { MOST_FOLLOWED, PreferenceError, checkText } from "./subscriber.ts";
import { randomId } from "./subscribers.ts";
import { QueryError } from "../search/port.ts";
import { parseQuery } from "../search/query.ts";
import type { Queryable } from "../store/database.ts";
import { suggestion } from "../../lab/suggestion.ts";

/** Replaces the families followed. Throws PreferenceError for one that is not among `known`. */
export async function followFamilies(connection: Queryable, subscriber: string, families: readonly string[], known: readonly string[]): Promise<void> {
  const stranger = families.find((family) => !known.includes(family));
  if (stranger !== undefined) throw new PreferenceError(`family "${stranger}"${suggestion(stranger, known)}: expected one of ${known.join(", ")}`);
  await replaceFollows(connection, subscriber, "family", families);
}

/** Replaces the authors followed. */
export async function followAuthors(connection: Queryable, subscriber: string, authors: readonly string[]): Promise<void> {
  await replaceFollows(connection, subscriber, "author", authors.map((name) => checkText("author", name)));
}

/** Replaces the saved searches; those that stay keep their id, and so their feed. Throws PreferenceError for one that cannot be asked. */
export async function saveSearches(connection: Queryable, subscriber: string, queries: readonly string[]): Promise<void> {
  const wanted = limited("searches", queries.map(checkSearch));
  await connection.query("delete from saved_searches where subscriber = $1 and not (query = any($2::text[]))", [subscriber, wanted]);
  for (const query of wanted) {
    await connection.query("insert into saved_searches (id, subscriber, query) values ($1, $2, $3) on conflict (subscriber, query) do nothing", [randomId(), subscriber, query]);
  }
}

/** Stars a paper, or takes the star back. Throws PreferenceError when there is no such paper or there are too many. */
export async function starPaper(connection: Queryable, subscriber: string, paper: string, starred: boolean, now: Date): Promise<void> {
  if (!starred) {
    await connection.query("delete from subscriber_stars where subscriber = $1 and paper = $2", [subscriber, paper]);
    return;
  }
  if ((await connection.query("select id from papers where id = $1", [paper])).length === 0) throw new PreferenceError(`paper "${paper.slice(0, 80)}": there is no such paper`);
  const stars = await connection.query("select paper from subscriber_stars where subscriber = $1 and paper <> $2", [subscriber, paper]);
  if (stars.length >= MOST_FOLLOWED) throw new PreferenceError(`at most ${MOST_FOLLOWED} papers can be starred; take a star back first`);
  await connection.query("insert into subscriber_stars (subscriber, paper, starred_at) values ($1, $2, $3) on conflict do nothing", [subscriber, paper, now]);
}

/** The query of a saved search, for its feed. */
export async function savedSearch(connection: Queryable, id: string): Promise<string | undefined> {
  return (await connection.query<{ query: string }>("select query from saved_searches where id = $1", [id]))[0]?.query;
}

async function replaceFollows(connection: Queryable, subscriber: string, kind: "family" | "author", values: readonly string[]): Promise<void> {
  const wanted = limited(kind === "family" ? "families" : "authors", values);
  await connection.query("delete from subscriber_follows where subscriber = $1 and kind = $2", [subscriber, kind]);
  for (const value of wanted) await connection.query("insert into subscriber_follows (subscriber, kind, value) values ($1, $2, $3)", [subscriber, kind, value]);
}

/** A query as it is stored. Throws PreferenceError for one that cannot be asked. */
function checkSearch(text: string): string {
  const query = checkText("search", text);
  try {
    parseQuery(query);
  } catch (error) {
    if (error instanceof QueryError) throw new PreferenceError(`search: ${error.message}`);
    throw error;
  }
  return query;
}

function limited(what: string, values: readonly string[]): string[] {
  const distinct = [...new Set(values)];
  if (distinct.length > MOST_FOLLOWED) throw new PreferenceError(`${what}: at most ${MOST_FOLLOWED}, got ${distinct.length}`);
  return distinct;
}
