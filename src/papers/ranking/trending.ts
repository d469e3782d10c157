/**
 * The trending score: one pure function, so that every position of a list can be explained.
 *
 *     score    = (BASE + interest) * recency
 *     interest = sum over kinds k of  KIND_WEIGHTS[k] * log2(1 + gain_k)
 *     gain_k   = what the paper gained of kind k inside the window, sources weighted
 *     recency  = FLOOR + (1 - FLOOR) * 2^(-age / halfLife(window))
 *
 * The logarithm keeps one famous repository from filling the list; BASE lets papers nobody has voted on yet rank among
 * themselves, newest first; FLOOR lets an old paper that surges come back.
 *
 * Upvotes and comments of different sources come from different people and add up. Stars and citations of different
 * sources are counts of the same thing, so the largest weighted gain stands.
 */
import { groupBy } from "./group-by.ts";
import type { PaperSignal } from "../store/paper-record.ts";

export const TRENDING_WINDOWS = ["day", "week", "month"] as const;
export type TrendingWindow = (typeof TRENDING_WINDOWS)[number];

export type SignalKind = PaperSignal["kind"];

/** Points for a doubling of what was gained. */
export const KIND_WEIGHTS: Readonly<Record<SignalKind, number>> = { upvotes: 1, stars: 0.8, citations: 1.5, comments: 0.5 };

/** How much one unit of a source counts; sources not named here count 1. */
export const SOURCE_WEIGHTS: Readonly<Record<string, number>> = { "hugging-face": 1, github: 1, openalex: 1 };

/** Interest of a paper without any signal. */
export const BASE = 0.25;
/** What recency falls to. */
export const FLOOR = 0.15;

/** Days a window looks back, and days after which recency has halved. */
export const WINDOW_DAYS: Readonly<Record<TrendingWindow, { readonly length: number; readonly halfLife: number }>> = {
  day: { length: 1, halfLife: 2 },
  week: { length: 7, halfLife: 7 },
  month: { length: 30, halfLife: 30 },
};

/** What one kind of signal adds. */
export interface TrendingPart {
  readonly kind: SignalKind;
  /** Units gained in the window, after source weights. */
  readonly gain: number;
  /** Points of `interest`: weight * log2(1 + gain). */
  readonly points: number;
}

export interface TrendingScore {
  readonly score: number;
  /** Kinds with a gain, most points first. */
  readonly parts: readonly TrendingPart[];
  /** BASE + interest. */
  readonly interest: number;
  /** From FLOOR to 1. */
  readonly recency: number;
  /** Days since publication, at least 0; null where the date is unknown. */
  readonly age: number | null;
  /** The same in words, one reason each. */
  readonly why: readonly string[];
}

export interface TrendingInput {
  /** Totals observed at times, of one paper, in any order. Observations after `now` and values below 0 are left out. */
  readonly signals: readonly PaperSignal[];
  /** Null where unknown: such a paper gets FLOOR. A date after `now` counts as age 0. */
  readonly published: Date | null;
  readonly now: Date;
  readonly window: TrendingWindow;
  readonly sourceWeights?: Readonly<Record<string, number>>;
}

const DAY = 86_400_000;
const SUMMED: ReadonlySet<SignalKind> = new Set(["upvotes", "comments"]);
const UNITS: Readonly<Record<SignalKind, readonly [one: string, many: string]>> = {
  upvotes: ["upvote", "upvotes"],
  stars: ["star", "stars"],
  citations: ["citation", "citations"],
  comments: ["comment", "comments"],
};

/** Scores one paper. Equal inputs give equal scores; nothing is read from outside. */
export function trendingScore({ signals, published, now, window, sourceWeights = SOURCE_WEIGHTS }: TrendingInput): TrendingScore {
  const { length, halfLife } = WINDOW_DAYS[window];
  const windowStart = now.getTime() - length * DAY;
  const age = published === null ? null : Math.max(0, (now.getTime() - published.getTime()) / DAY);
  const recency = age === null ? FLOOR : FLOOR + (1 - FLOOR) * 2 ** (-age / halfLife);
  const bornInside = published !== null && published.getTime() >= windowStart;

  const parts = (Object.keys(KIND_WEIGHTS) as SignalKind[])
    .map((kind): TrendingPart => {
      const gains = [...groupBy(signals.filter((signal) => signal.kind === kind), ({ source }) => source)].map(
        ([source, observed]) => (sourceWeights[source] ?? 1) * gainOf(observed, windowStart, now.getTime(), bornInside),
      );
      const gain = SUMMED.has(kind) ? gains.reduce((sum, value) => sum + value, 0) : Math.max(0, ...gains);
      return { kind, gain, points: KIND_WEIGHTS[kind] * Math.log2(1 + gain) };
    })
    .filter(({ gain }) => gain > 0)
    .sort((a, b) => b.points - a.points);
  const interest = BASE + parts.reduce((sum, { points }) => sum + points, 0);
  return { score: interest * recency, parts, interest, recency, age, why: reasons(parts, age, recency, window) };
}

/**
 * What a source's total grew by between the window's start and now. Before the first observation the total is unknown:
 * a paper published inside the window started from 0, an older one from what was first seen. A total that fell gives 0.
 */
function gainOf(observed: readonly PaperSignal[], windowStart: number, now: number, bornInside: boolean): number {
  const usable = observed
    .filter(({ value, observedAt }) => Number.isFinite(value) && value >= 0 && observedAt.getTime() <= now)
    .sort((a, b) => a.observedAt.getTime() - b.observedAt.getTime());
  const first = usable[0];
  const last = usable.at(-1);
  if (first === undefined || last === undefined) return 0;
  const before = usable.findLast(({ observedAt }) => observedAt.getTime() <= windowStart);
  return Math.max(0, last.value - (before?.value ?? (bornInside ? 0 : first.value)));
}

function reasons(parts: readonly TrendingPart[], age: number | null, recency: number, window: TrendingWindow): string[] {
  const gained = parts.map(({ kind, gain, points }) => {
    const amount = Number(gain.toFixed(1));
    return `${amount} new ${UNITS[kind][amount === 1 ? 0 : 1]} in the last ${window} (+${points.toFixed(2)})`;
  });
  return [...(gained.length > 0 ? gained : [`no new votes in the last ${window} (+${BASE})`]), `${published(age)} (x${recency.toFixed(2)})`];
}

function published(age: number | null): string {
  if (age === null) return "date of publication unknown";
  const days = Math.floor(age);
  if (days === 0) return "published today";
  return days === 1 ? "published yesterday" : `published ${days} days ago`;
}
