import type { JSX } from "preact";
import { PaperLine } from "../parts/paper-line.tsx";
import type { PageProps } from "../page.tsx";
import type { TrendingView } from "../../src/server/pages/views.ts";

const WINDOWS = [
  { window: "day", label: "Today" },
  { window: "week", label: "This week" },
  { window: "month", label: "This month" },
] as const;

/** Papers people talk about; every place says what led to it. */
export function TrendingPage({ view: { window, places } }: PageProps<TrendingView>): JSX.Element {
  return (
    <div class="narrow">
      <h1>Trending</h1>
      <nav class="tabs" aria-label="Window of time">
        {WINDOWS.map(({ window: other, label }) => (
          <a key={other} href={`/trending?window=${other}`} aria-current={other === window ? "page" : undefined}>
            {label}
          </a>
        ))}
      </nav>
      {places.length === 0 ? (
        <div class="panel">
          <p>Nothing has been harvested in this window. Whoever runs this server can fetch new papers and what people say of them:</p>
          <pre tabIndex={0}>
            <code>npx reprise papers harvest</code>
          </pre>
        </div>
      ) : (
        <ol class="places">
          {places.map((place) => (
            <li key={place.id}>
              <PaperLine paper={place} heading="h2">
                <details class="reasons">
                  <summary>Why this place: score {place.score.toFixed(2)}</summary>
                  <ul>
                    {place.why.map((reason) => (
                      <li key={reason}>{reason}</li>
                    ))}
                  </ul>
                </details>
              </PaperLine>
            </li>
          ))}
        </ol>
      )}
    </div>
  );
}
