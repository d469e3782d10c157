/** A subscriber, and the rules of what can be preferred. */
import { IANAZone } from "luxon";

export const FREQUENCIES = ["daily", "weekly"] as const;
export type Frequency = (typeof FREQUENCIES)[number];

export type SubscriberStatus = "pending" | "active" | "unsubscribed" | "suppressed";

/** When and how much mail. */
export interface Preferences {
  readonly frequency: Frequency;
  /** Of weekly digests: 1 is Monday, 7 Sunday. */
  readonly weekday: number;
  /** Local hour, 0-23. */
  readonly hour: number;
  /** IANA name. */
  readonly timeZone: string;
  /** Papers in a digest. */
  readonly paperCount: number;
}

export interface Subscriber extends Preferences {
  readonly id: string;
  readonly address: string;
  readonly status: SubscriberStatus;
  readonly createdAt: Date;
  readonly confirmedAt: Date | null;
}

export interface SavedSearch {
  readonly id: string;
  readonly query: string;
}

/** What a subscriber follows. */
export interface Following {
  readonly families: readonly string[];
  readonly authors: readonly string[];
  readonly searches: readonly SavedSearch[];
  /** Ids of papers. */
  readonly stars: readonly string[];
}

export const DEFAULT_PREFERENCES: Preferences = { frequency: "daily", weekday: 1, hour: 7, timeZone: "UTC", paperCount: 10 };
export const MOST_PAPERS = 50;
/** Of each kind of thing followed. */
export const MOST_FOLLOWED = 100;
/** Characters of a saved search or an author's name. */
export const LONGEST_TEXT = 300;

/** Preferences that cannot be kept; the message names field, range and what arrived. */
export class PreferenceError extends Error {
  override readonly name = "PreferenceError";
}

/** `changes` over `current`, checked. Throws PreferenceError. */
export function changePreferences(current: Preferences, changes: Partial<Preferences>): Preferences {
  const { frequency, weekday, hour, timeZone, paperCount } = { ...current, ...changes };
  if (!FREQUENCIES.includes(frequency)) throw new PreferenceError(`frequency "${String(frequency)}": expected ${FREQUENCIES.join(" or ")}`);
  whole("weekday", weekday, 1, 7);
  whole("hour", hour, 0, 23);
  whole("paperCount", paperCount, 1, MOST_PAPERS);
  if (!IANAZone.isValidZone(timeZone)) throw new PreferenceError(`time zone "${timeZone}": expected an IANA name such as "Europe/Berlin"`);
  return { frequency, weekday, hour, timeZone, paperCount };
}

/** A text a subscriber typed, with single spaces. Throws PreferenceError when empty or too long. */
export function checkText(name: string, text: string): string {
  const clean = text.replace(/[\p{Cc}\s]+/gu, " ").trim();
  if (clean === "" || clean.length > LONGEST_TEXT) throw new PreferenceError(`${name}: expected 1 to ${LONGEST_TEXT} characters, got ${clean.length}`);
  return clean;
}

function whole(name: string, value: number, least: number, most: number): void {
  if (!Number.isInteger(value) || value < least || value > most) throw new PreferenceError(`${name} ${value}: expected a whole number from ${least} to ${most}`);
}
