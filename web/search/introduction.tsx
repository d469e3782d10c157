/** What the first page shows before anything is asked. */
import type { JSX } from "preact";
import { Link } from "../site.tsx";
import { PaperCard } from "../parts/paper-line.tsx";
import type { FilterChoices, PaperBrief } from "../../src/server/pages/views.ts";

export function Introduction({ running, families }: { readonly running: readonly PaperBrief[]; readonly families: FilterChoices["families"] }): JSX.Element {
  return (
    <div class="introduction">
      <section aria-labelledby="running">
        <h2 id="running">Run one now</h2>
        <ul class="cards">
          {running.map((paper) => (
            <li key={paper.id}>
              <PaperCard paper={paper} />
            </li>
          ))}
        </ul>
      </section>
      <section aria-labelledby="families">
        <h2 id="families">Browse by family</h2>
        <ul class="families">
          {families.map(({ name, title, papers }) => (
            <li key={name}>
              <Link href={`/?family=${encodeURIComponent(name)}`}>{title}</Link> <span class="quiet">{papers}</span>
            </li>
          ))}
        </ul>
      </section>
    </div>
  );
}
