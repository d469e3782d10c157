/** Which papers a digest has. Pure. */
import type { DigestPaper } from "./render.ts";
import type { Recommendation } from "../ranking/personal.ts";
import type { TrendingPaper } from "../ranking/trending-papers.ts";

/** Share of a digest that personal recommendations may fill before trending papers come in. */
export const PERSONAL_SHARE = 0.6;

export interface Selection {
  /** Best first. */
  readonly personal: readonly Recommendation[];
  /** Best first. */
  readonly trending: readonly TrendingPaper[];
  /** Ids of papers this reader has had. */
  readonly sent: ReadonlySet<string>;
  readonly count: number;
}

/**
 * At most `count` papers: recommendations first, up to PERSONAL_SHARE, then what trends, then the other recommendations. No
 * paper twice, none that was sent before. A paper that is both recommended and trending gets the reasons of both.
 */
export function selectPapers({ personal, trending, sent, count }: Selection): DigestPaper[] {
  const fresh = personal.filter(({ paper }) => !sent.has(paper.id));
  const share = Math.ceil(count * PERSONAL_SHARE);
  const places = new Map(trending.map((item) => [item.paper.id, item]));
  const recommended = new Map(fresh.map((item) => [item.paper.id, item]));
  const order = [...fresh.slice(0, share).map(({ paper }) => paper), ...trending.map(({ paper }) => paper), ...fresh.slice(share).map(({ paper }) => paper)];
  const chosen = new Map(order.filter(({ id, withdrawn }) => !sent.has(id) && !withdrawn).map((paper) => [paper.id, paper]));
  return [...chosen.values()].slice(0, count).map((paper) => ({ paper, reasons: [...(recommended.get(paper.id)?.reasons ?? []), ...trendingReasons(places.get(paper.id))] }));
}

function trendingReasons(item: TrendingPaper | undefined): string[] {
  return item === undefined ? [] : [`trending at place ${item.position}`, ...item.trending.why.map((words) => words.replace(/ \([^()]*\)$/, ""))];
}
