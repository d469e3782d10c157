/** Runs as pages and the API show them. */
import { measuredCondition } from "./paper-views.ts";
import { richText } from "./rich-text.ts";
import type { RunBrief, RunState, RunsView } from "./views.ts";
import type { PaperLibrary } from "../../papers/library.ts";
import { NOTHING_YET, withEvent } from "../../papers/runs/live.ts";
import type { LiveRun } from "../../papers/runs/live.ts";
import type { RunManager } from "../../papers/runs/run-manager.ts";
import type { Run } from "../../papers/runs/run.ts";

/** Events read from the database in one go. */
export const EVENT_BATCH = 1000;

export async function runState(runs: RunManager, run: Run): Promise<RunState> {
  const { id, slug, profile, status, attempt, label, fraction, secondsLeft, reason, outcome, queuedAt, startedAt, finishedAt } = run;
  const iso = (date: Date | null): string | null => date?.toISOString() ?? null;
  return { id, slug, profile, status, position: await runs.position(run), attempt, label, fraction, secondsLeft, reason, queuedAt: queuedAt.toISOString(), startedAt: iso(startedAt), finishedAt: iso(finishedAt), outcome, conditions: outcome?.claim.conditions.map(measuredCondition) ?? [] };
}

export function runBrief({ id, slug, status, profile, queuedAt, outcome }: Run): RunBrief {
  return { id, href: `/runs/${encodeURIComponent(id)}`, slug, status, profile, queuedAt: queuedAt.toISOString(), verdict: outcome?.verdict ?? null, seconds: outcome?.seconds ?? null };
}

export async function runsView(runs: RunManager, papers: PaperLibrary, limit: number): Promise<RunsView> {
  const list = await runs.list({ limit });
  const known = await papers.papers(list.map(({ slug }) => slug));
  return { page: "runs", runs: list.map((run) => ({ ...runBrief(run), title: richText(known.get(run.slug)?.title ?? run.slug) })) };
}

/** Everything a run has said so far. */
export async function liveRun(runs: RunManager, id: string): Promise<LiveRun> {
  let live = NOTHING_YET;
  for (;;) {
    const events = await runs.events(id, live.lastEvent, EVENT_BATCH);
    live = events.reduce(withEvent, live);
    if (events.length < EVENT_BATCH) return live;
  }
}
