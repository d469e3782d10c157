/**
 * One context and N candidates in one sequence, [context; candidate 1; ..; candidate N], scored in one pass (Uni-Encoder,
 * arXiv 2106.01263): which token belongs where, at which position it stands, and who sees whom.
 */
import { hostArray } from "../../engine/index.ts";
import type { HostArray } from "../../engine/index.ts";
import { blocks } from "./mask.ts";
import type { MaskSpec } from "./mask.ts";

export interface CandidateLayoutOptions {
  /** Tokens of the context, padding included. */
  readonly context: number;
  readonly candidates: number;
  /** Tokens of each candidate, padding included. */
  readonly candidateLength: number;
  /** `restart`: every candidate begins after the context, so that their order cannot matter. `running`: as they stand. Default restart. */
  readonly positions?: "restart" | "running";
}

export interface CandidateLayout {
  /** Tokens in all. */
  readonly length: number;
  /** 0 for the context, k for the k-th candidate (from 1): int32 [L]. */
  readonly segments: Int32Array;
  /** int32 [1, L], for `positionIds`. */
  readonly positionIds: HostArray;
  /** 1 for the tokens of each candidate, float32 [1, N, L]: times the mask of real tokens, weights for `spanPool`. */
  readonly spans: HostArray;
}

export function candidateLayout({ context, candidates, candidateLength, positions = "restart" }: CandidateLayoutOptions): CandidateLayout {
  for (const [name, value] of Object.entries({ context, candidates, candidateLength })) if (!Number.isInteger(value) || value < 1) throw new RangeError(`candidateLayout: ${name}: expected a whole number above 0, got ${value}`);
  const length = context + candidates * candidateLength;
  const place = (i: number): number => (i < context || positions === "running" ? i : context + ((i - context) % candidateLength));
  const segment = (i: number): number => (i < context ? 0 : 1 + Math.floor((i - context) / candidateLength));
  const segments = Int32Array.from({ length }, (_, i) => segment(i));
  return {
    length,
    segments,
    positionIds: hostArray(Int32Array.from({ length }, (_, i) => place(i)), [1, length]),
    spans: hostArray(Float32Array.from({ length: candidates * length }, (_, i) => Number(segments[i % length] === 1 + Math.floor(i / length))), [1, candidates, length]),
  };
}

export type CandidateVisibility =
  /** The context sees everything, a candidate the context and itself. */
  | "arrow"
  /** A candidate sees the context and itself, the context only itself: candidates cannot reach each other at any depth. */
  | "contextBlind"
  /** All see only their own: a dual encoder. */
  | "diagonal"
  /** All see all. */
  | "square";

const VISIBILITIES: Readonly<Record<CandidateVisibility, (query: number, key: number) => boolean>> = {
  arrow: (query, key) => query === 0 || key === 0 || query === key,
  contextBlind: (query, key) => key === 0 || query === key,
  diagonal: (query, key) => query === key,
  square: () => true,
};

/** Who sees whom by segment, `[query segment][key segment]`, for a context (0) and its candidates (from 1): a table for `mask.blocks`. */
export function candidateTable(candidates: number, visibility: CandidateVisibility): boolean[][] {
  const sees = (VISIBILITIES as Readonly<Record<string, ((query: number, key: number) => boolean) | undefined>>)[visibility];
  if (sees === undefined) throw new RangeError(`candidateTable: unknown visibility "${visibility}"; choose one of ${Object.keys(VISIBILITIES).join(", ")}`);
  return Array.from({ length: candidates + 1 }, (_, query) => Array.from({ length: candidates + 1 }, (_unused, key) => sees(query, key)));
}

/** The mask of a layout. Join it with the mask of real tokens. */
export const candidateMask = ({ segments }: Pick<CandidateLayout, "segments">, visibility: CandidateVisibility): MaskSpec => blocks(segments, candidateTable(Math.max(...segments), visibility));
