/** Answers without a server: the catalogue's index, fetched once, searched in the browser. */
import { LexicalIndex } from "../../src/papers/search/lexical-index.ts";
import { isAsked, limitOf } from "./instant.ts";
import type { Question } from "./instant.ts";
import type { HitView, SearchFile, Site } from "../../src/server/pages/views.ts";

type Search = (question: Question) => readonly HitView[];

let loading: Promise<Search> | undefined;

/** Hits for a question; null when nothing is asked. Rejects when the index cannot be fetched. */
export async function staticAnswers(question: Question, { base }: Site): Promise<readonly HitView[] | null> {
  if (!isAsked(question)) return null;
  loading ??= load(`${base}/search.json`);
  try {
    return (await loading)(question);
  } catch (error) {
    loading = undefined; // the next question tries again
    throw error;
  }
}

async function load(address: string): Promise<Search> {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address}: the server answered ${response.status}`);
  const { papers, briefs, index } = (await response.json()) as SearchFile;
  const lexical = new LexicalIndex(papers, index);
  const byId = new Map(briefs.map((brief) => [brief.id, brief]));
  return (question) =>
    lexical.search(question.query, question.filters, limitOf(question)).flatMap(({ id, stages, why }) => {
      const brief = byId.get(id);
      return brief ? [{ ...brief, stages: Object.entries(stages).map(([name, value]) => ({ name, value })), why }] : [];
    });
}
