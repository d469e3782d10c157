/** A run, followed while it works: where it stands, its curves, its log, and what it showed. */
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { bytesText, fileText, timeText } from "../parts/format.ts";
import { Rich } from "../parts/rich.tsx";
import { Curves } from "../run/curves.tsx";
import { followRun } from "../run/follow.ts";
import { Comparison, OutcomeSection } from "../run/outcome.tsx";
import { StatusPanel } from "../run/status-panel.tsx";
import type { PageProps } from "../page.tsx";
import { withEvent } from "../../src/papers/runs/live.ts";
import type { LogLine } from "../../src/papers/runs/live.ts";
import type { RunView } from "../../src/server/pages/views.ts";

const HAS_ENDED = new Set<RunView["run"]["status"]>(["finished", "failed", "cancelled"]);

export function RunPage({ view, shell }: PageProps<RunView>): JSX.Element {
  const [run, setRun] = useState(view.run);
  const [live, setLive] = useState(view.live);
  const [files, setFiles] = useState(view.files);
  const [isConnected, setConnected] = useState(true);
  const { id } = view.run;

  useEffect(() => {
    if (HAS_ENDED.has(view.run.status)) return;
    return followRun(id, view.live.lastEvent, {
      onState: setRun,
      onEvents: (events) => setLive((before) => events.reduce(withEvent, before)),
      onConnection: setConnected,
      onEnd: () => void filesOf(id).then(setFiles, () => undefined), // the list below only grows stale
    });
  }, [id]);

  const hasReport = run.status === "finished" && files.some(({ name }) => name === "run/report.html");
  return (
    <div class="run-page">
      <header class="paper-head">
        <p class="eyebrow">
          Run · {run.profile} · begun {timeText(run.queuedAt)}
        </p>
        <h1>
          <a href={view.paper.href}>
            <Rich text={view.paper.title} />
          </a>
        </h1>
      </header>
      <StatusPanel run={run} shell={shell} mayRun={view.mayRun} isConnected={isConnected} />
      <OutcomeSection run={run} />
      <Comparison run={run} earlier={view.earlier} />
      <section aria-labelledby="curves">
        <h2 id="curves">Curves</h2>
        {Object.keys(live.curves).length === 0 && <p class="curves-none quiet">{HAS_ENDED.has(run.status) ? "The run drew none." : "They appear here when the first arm trains."}</p>}
        {Object.entries(live.curves).map(([value, arms]) => (
          <Curves key={value} value={value} arms={arms} />
        ))}
      </section>
      <section aria-labelledby="log">
        <h2 id="log">Log</h2>
        <Log lines={live.log} />
      </section>
      {hasReport && (
        <section aria-labelledby="report">
          <h2 id="report">Full report</h2>
          <p>
            <a href={`/runs/${encodeURIComponent(id)}/report`}>Open the report on its own</a>: every condition, curve and picture, and where the code departs from the paper.
          </p>
          <iframe class="report" title="Full report" src={`/runs/${encodeURIComponent(id)}/report`} sandbox="allow-popups allow-popups-to-escape-sandbox" loading="lazy" />
        </section>
      )}
      {files.length > 0 && (
        <section aria-labelledby="files">
          <h2 id="files">Files</h2>
          <ul class="files">
            {files.map(({ name, bytes, href }) => (
              <li key={name}>
                <a href={href} download>
                  {fileText(name)}
                </a>{" "}
                <span class="quiet">{bytesText(bytes)}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}

function Log({ lines }: { readonly lines: readonly LogLine[] }): JSX.Element {
  return (
    <div class="log" tabIndex={0} role="group" aria-labelledby="log">
      <ol>
        {lines.map(({ at, text }, index) => (
          <li key={`${at}-${index}`}>
            <time dateTime={new Date(at).toISOString()}>{new Date(at).toISOString().slice(11, 19)}</time> {text}
          </li>
        ))}
        {lines.length === 0 && <li class="quiet">Nothing said yet.</li>}
      </ol>
    </div>
  );
}

async function filesOf(id: string): Promise<RunView["files"]> {
  const response = await fetch(`/api/runs/${encodeURIComponent(id)}/files`);
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  return ((await response.json()) as { readonly files: RunView["files"] }).files;
}
