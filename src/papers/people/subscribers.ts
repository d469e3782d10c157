/** Subscribers in the database: rows in, rows out. */
import { randomBytes } from "node:crypto";
import { DEFAULT_PREFERENCES } from "./subscriber.ts";
import type { Following, Frequency, Preferences, Subscriber, SubscriberStatus } from "./subscriber.ts";
import type { Queryable, Row } from "../store/database.ts";

interface SubscriberRow extends Row {
  readonly id: string;
  readonly address: string;
  readonly status: SubscriberStatus;
  readonly frequency: Frequency;
  readonly weekday: number;
  readonly hour: number;
  readonly time_zone: string;
  readonly paper_count: number;
  readonly created_at: Date;
  readonly confirmed_at: Date | null;
}

const COLUMNS = "id, address, status, frequency, weekday, hour, time_zone, paper_count, created_at, confirmed_at";

/** A random id that cannot be guessed. */
export function randomId(): string {
  return randomBytes(16).toString("base64url");
}

export async function subscriberById(connection: Queryable, id: string): Promise<Subscriber | undefined> {
  return (await connection.query<SubscriberRow>(`select ${COLUMNS} from subscribers where id = $1`, [id])).map(subscriberOf)[0];
}

/** `address` in its stored form. */
export async function subscriberByAddress(connection: Queryable, address: string): Promise<Subscriber | undefined> {
  return (await connection.query<SubscriberRow>(`select ${COLUMNS} from subscribers where address = $1`, [address])).map(subscriberOf)[0];
}

/** Subscribers by age, oldest first; `after` is the last one of the page before. */
export async function listSubscribers(connection: Queryable, { limit, after = null, status = null }: { limit: number; after?: string | null; status?: SubscriberStatus | null }): Promise<Subscriber[]> {
  const rows = await connection.query<SubscriberRow>(
    `select ${COLUMNS} from subscribers
     where ($1::text is null or status = $1) and ($2::text is null or (created_at, id) > (select created_at, id from subscribers where id = $2))
     order by created_at, id limit $3`,
    [status, after, limit],
  );
  return rows.map(subscriberOf);
}

/** The subscriber of a normalised address, made as pending where there is none. One that is pending already is as if made now. */
export async function ensureSubscriber(connection: Queryable, address: string, now: Date, { timeZone }: { readonly timeZone?: string } = {}): Promise<Subscriber> {
  await connection.query("insert into subscribers (id, address, time_zone, created_at) values ($1, $2, $3, $4) on conflict (address) do update set created_at = excluded.created_at where subscribers.status = 'pending'", [
    randomId(),
    address,
    timeZone ?? DEFAULT_PREFERENCES.timeZone,
    now,
  ]);
  const subscriber = await subscriberByAddress(connection, address);
  if (subscriber === undefined) throw new Error("a subscriber vanished while it was made; subscribe again");
  return subscriber;
}

/** Makes a subscriber active. A suppressed one stays so. Whether there was one. */
export async function activateSubscriber(connection: Queryable, id: string, now: Date): Promise<boolean> {
  const rows = await connection.query(
    `update subscribers set status = 'active', confirmed_at = case when status = 'active' then confirmed_at else $2 end
     where id = $1 and status <> 'suppressed' returning id`,
    [id, now],
  );
  return rows.length > 0;
}

/** Stops the mail. Whether there is such a subscriber; doing it again changes nothing. */
export async function unsubscribe(connection: Queryable, id: string): Promise<boolean> {
  const rows = await connection.query("update subscribers set status = case when status = 'suppressed' then status else 'unsubscribed' end where id = $1 returning id", [id]);
  return rows.length > 0;
}

/** Removes a subscriber with everything known of it: preferences, follows, searches, stars, digests and their log. */
export async function deleteSubscriber(connection: Queryable, id: string): Promise<boolean> {
  return (await connection.query("delete from subscribers where id = $1 returning id", [id])).length > 0;
}

/** Removes those who never confirmed. `before`: made before it. Returns how many. */
export async function deleteUnconfirmed(connection: Queryable, before: Date): Promise<number> {
  return (await connection.query("delete from subscribers where status = 'pending' and created_at < $1 returning id", [before])).length;
}

/** Stores preferences that were checked. */
export async function storePreferences(connection: Queryable, id: string, { frequency, weekday, hour, timeZone, paperCount }: Preferences): Promise<void> {
  await connection.query("update subscribers set frequency = $2, weekday = $3, hour = $4, time_zone = $5, paper_count = $6 where id = $1", [id, frequency, weekday, hour, timeZone, paperCount]);
}

/** What a subscriber follows. */
export async function following(connection: Queryable, id: string): Promise<Following> {
  const follows = await connection.query<{ kind: "family" | "author"; value: string }>("select kind, value from subscriber_follows where subscriber = $1 order by value", [id]);
  const searches = await connection.query<{ id: string; query: string }>("select id, query from saved_searches where subscriber = $1 order by query", [id]);
  const stars = await connection.query<{ paper: string }>("select paper from subscriber_stars where subscriber = $1 order by starred_at desc, paper", [id]);
  const values = (wanted: "family" | "author"): string[] => follows.filter(({ kind }) => kind === wanted).map(({ value }) => value);
  return { families: values("family"), authors: values("author"), searches, stars: stars.map(({ paper }) => paper) };
}

function subscriberOf({ id, address, status, frequency, weekday, hour, time_zone: timeZone, paper_count: paperCount, created_at: createdAt, confirmed_at: confirmedAt }: SubscriberRow): Subscriber {
  return { id, address, status, frequency, weekday, hour, timeZone, paperCount, createdAt, confirmedAt };
}
