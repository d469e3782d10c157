/** Answers to a search, each with what speaks for it. */
import type { JSX } from "preact";
import { Marked } from "../parts/marked.tsx";
import { PaperFacts } from "../parts/paper-line.tsx";
import { Rich } from "../parts/rich.tsx";
import { Link } from "../site.tsx";
import { significant } from "../../src/lab/report/format.ts";
import type { HitView } from "../../src/server/pages/views.ts";

export function Hits({ hits, failed, waiting }: { readonly hits: readonly HitView[]; readonly failed: boolean; readonly waiting: boolean }): JSX.Element {
  return (
    <section class="results" aria-labelledby="found" aria-busy={waiting}>
      <h2 id="found" class="count" aria-live="polite">
        {failed ? "The server does not answer; the results below may be old" : countText(hits.length)}
      </h2>
      <ol class="hits">
        {hits.map((hit) => (
          <li key={hit.id}>
            <Hit hit={hit} />
          </li>
        ))}
      </ol>
      {hits.length === 0 && !failed && <p class="quiet">Try fewer or other words: what the method does, not what it is called. Filters above may leave everything out.</p>}
    </section>
  );
}

function Hit({ hit }: { readonly hit: HitView }): JSX.Element {
  const { href, title, why, stages } = hit;
  return (
    <article class="paper-line">
      <h2>
        <Link href={href}>
          <Rich text={title} />
        </Link>
      </h2>
      <PaperFacts paper={hit} />
      {why.map((passage) => (
        <p class="why" key={passage.field + passage.text}>
          <Marked passage={passage} />
        </p>
      ))}
      {stages.length > 0 && (
        <p class="scores">
          {why.length > 0 && `found in ${[...new Set(why.map(({ field }) => field))].join(", ")} · `}
          {stages.map(({ name, value }) => `${name} ${significant(value, 3)}`).join(" · ")}
        </p>
      )}
    </article>
  );
}

function countText(count: number): string {
  if (count === 0) return "No paper found";
  return count === 1 ? "1 paper" : `${count} papers`;
}
