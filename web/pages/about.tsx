import type { JSX } from "preact";
import { Link } from "../site.tsx";
import type { PageProps } from "../page.tsx";
import type { AboutView } from "../../src/server/pages/views.ts";

/** What this is, how verdicts come about, what is kept of visitors. */
export function AboutPage({ view: { version, papers, running }, shell: { site } }: PageProps<AboutView>): JSX.Element {
  const isServed = site.kind === "served";
  return (
    <div class="narrow prose">
      <h1>About Reprise</h1>
      <p class="lead">Reprise is papers that run. It holds {papers} papers, each explained in plain words with a picture of its method; {running} of their systems run today.</p>
      <h2>What a run does</h2>
      <p>
        It trains the paper's system and the paper's own baseline on the same data with the same budget, {isServed ? "on the machine this server runs on" : "on your machine"}, and holds the paper's claim against what was measured. A quick run is one seed and a couple of
        minutes. It is a hint, and says so.
      </p>
      <h2>What a verdict means</h2>
      <dl class="verdicts">
        <dt>
          <span class="badge good">reproduced</span>
        </dt>
        <dd>The direction and the least effect that was asked for held over the seeds.</dd>
        <dt>
          <span class="badge part">direction only</span>
        </dt>
        <dd>It points the right way, but a minimum was missed, seeds disagreed, or something that had to be kept was lost.</dd>
        <dt>
          <span class="badge bad">not reproduced at this scale</span>
        </dt>
        <dd>The direction did not show in this experiment. That is a result, not an error.</dd>
        <dt>
          <span class="badge none">precondition failed</span>
        </dt>
        <dd>A premise of the experiment did not hold, so it says nothing about the claim.</dd>
      </dl>
      <p>
        The rule was fixed before any run. Only full runs, with all their seeds, enter the <Link href="/ledger">ledger</Link>.
      </p>
      <h2>What is kept of you</h2>
      {isServed ? (
        <p>
          One cookie that protects forms, and one for light or dark if you press that button. The log has no addresses and no queries. Nothing on these pages comes from another server.
        </p>
      ) : (
        <p>One cookie for light or dark, if you press that button. These pages are files; what you search is searched in your browser, and nothing comes from another server.</p>
      )}
      {isServed && (
        <>
          <h2>For programs</h2>
          <p>
            Everything here is also <a href="/api/docs">JSON</a>, described by an <a href="/api/openapi.json">OpenAPI document</a>. In a terminal the same is the command <code>reprise</code>.
          </p>
        </>
      )}
      <p class="quiet">Version {version}.</p>
    </div>
  );
}
