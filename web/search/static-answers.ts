/** Answers without a server: the catalogue's index, fetched once, searched in the browser. */
import { LexicalIndex } from "../../src/papers/search/lexical-index.ts";
import { isAsked, limitOf } from "./instant.ts";
import type { Question } from "./instant.ts";
import type { Answer, SearchFile, Site, SuggestionView } from "../../src/server/pages/views.ts";

type Search = (question: Question) => Answer;

let loading: Promise<Search> | undefined;

export async function staticAnswer(question: Question, { base }: Site): Promise<Answer | null> {
  if (!isAsked(question)) return null;
  loading ??= load(`${base}/search.json`);
  return (await loading)(question);
}

export function staticSuggestions(_typed: string, _site: Site): Promise<readonly SuggestionView[]> {
  return Promise.resolve([]);
}

async function load(address: string): Promise<Search> {
  const response = await fetch(address);
  const { papers, briefs, index } = (await response.json()) as SearchFile;
  const lexical = new LexicalIndex(papers, index);
  const byId = new Map(briefs.map((brief) => [brief.id, brief]));
  return (question) => ({
    notices: [],
    facets: { families: [], years: [], modalities: [], statuses: [], code: [] },
    hits: lexical.search(question.query, question.filters, limitOf(question)).flatMap(({ id, stages, why }) => {
      const brief = byId.get(id);
      return brief ? [{ ...brief, stages: Object.entries(stages).map(([name, value]) => ({ name, value })), why, explanation: null }] : [];
    }),
  });
}
