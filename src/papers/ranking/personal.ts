/**
 * Personal recommendations: what a reader follows, searches for and has starred, turned into points, each with its
 * reason in words. Pure.
 *
 * Points of a paper: FOLLOWED_FAMILY, FOLLOWED_AUTHOR for each author followed (two at most), SAVED_SEARCH divided by
 * its place in the results of each search, STARRED times the overlap with the most similar starred paper. The overlap is
 * the Jaccard index of keywords, categories and authors. Points are halved every HALF_LIFE days of age, down to FLOOR.
 */
import { FLOOR } from "./trending.ts";
import type { PaperRecord } from "../store/paper-record.ts";

export const FOLLOWED_FAMILY = 1;
export const FOLLOWED_AUTHOR = 2;
export const SAVED_SEARCH = 1.5;
export const STARRED = 3;
/** Days. */
export const HALF_LIFE = 30;

/** Two starred papers that share less than this have nothing to do with each other. */
const LEAST_OVERLAP = 0.1;
const DAY = 86_400_000;

/** What a reader cares about. */
export interface Interests {
  readonly families: readonly string[];
  readonly authors: readonly string[];
  /** Saved searches with the ids of what they find, best first. */
  readonly searches: readonly { readonly query: string; readonly results: readonly string[] }[];
  readonly stars: readonly PaperRecord[];
}

export interface Recommendation {
  readonly paper: PaperRecord;
  readonly score: number;
  /** One sentence fragment for each thing that counted, most points first. */
  readonly reasons: readonly string[];
}

interface Reason {
  readonly points: number;
  readonly words: string;
}

/**
 * Candidates that have to do with the reader's interests, best first; ties by title. Starred and withdrawn papers are
 * left out. `familyTitle` names a family for people.
 */
export function recommend(
  candidates: readonly PaperRecord[],
  interests: Interests,
  now: Date,
  familyTitle: (family: string) => string = (family) => family,
): Recommendation[] {
  const starred = new Set(interests.stars.map(({ id }) => id));
  return candidates
    .filter(({ id, withdrawn }) => !starred.has(id) && !withdrawn)
    .map((paper) => {
      const reasons = reasonsFor(paper, interests, familyTitle).sort((a, b) => b.points - a.points);
      const points = reasons.reduce((sum, reason) => sum + reason.points, 0);
      return { paper, score: points * freshness(paper.published, now), reasons: reasons.map(({ words }) => words) };
    })
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || a.paper.title.localeCompare(b.paper.title, "en"));
}

/** A name without case, accents, dots and spare spaces, so that the same author is found from several sources. */
export function authorKey(name: string): string {
  return name
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/[.,]/g, " ")
    .trim()
    .replace(/\s+/g, " ")
    .toLowerCase();
}

function reasonsFor(paper: PaperRecord, { families, authors, searches, stars }: Interests, familyTitle: (family: string) => string): Reason[] {
  const reasons: Reason[] = [];
  if (paper.family !== null && families.includes(paper.family)) {
    reasons.push({ points: FOLLOWED_FAMILY, words: `in ${familyTitle(paper.family)}, which you follow` });
  }
  const followed = new Set(authors.map(authorKey));
  const known = paper.authors.filter((name) => followed.has(authorKey(name))).slice(0, 2);
  if (known.length > 0) reasons.push({ points: FOLLOWED_AUTHOR * known.length, words: `by ${known.join(" and ")}, whom you follow` });
  for (const { query, results } of searches) {
    const place = results.indexOf(paper.id) + 1;
    if (place > 0) reasons.push({ points: SAVED_SEARCH / place, words: `result ${place} of your saved search "${query}"` });
  }
  const nearest = stars.map((star) => ({ star, ...overlap(paper, star) })).sort((a, b) => b.share - a.share)[0];
  if (nearest !== undefined && nearest.share >= LEAST_OVERLAP) {
    reasons.push({ points: STARRED * nearest.share, words: `shares ${nearest.common.slice(0, 3).join(", ")} with "${nearest.star.title}", which you starred` });
  }
  return reasons;
}

function overlap(a: PaperRecord, b: PaperRecord): { share: number; common: string[] } {
  const left = traits(a);
  const right = traits(b);
  const common = [...left.keys()].filter((key) => right.has(key));
  const union = left.size + right.size - common.length;
  return { share: union === 0 ? 0 : common.length / union, common: common.map((key) => left.get(key) ?? key) };
}

/** What can be shared, by key, with the words for it. */
function traits({ keywords, categories, authors }: PaperRecord): Map<string, string> {
  return new Map([
    ...keywords.map((word): [string, string] => [`keyword ${word.toLowerCase()}`, `"${word.toLowerCase()}"`]),
    ...categories.map((category): [string, string] => [`category ${category}`, category]),
    ...authors.map((name): [string, string] => [`author ${authorKey(name)}`, name]),
  ]);
}

function freshness(published: Date | null, now: Date): number {
  if (published === null) return FLOOR;
  return Math.max(FLOOR, 2 ** (-Math.max(0, now.getTime() - published.getTime()) / DAY / HALF_LIFE));
}
