/** The first page: a search field that suggests while one types and answers when one pauses. Without scripts it is a form. */
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { FacetPanel } from "../search/facet-panel.tsx";
import { FilterBar } from "../search/filter-bar.tsx";
import { Hits } from "../search/hits.tsx";
import { Introduction } from "../search/introduction.tsx";
import { addressOf, instantAnswer, instantSuggestions, questionOf } from "../search/instant.ts";
import type { Question } from "../search/instant.ts";
import { moveAmongHits } from "../search/keys.ts";
import { SuggestionStrip } from "../search/suggestion-strip.tsx";
import { addressIn, useSite } from "../site.tsx";
import type { PageProps } from "../page.tsx";
import { QueryError } from "../../src/papers/search/port.ts";
import type { Answer, SearchView, Site, SuggestionView } from "../../src/server/pages/views.ts";

/** Milliseconds without a key before suggestions are fetched, and before papers are searched, which costs more. */
const PAUSE = { suggest: 80, search: 350 } as const;

/** Gives the answer to a question; without a server, a better one may follow. */
async function answersTo(question: Question, site: Site, signal: AbortSignal, give: (answer: Answer | null) => void): Promise<void> {
  if (site.kind === "served") return give(await instantAnswer(question, signal));
  return (await import("../search/static-answers.ts")).staticAnswers(question, site, signal, give);
}

async function suggestionsFor(typed: string, site: Site, signal: AbortSignal): Promise<readonly SuggestionView[]> {
  if (typed.trim() === "") return [];
  return site.kind === "served" ? instantSuggestions(typed, signal) : (await import("../search/static-answers.ts")).staticSuggestions(typed, site);
}

/** Half a word of the query syntax, such as "year:20", cannot be asked; the message says how it goes on. */
function problemOf(error: unknown): string {
  const text = error instanceof QueryError ? error.message : "the server does not answer";
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

export function SearchPage({ view }: PageProps<SearchView>): JSX.Element {
  const [question, setQuestion] = useState<Question>({ query: view.query, filters: view.filters });
  const [{ answer, problem }, setAnswer] = useState<{ readonly answer: Answer | null; readonly problem: string | null }>({ answer: view.answer, problem: null });
  const [suggestions, setSuggestions] = useState<readonly SuggestionView[]>([]);
  const [waiting, setWaiting] = useState(false);
  const isFirst = useRef(true);
  const isHurried = useRef(false);
  const container = useRef<HTMLDivElement>(null);
  const site = useSite();
  /** Asks at once, as nobody is typing. */
  const ask = (change: Partial<Question>): void => {
    isHurried.current = true;
    setQuestion((before) => ({ ...before, ...change }));
  };

  useEffect(() => {
    if (site.kind === "static" && location.search !== "") ask(questionOf(location.search)); // the file is the same whatever is asked
  }, [site]);

  useEffect(() => {
    if (isFirst.current) {
      isFirst.current = false;
      return;
    }
    const abort = new AbortController();
    const pause = isHurried.current ? 0 : PAUSE.search;
    isHurried.current = false;
    const timer = setTimeout(() => {
      history.replaceState(null, "", addressIn(site, addressOf(question)));
      setWaiting(true);
      answersTo(question, site, abort.signal, (given) => abort.signal.aborted || setAnswer({ answer: given, problem: null }))
        .catch((error: unknown) => abort.signal.aborted || setAnswer((before) => ({ ...before, problem: problemOf(error) })))
        .finally(() => abort.signal.aborted || setWaiting(false));
    }, pause);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [question]);

  useEffect(() => {
    if (question.query === view.query && suggestions.length === 0) return;
    const abort = new AbortController();
    const timer = setTimeout(() => {
      suggestionsFor(question.query, site, abort.signal).then(
        (given) => abort.signal.aborted || setSuggestions(given),
        () => abort.signal.aborted || setSuggestions([]), // the search says so if the server is gone
      );
    }, PAUSE.suggest);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [question.query]);

  return (
    <div class="search-page" ref={container} onKeyDown={(event) => container.current && moveAmongHits(event, container.current)}>
      <header class="hero">
        <h1>Find a paper and run it</h1>
        <p class="lead">{view.papers} papers in plain words. Pick one, run its system{site.kind === "served" ? " on this machine" : " on your own machine"}, and see whether its claim holds.</p>
      </header>
      <form
        class="search-form"
        action={addressIn(site, "/")}
        method="get"
        role="search"
        onSubmit={(event) => {
          event.preventDefault();
          ask({});
        }}
      >
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
          Suggestions follow the field while you type, and papers when you pause. Arrow down goes to the papers.
        </p>
        <SuggestionStrip suggestions={suggestions} />
        <FilterBar choices={view.choices} filters={question.filters} facets={answer?.facets ?? null} onChange={(filters) => ask({ filters })} />
      </form>
      {answer ? (
        <div class="answers">
          <Hits answer={answer} problem={problem} waiting={waiting} />
          <FacetPanel facets={answer.facets} families={view.choices.families} question={question} onChange={(filters) => ask({ filters })} />
        </div>
      ) : (
        <>
          {problem !== null && (
            <p class="count" role="status">
              {problem}
            </p>
          )}
          <Introduction running={view.running} families={view.choices.families} />
        </>
      )}
    </div>
  );
}
