/** Texts that are no answers, beside the one that is. */
import { Bm25 } from "../data/search/index.ts";
import { hardNegatives } from "../data/index.ts";
import type { TaskRecord } from "../data/index.ts";
import type { ObjectiveContext } from "./text-recipe.ts";

export type PairRecord = TaskRecord<"pairs">;

/** Best-ranked texts that negatives are drawn from. */
const DEPTH = 50;

/** Positives of each query: several records may ask the same. */
export function positivesByQuery(records: readonly PairRecord[]): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  for (const { query, positive } of records) found.set(query, (found.get(query) ?? new Set()).add(positive));
  return found;
}

/**
 * For each record up to `settings.negatives` negatives: its own, and where it brings none, those that BM25 ranks high among
 * the answers to other queries.
 */
export function negativesOf(records: readonly PairRecord[], { settings, random }: ObjectiveContext): readonly (readonly string[])[] {
  const { negatives: count } = settings;
  if (count === 0) return records.map(() => []);
  const lacking = records.filter(({ negatives }) => negatives.length === 0);
  const mined = new Map<PairRecord, readonly string[]>();
  if (lacking.length > 0) {
    const answers = [...new Set(records.map(({ positive }) => positive))];
    const index = new Bm25();
    answers.forEach((text, i) => index.add(i, text));
    const place = new Map(answers.map((text, i) => [text, i]));
    const right = positivesByQuery(records);
    const rankings = lacking.map(({ query }) => index.search(query, DEPTH));
    const relevant = lacking.map(({ query }) => [...(right.get(query) ?? [])].map((text) => place.get(text) as number));
    const chosen = hardNegatives(rankings, relevant, { count, random: random.child("negatives"), choice: { kind: "uniform" } });
    // A query that shares no word with other answers gets some at random.
    lacking.forEach((record, i) => {
      const found = (chosen[i] as readonly number[]).map((id) => answers[id] as string);
      const rest = random.child("others", i);
      const others = answers.length > 4 * count ? Array.from({ length: 2 * count }, () => answers[rest.integer(answers.length)] as string) : rest.shuffle([...answers]);
      const fitting = others.filter((text) => !found.includes(text) && !(right.get(record.query)?.has(text) ?? false));
      mined.set(record, [...found, ...new Set(fitting)].slice(0, count));
    });
  }
  return records.map((record) => (mined.get(record) ?? record.negatives).slice(0, count));
}
