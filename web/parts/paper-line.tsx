/** A paper in a list: its title, what it is, whether it runs. */
import type { ComponentChildren, JSX } from "preact";
import { Rich } from "./rich.tsx";
import { Link } from "../site.tsx";
import type { PaperBrief } from "../../src/server/pages/views.ts";

export function PaperLine({ paper, heading: Heading = "h3", children }: { readonly paper: PaperBrief; readonly heading?: "h2" | "h3"; readonly children?: ComponentChildren }): JSX.Element {
  return (
    <article class="paper-line">
      <Heading>
        <Link href={paper.href}>
          <Rich text={paper.title} />
        </Link>
      </Heading>
      <PaperFacts paper={paper} />
      {children}
    </article>
  );
}

/** A paper in a grid: its title and its idea in a sentence. */
export function PaperCard({ paper: { href, title, gist, venue, year, runs } }: { readonly paper: PaperBrief }): JSX.Element {
  return (
    <article class="paper-line">
      <h3>
        <Link href={href}>
          <Rich text={title} />
        </Link>
      </h3>
      {gist !== null && <p class="gist">{gist}</p>}
      <p class="facts">
        {runs && <span class="badge good">runs</span>}
        {[venue, year].filter((part) => part !== null).join(" ")}
      </p>
    </article>
  );
}

/** Family, venue and year in one line, with what the system's state is. */
export function PaperFacts({ paper }: { readonly paper: PaperBrief }): JSX.Element {
  const { family, venue, year, runs, catalogued, authors } = paper;
  const published = [venue, year].filter((part) => part !== null).join(" ");
  const facts = [authorsInShort(authors), published, family].filter((fact) => fact !== "" && fact !== null);
  return (
    <p class="facts">
      {runs && <span class="badge good">runs</span>}
      {!runs && catalogued && <span class="badge none">planned</span>}
      {facts.join(" · ")}
    </p>
  );
}

export function authorsInShort(authors: readonly string[]): string {
  return authors.length > 3 ? `${authors[0] ?? ""} and ${authors.length - 1} others` : authors.join(", ");
}
