/** Plans the digests that are due: one row for each subscriber and local date, however many schedulers plan at once. */
import { dueDigests } from "./schedule.ts";
import type { Schedule } from "./schedule.ts";
import type { Database } from "../store/database.ts";

/** Days within which a later digest makes an earlier one superfluous, as when the clock was put back. */
const NEAR = 7;

interface Group {
  readonly frequency: Schedule["frequency"];
  readonly weekday: number;
  readonly hour: number;
  readonly time_zone: string;
}

/**
 * Adds what is due at `now` and not planned yet; returns how many. Subscribers are taken together by when they want their
 * mail, so the work grows with the number of different times, not of subscribers. Who confirmed after the hour of the day
 * gets the first digest the next time.
 */
export async function planDigests(database: Database, now: Date): Promise<number> {
  const groups = await database.query<Group & Record<string, unknown>>("select distinct frequency, weekday, hour, time_zone from subscribers where status = 'active'");
  let planned = 0;
  for (const { frequency, weekday, hour, time_zone: timeZone } of groups) {
    for (const { localDate, dueAt } of dueDigests({ frequency, weekday, hour, timeZone }, now)) {
      const rows = await database.query(
        `with planned as (
           insert into digests (subscriber, local_date)
           select id, $5::date from subscribers s
           where status = 'active' and frequency = $1 and weekday = $2 and hour = $3 and time_zone = $4 and confirmed_at <= $6
             and not exists (select from digests d where d.subscriber = s.id and d.local_date >= $5::date and d.local_date < $5::date + ${NEAR})
           on conflict do nothing returning subscriber, local_date)
         insert into digest_events (subscriber, local_date, event) select subscriber, local_date, 'planned' from planned returning id`,
        [frequency, weekday, hour, timeZone, localDate, dueAt],
      );
      planned += rows.length;
    }
  }
  return planned;
}
