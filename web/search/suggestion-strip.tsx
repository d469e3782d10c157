import type { JSX } from "preact";
import { Link } from "../site.tsx";
import type { SuggestionView } from "../../src/server/pages/views.ts";

/** What goes on as is being typed: papers, and questions to ask. Its place is kept while there is none, so that nothing moves. */
export function SuggestionStrip({ suggestions }: { readonly suggestions: readonly SuggestionView[] }): JSX.Element {
  return (
    <nav class="suggestions" aria-label="Suggestions">
      <ul>
        {suggestions.map(({ kind, text, href }) => (
          <li key={href}>
            <Link href={href}>
              <span class="quiet">{kind}</span> {text}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
