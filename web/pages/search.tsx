/** The first page: a search field that answers while one types. Without scripts it is a form. */
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { FilterBar } from "../search/filter-bar.tsx";
import { Hits } from "../search/hits.tsx";
import { Introduction } from "../search/introduction.tsx";
import { addressOf, instantAnswers, questionOf } from "../search/instant.ts";
import type { Question } from "../search/instant.ts";
import { moveAmongHits } from "../search/keys.ts";
import { addressIn, useSite } from "../site.tsx";
import type { PageProps } from "../page.tsx";
import type { HitView, SearchView, Site } from "../../src/server/pages/views.ts";

/** Milliseconds without a key before the server is asked. */
const PAUSE = 110;

async function answersTo(question: Question, site: Site, signal: AbortSignal): Promise<readonly HitView[] | null> {
  if (site.kind === "served") return instantAnswers(question, signal);
  const { staticAnswers } = await import("../search/static-answers.ts");
  return staticAnswers(question, site);
}

export function SearchPage({ view }: PageProps<SearchView>): JSX.Element {
  const [question, setQuestion] = useState<Question>({ query: view.query, filters: view.filters });
  const [answer, setAnswer] = useState({ hits: view.hits, asked: view.asked, failed: false });
  const [waiting, setWaiting] = useState(false);
  const isFirst = useRef(true);
  const container = useRef<HTMLDivElement>(null);
  const site = useSite();

  useEffect(() => {
    if (site.kind === "static" && location.search !== "") setQuestion(questionOf(location.search)); // the file is the same whatever is asked
  }, [site]);

  useEffect(() => {
    if (isFirst.current) {
      isFirst.current = false;
      return;
    }
    const abort = new AbortController();
    const timer = setTimeout(() => {
      history.replaceState(null, "", addressIn(site, addressOf(question)));
      setWaiting(true);
      answersTo(question, site, abort.signal)
        .then((hits) => abort.signal.aborted || setAnswer({ hits: hits ?? [], asked: hits !== null, failed: false }))
        .catch(() => abort.signal.aborted || setAnswer((before) => ({ ...before, failed: true })))
        .finally(() => abort.signal.aborted || setWaiting(false));
    }, PAUSE);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [question]);

  return (
    <div class="search-page" ref={container} onKeyDown={(event) => container.current && moveAmongHits(event, container.current)}>
      <header class="hero">
        <h1>Find a paper and run it</h1>
        <p class="lead">{view.papers} papers in plain words. Pick one, run its system{site.kind === "served" ? " on this machine" : " on your own machine"}, and see whether its claim holds.</p>
      </header>
      <form class="search-form" action={addressIn(site, "/")} method="get" role="search" onSubmit={(event) => event.preventDefault()}>
        <div class="search-field">
          <label class="sr-only" for="q">
            Search papers
          </label>
          <input
            id="q"
            name="q"
            type="search"
            value={question.query}
            placeholder="attention that reads the query only once"
            autocomplete="off"
            spellcheck={false}
            maxLength={300}
            aria-describedby="search-keys"
            onInput={({ currentTarget }) => setQuestion((before) => ({ ...before, query: currentTarget.value }))}
          />
          <button type="submit">Search</button>
        </div>
        <p id="search-keys" class="sr-only">
          Answers appear while you type. Arrow down goes to them.
        </p>
        <FilterBar choices={view.choices} filters={question.filters} onChange={(filters) => setQuestion((before) => ({ ...before, filters }))} />
      </form>
      {answer.asked ? <Hits hits={answer.hits} failed={answer.failed} waiting={waiting} /> : <Introduction running={view.running} families={view.choices.families} />}
    </div>
  );
}
