/** Everything known of a subscriber, for the subscriber. */
import { following, subscriberById } from "./subscribers.ts";
import type { Following, Subscriber } from "./subscriber.ts";
import type { Queryable } from "../store/database.ts";

export interface SubscriberExport {
  readonly subscriber: Subscriber;
  readonly following: Following;
  readonly digests: readonly { readonly date: string; readonly state: string; readonly reason: string | null; readonly papers: readonly string[] }[];
  readonly events: readonly { readonly date: string; readonly event: string; readonly detail: string; readonly at: Date }[];
}

/** All rows that belong to the subscriber; undefined when there is none. */
export async function exportSubscriber(connection: Queryable, id: string): Promise<SubscriberExport | undefined> {
  const subscriber = await subscriberById(connection, id);
  if (subscriber === undefined) return undefined;
  const digests = await connection.query<{ date: string; state: string; reason: string | null; papers: string[] }>(
    `select local_date as date, state, reason,
       array(select paper from digest_papers p where p.subscriber = d.subscriber and p.local_date = d.local_date order by position) as papers
     from digests d where subscriber = $1 order by local_date`,
    [id],
  );
  const events = await connection.query<{ date: string; event: string; detail: string; at: Date }>(
    "select local_date as date, event, detail, at from digest_events where subscriber = $1 order by id",
    [id],
  );
  return { subscriber, following: await following(connection, id), digests, events };
}
