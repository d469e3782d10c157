/** Answers of a search as pages show them: drawn up by the server, and by pages that have none. */
import type { HitView, PaperBrief, SuggestionView } from "./views.ts";
import type { SearchHit, Suggestion } from "../../papers/search/port.ts";

export function paperPath(id: string): string {
  return `/papers/${encodeURIComponent(id)}`;
}

/** A hit with what a line of the list says of its paper. */
export function hitView({ stages, why, explanation }: SearchHit, brief: PaperBrief): HitView {
  return { ...brief, stages: Object.entries(stages).map(([name, value]) => ({ name, value })), why, explanation: explanation ?? null };
}

/** Where a suggestion leads: to the paper, or to a search for the words. */
export function suggestionView({ kind, text, id }: Suggestion): SuggestionView {
  const words = text.replaceAll('"', " ");
  return { kind, text, href: id === undefined ? `/?${new URLSearchParams({ q: kind === "author" ? `author:"${words}"` : words }).toString()}` : paperPath(id) };
}
