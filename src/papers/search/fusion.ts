/** One ranking from several stages. */
import { fuseScores } from "../../data/search/index.ts";
import type { Fusion } from "../../data/search/index.ts";
import type { RankedPaper } from "./lexical.ts";
import type { Neighbour } from "./neighbours.ts";

/** A paper on its way through the stages. */
export interface Placed {
  readonly id: string;
  /** Orders papers within one ranking. */
  readonly score: number;
  readonly stages: Readonly<Record<string, number>>;
  /** Title or name is just what was typed: such papers come first. */
  readonly exact: boolean;
  /** Ranks in the first stages, from 1. */
  readonly lexical?: number;
  readonly dense?: number;
  /** Rank when fused, from 1. */
  readonly place: number;
  /** Passage nearest in meaning, as stored. */
  readonly position?: number;
}

/** How the first stages are joined; chosen on the development split of deb/desc (docs/search-models.md), as is the next. */
export const FIRST_STAGES: Extract<Fusion, { kind: "zScore" }> = { kind: "zScore", weights: { lexical: 1, dense: 0.7 } };
/** How the second stage's scores are joined with those of the first. */
export const SECOND_STAGE: Fusion = { kind: "zScore", weights: { fused: 1, rerank: 2 } };

/**
 * Papers by words and by meaning as one ranking, those named exactly first, in the order given. Each stage was asked for
 * `depth` papers: fewer by words are all that have any of them, and the others score 0 there. So a word that only one paper
 * has speaks for that paper.
 */
export function fuse(words: readonly RankedPaper[], meaning: readonly Neighbour[], exact: readonly string[], depth: number): Placed[] {
  const fusion = words.length < depth ? { ...FIRST_STAGES, absent: { lexical: 0 } } : FIRST_STAGES;
  const positions = new Map(meaning.map(({ paper, position }) => [paper, position]));
  const fused = fuseScores({ lexical: words, dense: meaning.map(({ paper, score }) => ({ id: paper, score })) }, fusion);
  const named = new Set(exact);
  const unseen = exact.filter((id) => !fused.some((hit) => hit.id === id)).map((id) => ({ id, score: 0, from: {} as (typeof fused)[number]["from"] }));
  const ordered = [...fused.filter(({ id }) => named.has(String(id))), ...unseen, ...fused.filter(({ id }) => !named.has(String(id)))];
  return ordered.map(({ id, score, from }, i): Placed => {
    const position = positions.get(String(id));
    const isNamed = named.has(String(id));
    return {
      id: String(id),
      score: tiered(isNamed ? 2 : 0, score),
      stages: { ...(from["lexical"] && { lexical: from["lexical"].score }), ...(from["dense"] && { dense: from["dense"].score }), fused: score, ...(isNamed && { exact: 1 }) },
      exact: isNamed,
      ...(from["lexical"] && { lexical: from["lexical"].rank }),
      ...(from["dense"] && { dense: from["dense"].rank }),
      place: i + 1,
      ...(position !== undefined && { position }),
    };
  });
}

/** The ranking with its `head` (or as much of it as has `scores`) in the order of both stages; the rest follows as it was. */
export function refine(ranking: readonly Placed[], head: readonly Placed[], scores: readonly number[], fusion: Fusion = SECOND_STAGE): Placed[] {
  const read = head.slice(0, scores.length).map((placed, i) => ({ placed, rerank: scores[i] as number }));
  if (read.length === 0) return [...ranking];
  const byId = new Map(read.map((item) => [item.placed.id, item]));
  const rerank = read.map(({ placed, rerank: score }) => ({ id: placed.id, score })).sort((a, b) => b.score - a.score);
  const fused = read.map(({ placed }) => ({ id: placed.id, score: placed.stages["fused"] ?? 0 }));
  const joined = fuseScores({ fused, rerank }, fusion).map(({ id, score }): Placed => {
    const { placed, rerank: own } = byId.get(String(id)) as (typeof read)[number];
    return { ...placed, score: tiered(1, score), stages: { ...placed.stages, rerank: own } };
  });
  return [...ranking.filter(({ exact }) => exact), ...joined, ...ranking.filter(({ id, exact }) => !exact && !byId.has(id))];
}

/** A score above all of the tiers below, in the order of `score` within its own. */
function tiered(tier: number, score: number): number {
  return tier + 1 / (1 + Math.exp(-score));
}
