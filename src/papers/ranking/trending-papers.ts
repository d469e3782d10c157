/** The trending list: candidates and their signals from the database, scored and ordered. */
import { groupBy } from "./group-by.ts";
import { WINDOW_DAYS, trendingScore } from "./trending.ts";
import type { TrendingScore, TrendingWindow } from "./trending.ts";
import type { Queryable } from "../store/database.ts";
import { papersByIds } from "../store/papers.ts";
import type { PaperRecord, PaperSignal } from "../store/paper-record.ts";
import { latestSignals } from "../store/signals.ts";

/** The newest papers, which may trend before anybody has voted. */
const NEWEST = 300;

export interface TrendingPaper {
  /** From 1. */
  readonly position: number;
  readonly paper: PaperRecord;
  readonly trending: TrendingScore;
}

export interface TrendingRequest {
  readonly window: TrendingWindow;
  readonly now: Date;
  readonly limit: number;
  /** Only papers of this family. */
  readonly family?: string | null;
}

/**
 * The papers that trend, best first; equal scores newest first, as far as dates are known. Withdrawn papers and those
 * published after `now` are left out.
 */
export async function trendingPapers(connection: Queryable, { window, now, limit, family = null }: TrendingRequest): Promise<TrendingPaper[]> {
  const start = new Date(now.getTime() - WINDOW_DAYS[window].length * 86_400_000);
  const candidates = await connection.query<{ id: string }>(
    `select id from papers where not withdrawn and (published is null or published <= $2) and ($3::text is null or family = $3) and (
       id in (select paper from paper_signals where observed_at > $1 and observed_at <= $2)
       or id in (select id from papers where not withdrawn and (published is null or published <= $2) order by dated desc, id limit ${NEWEST})
       or $3::text is not null)
     order by dated desc, id`,
    [start, now, family],
  );
  const ids = candidates.map(({ id }) => id);
  const papers = await papersByIds(connection, ids);
  const signals = groupBy(await boundarySignals(connection, ids, start, now), ({ paper }) => paper);
  return papers
    .map((paper) => ({ paper, trending: trendingScore({ signals: signals.get(paper.id) ?? [], published: paper.published, now, window }) }))
    .sort((a, b) => b.trending.score - a.trending.score)
    .slice(0, limit)
    .map((item, i) => ({ position: i + 1, ...item }));
}

/** Of each paper, source and kind: the last observation by `start`, the first inside the window, and the last by `now`. */
async function boundarySignals(connection: Queryable, ids: readonly string[], start: Date, now: Date): Promise<PaperSignal[]> {
  const first = await connection.query<{ paper: string; source: string; kind: PaperSignal["kind"]; value: number; observedAt: Date }>(
    `select distinct on (paper, source, kind) paper, source, kind, value, observed_at as "observedAt" from paper_signals
     where paper = any($1::text[]) and observed_at > $2 and observed_at <= $3 order by paper, source, kind, observed_at`,
    [ids, start, now],
  );
  return [...(await latestSignals(connection, ids, start)), ...first, ...(await latestSignals(connection, ids, now))];
}
