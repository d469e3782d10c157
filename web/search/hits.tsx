/** Answers to a search, each with what speaks for it. */
import type { JSX } from "preact";
import { Marked } from "../parts/marked.tsx";
import { PaperFacts } from "../parts/paper-line.tsx";
import { Rich } from "../parts/rich.tsx";
import { Link } from "../site.tsx";
import { significant } from "../../src/lab/report/format.ts";
import type { Answer, HitView } from "../../src/server/pages/views.ts";

/** `problem` says why there is no newer answer; `answer` is then that to an earlier question. */
export function Hits({ answer: { hits, notices }, problem, waiting }: { readonly answer: Answer; readonly problem: string | null; readonly waiting: boolean }): JSX.Element {
  return (
    <section class="results" aria-labelledby="found" aria-busy={waiting}>
      <h2 id="found" class="count" aria-live="polite">
        {problem === null ? countText(hits.length) : `${problem} The results below are those of an earlier question.`}
      </h2>
      {notices.length > 0 && (
        <ul class="notices">
          {notices.map((notice) => (
            <li key={notice}>{notice}</li>
          ))}
        </ul>
      )}
      <ol class="hits">
        {hits.map((hit) => (
          <li key={hit.id}>
            <Hit hit={hit} />
          </li>
        ))}
      </ol>
      {hits.length === 0 && problem === null && <p class="quiet">Try fewer or other words: what the method does, not what it is called. Filters above may leave everything out.</p>}
    </section>
  );
}

function Hit({ hit }: { readonly hit: HitView }): JSX.Element {
  const { href, title, why, stages, explanation } = hit;
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
      {explanation !== null && (
        <details class="scores">
          <summary>Why this result</summary>
          <p>
            {explanation} {why.length > 0 && `Shown from ${[...new Set(why.map(({ field }) => field))].join(", ")}. `}
            {stages.map(({ name, value }) => `${name} ${significant(value, 3)}`).join(" · ")}
          </p>
        </details>
      )}
    </article>
  );
}

function countText(count: number): string {
  if (count === 0) return "No paper found";
  return count === 1 ? "1 paper" : `${count} papers`;
}
