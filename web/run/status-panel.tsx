/** Where a run stands: its place in the queue or its progress, and what can be done about it. */
import type { JSX } from "preact";
import { Csrf } from "../parts/csrf.tsx";
import { duration, roughDuration, timeText } from "../parts/format.ts";
import { RunStatusBadge } from "../parts/run-status.tsx";
import { verdictTone } from "../parts/verdict.tsx";
import type { RunState, Shell } from "../../src/server/pages/views.ts";

export interface StatusPanelProps {
  readonly run: RunState;
  readonly shell: Shell;
  readonly mayRun: boolean;
  /** Whether the page still hears from the server. */
  readonly isConnected: boolean;
}

export function StatusPanel({ run, shell, mayRun, isConnected }: StatusPanelProps): JSX.Element {
  const { status, outcome, fraction, reason } = run;
  const isActive = status === "running" || status === "cancelling";
  return (
    <section class={`status ${outcome ? verdictTone(outcome.verdict) : ""}`} aria-label="State of the run">
      <div class="status-line" aria-live="polite">
        {outcome ? <strong>{capital(outcome.verdict)}</strong> : <RunStatusBadge status={status} />}
        <span>{sentence(run)}</span>
      </div>
      {(isActive || status === "queued") && <progress value={fraction} max={1} aria-label="Share done" />}
      {isActive && <p class="quiet now">{run.label ?? "starting"}</p>}
      {reason !== null && status !== "finished" && <p class="reason">{capital(reason)}</p>}
      {!isConnected && <p class="reason">The server does not answer; trying again.</p>}
      <Actions run={run} shell={shell} mayRun={mayRun} />
    </section>
  );
}

function Actions({ run: { id, slug, status }, shell, mayRun }: Pick<StatusPanelProps, "run" | "shell" | "mayRun">): JSX.Element | null {
  const path = `/runs/${encodeURIComponent(id)}`;
  if (status === "queued" || status === "running") return <Action path={`${path}/cancel`} label="Cancel" shell={shell} />;
  if (!mayRun || status === "cancelling") return null;
  if (status === "finished") return <Action path="/runs" label="Run it again" shell={shell} slug={slug} />;
  return <Action path={`${path}/resume`} label="Continue" shell={shell} />;
}

function Action({ path, label, shell, slug }: { readonly path: string; readonly label: string; readonly shell: Shell; readonly slug?: string }): JSX.Element {
  return (
    <form method="post" action={path}>
      <Csrf shell={shell} />
      {slug !== undefined && <input type="hidden" name="slug" value={slug} />}
      <button type="submit">{label}</button>
    </form>
  );
}

function sentence({ status, position, secondsLeft, outcome, finishedAt, attempt }: RunState): string {
  switch (status) {
    case "queued":
      return position === 1 || position === null ? "Next in the queue" : `Number ${position} in the queue`;
    case "running":
      return `${secondsLeft === null ? "" : `about ${roughDuration(secondsLeft)} left`}${attempt > 1 ? ` (continued, attempt ${attempt})` : ""}`;
    case "cancelling":
      return "stopping after the current step";
    case "finished":
      return `${outcome?.indicative ? "indicative, one seed" : ""}${outcome ? ` · ${duration(outcome.seconds)}` : ""}`;
    case "failed":
    case "cancelled":
      return `${finishedAt === null ? "" : timeText(finishedAt)}; what it had is kept`;
  }
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
