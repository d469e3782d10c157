/**
 * When a digest is due, in the reader's own time zone. Pure.
 *
 * A digest belongs to a local date. On that date it is due at the reader's hour; where the clocks skip that hour, at the
 * first moment after the gap; where they repeat it, the first time round. A date that a zone skipped altogether (Samoa had
 * no 30 December 2011) has no digest. A digest that could not be sent in time is sent late, within CATCH_UP, and then no
 * more: the next one is near.
 */
import { DateTime, IANAZone } from "luxon";
import type { Preferences } from "../people/subscriber.ts";

/** Hours after which a late digest is given up. */
export const CATCH_UP = { daily: 18, weekly: 72 } as const;

export interface DueDigest {
  /** YYYY-MM-DD. */
  readonly localDate: string;
  /** When it became due. */
  readonly dueAt: Date;
}

export type Schedule = Pick<Preferences, "frequency" | "weekday" | "hour" | "timeZone">;

/** The digests due at `now`: none or one, the latest that became due within CATCH_UP. An unknown zone counts as UTC. */
export function dueDigests({ frequency, weekday, hour, timeZone }: Schedule, now: Date): readonly DueDigest[] {
  const zone = IANAZone.isValidZone(timeZone) ? timeZone : "UTC";
  const today = DateTime.fromJSDate(now, { zone });
  const daysBack = Math.ceil(CATCH_UP[frequency] / 24) + 1;
  for (let back = 0; back <= daysBack; back++) {
    const { year, month, day } = calendarDay(today, back);
    const due = earliest(DateTime.fromObject({ year, month, day, hour }, { zone }));
    // where the zone skipped this date, luxon gives a time on another one
    if (due.day !== day || (frequency === "weekly" && due.weekday !== weekday)) continue;
    const late = now.getTime() - due.toMillis();
    if (late >= 0) return late < CATCH_UP[frequency] * 3_600_000 ? [{ localDate: due.toISODate() ?? "", dueAt: due.toJSDate() }] : [];
  }
  return [];
}

/** The first of the moments that a repeated local time names. */
function earliest(time: DateTime): DateTime {
  return DateTime.min(time, ...time.getPossibleOffsets()) ?? time;
}

/** The calendar date `back` days before that of `moment`, counted on the calendar alone, whatever the zone did. */
function calendarDay({ year, month, day }: DateTime, back: number): { year: number; month: number; day: number } {
  const date = new Date(Date.UTC(year, month - 1, day - back));
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}
