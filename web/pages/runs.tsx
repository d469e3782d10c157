import type { JSX } from "preact";
import { timeText } from "../parts/format.ts";
import { Rich } from "../parts/rich.tsx";
import { RunStatusBadge } from "../parts/run-status.tsx";
import { Verdict } from "../parts/verdict.tsx";
import type { PageProps } from "../page.tsx";
import type { RunsView } from "../../src/server/pages/views.ts";

/** All runs of the server, newest first. */
export function RunsPage({ view: { runs } }: PageProps<RunsView>): JSX.Element {
  return (
    <div class="narrow">
      <h1>Runs</h1>
      {runs.length === 0 && (
        <p class="lead">
          Nobody has run anything here yet. <a href="/?status=runs">Pick a paper that runs</a> and press Run.
        </p>
      )}
      <ul class="rows">
        {runs.map(({ id, href, title, status, verdict, queuedAt }) => (
          <li key={id}>
            <h2>
              <a href={href}>
                <Rich text={title} />
              </a>
            </h2>
            <p class="facts">
              {verdict === null ? <RunStatusBadge status={status} /> : <Verdict verdict={verdict} />}
              {timeText(queuedAt)}
            </p>
          </li>
        ))}
      </ul>
    </div>
  );
}
