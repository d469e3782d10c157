/** A paper in plain words: problem, idea, picture, claims, what is checked; how to run it, and what it showed. */
import type { ComponentChildren, JSX } from "preact";
import { IN_TAB, InTabPanel } from "../in-tab/panel.tsx";
import { Diagram } from "../diagram/diagram.tsx";
import { ConditionTable } from "../parts/condition-table.tsx";
import { Csrf } from "../parts/csrf.tsx";
import { duration, timeText } from "../parts/format.ts";
import { PaperCard } from "../parts/paper-line.tsx";
import { Rich } from "../parts/rich.tsx";
import { RunStatusBadge } from "../parts/run-status.tsx";
import { Verdict } from "../parts/verdict.tsx";
import { Link } from "../site.tsx";
import type { PageProps } from "../page.tsx";
import type { PaperView, Shell } from "../../src/server/pages/views.ts";

/** Papers whose toolkit is the page that assembles models. */
const ASSEMBLED: ReadonlySet<string> = new Set(["uer", "tencentpretrain"]);

export function PaperPage({ view, shell }: PageProps<PaperView>): JSX.Element {
  const { paper, card, abstract, diagram, system, conditions, similar, keywords } = view;
  const published = [paper.venue, paper.year].filter((part) => part !== null).join(" ");
  return (
    <div class="paper-page">
      <header class="paper-head">
        <p class="eyebrow">{[paper.family, published].filter(Boolean).join(" · ")}</p>
        <h1>
          <Rich text={paper.title} />
        </h1>
        {paper.authors.length > 0 && <p class="authors">{paper.authors.join(", ")}</p>}
      </header>
      <aside class="paper-side" aria-label="Run it, results, links">
        <RunCard view={view} shell={shell} />
        {IN_TAB.has(paper.id) && (
          <section class="panel" aria-labelledby="in-tab-heading">
            <h2 id="in-tab-heading">In this tab</h2>
            <div id="in-tab">
              <InTabPanel />
            </div>
          </section>
        )}
        {ASSEMBLED.has(paper.id) && (
          <section class="panel" aria-labelledby="assemble-heading">
            <h2 id="assemble-heading">Assemble a model</h2>
            <p class="quiet">Choose embedding, encoder, decoder and targets of this toolkit, and see what they make.</p>
            <p>
              <Link href="/assemble">Slots, shapes and costs</Link>
            </p>
          </section>
        )}
        <Result view={view} />
        <Facts view={view} />
      </aside>
      <div class="paper-body">
        {card && <Prose heading="The problem" sentences={card.problem} lead />}
        {card && <Prose heading="The idea" sentences={card.idea} />}
        {abstract !== null && <Prose heading="Abstract" sentences={[abstract]} />}
        {diagram.length > 0 && <Diagram stages={diagram} title="The method" />}
        {card && <Points heading="What the paper reports" items={card.claims} />}
        {card && <Points heading={system ? "What its system checks here" : "What its system will check here"} items={card.checks} />}
        {conditions.length > 0 && (
          <Section heading="What counts as shown">
            <ConditionTable conditions={conditions} caption="Conditions of the claim" />
          </Section>
        )}
        {system && <Points heading="How the system works" items={system.mechanism} ordered />}
        {system && system.deviations.length > 0 && (
          <Section heading="Where it departs from the paper">
            <ul>
              {system.deviations.map(({ what, why }) => (
                <li key={what}>
                  {what} <span class="quiet">({why})</span>
                </li>
              ))}
            </ul>
          </Section>
        )}
        {keywords.length > 0 && (
          <p class="keywords">
            {keywords.map((keyword) => (
              <Link key={keyword} href={`/?q=${encodeURIComponent(keyword)}`}>
                {keyword}
              </Link>
            ))}
          </p>
        )}
      </div>
      {similar.length > 0 && (
        <section class="similar" aria-labelledby="similar">
          <h2 id="similar">Papers like this one</h2>
          <ul class="cards">
            {similar.map((other) => (
              <li key={other.id}>
                <PaperCard paper={other} />
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}

function Section({ heading, children }: { readonly heading: string; readonly children: ComponentChildren }): JSX.Element {
  return (
    <section>
      <h2>{heading}</h2>
      {children}
    </section>
  );
}

function Prose({ heading, sentences, lead = false }: { readonly heading: string; readonly sentences: readonly string[]; readonly lead?: boolean }): JSX.Element {
  return (
    <Section heading={heading}>
      <p class={lead ? "lead" : undefined}>{sentences.join(" ")}</p>
    </Section>
  );
}

function Points({ heading, items, ordered = false }: { readonly heading: string; readonly items: readonly string[]; readonly ordered?: boolean }): JSX.Element {
  const List = ordered ? "ol" : "ul";
  return (
    <Section heading={heading}>
      <List>
        {items.map((item) => (
          <li key={item}>{item}</li>
        ))}
      </List>
    </Section>
  );
}

function RunCard({ view: { paper, system, mayRun, runs }, shell }: { readonly view: PaperView; readonly shell: Shell }): JSX.Element {
  return (
    <section class="panel" aria-labelledby="run-it">
      <h2 id="run-it">Run it</h2>
      {system && mayRun && (
        <form method="post" action="/runs">
          <Csrf shell={shell} />
          <input type="hidden" name="slug" value={paper.id} />
          <button class="primary" type="submit">
            <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
              <path d="M4 2.5v11l9-5.5z" />
            </svg>
            Run
          </button>
          <p class="quiet">One seed, about {system.minutes} minutes on two cores. Curves arrive as it trains.</p>
        </form>
      )}
      {system && !mayRun && shell.site.kind === "served" && <p class="quiet">This server starts no runs.</p>}
      {system && (
        <>
          <p class="quiet">{mayRun ? "Or in a terminal:" : "In a terminal:"}</p>
          <pre tabIndex={0}>
            <code>npx reprise run {paper.id}</code>
          </pre>
          {system.ownData && (
            <>
              <p class="quiet">On your own data:</p>
              <pre tabIndex={0}>
                <code>
                  npx reprise pretrain {paper.id} \{"\n"}  --data FOLDER --out MODEL
                </code>
              </pre>
            </>
          )}
        </>
      )}
      {!system && <p>{paper.catalogued ? "Its system is planned and does not run yet." : "It is not in the catalogue of papers that run."}</p>}
      {runs.length > 0 && (
        <>
          <h3>Runs on this server</h3>
          <ul class="plain">
            {runs.map(({ id, href, status, verdict, queuedAt }) => (
              <li key={id}>
                <a href={href}>{timeText(queuedAt)}</a> {verdict === null ? <RunStatusBadge status={status} /> : <Verdict verdict={verdict} />}
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function Result({ view: { ledger } }: { readonly view: PaperView }): JSX.Element | null {
  if (ledger === null) return null;
  const { verdict, formula, expected, measured, seeds, seconds, checks, commit } = ledger;
  return (
    <section class="panel" aria-labelledby="result">
      <h2 id="result">In the ledger</h2>
      <p>
        <Verdict verdict={verdict} />
      </p>
      <dl>
        <dt>Effect</dt>
        <dd>
          <code>{formula}</code>
        </dd>
        <dt>Expected</dt>
        <dd>{expected}</dd>
        <dt>Measured</dt>
        <dd>{measured}</dd>
        <dt>Seeds</dt>
        <dd>{seeds}</dd>
        <dt>Time</dt>
        <dd>{duration(seconds)}</dd>
        <dt>Exact checks</dt>
        <dd>{checks}</dd>
        {commit !== null && (
          <>
            <dt>Commit</dt>
            <dd>
              <code>{commit}</code>
            </dd>
          </>
        )}
      </dl>
      <p>
        <Link href="/ledger">All results</Link>
      </p>
    </section>
  );
}

function Facts({ view: { links, modalities } }: { readonly view: PaperView }): JSX.Element {
  return (
    <section class="panel" aria-labelledby="elsewhere">
      <h2 id="elsewhere">Elsewhere</h2>
      <ul class="plain">
        {links.map(({ label, href }) => (
          <li key={href}>
            <a href={href} rel="noreferrer">
              {label}
            </a>
          </li>
        ))}
      </ul>
      {modalities.length > 0 && <p class="quiet">Works on {modalities.join(", ")}.</p>}
    </section>
  );
}
