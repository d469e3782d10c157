/**
 * Hugging Face's daily papers: what people put on the day's list, with their upvotes and comments and, where linked, code
 * and its stars. The last days are asked for again each time, as votes go on.
 */
import { z } from "zod";
import { HarvestError } from "../errors.ts";
import { shown } from "../fetcher.ts";
import { arxivIdentifier } from "../identifiers.ts";
import { DAY, PageBuilder, baseUrl, dayOf, daySchema, defineSource, parseCursor, parseJson } from "../source.ts";
import type { Source } from "../source.ts";
import type { Observation, RawFacts } from "../sighting.ts";

const NAME = "hugging-face";
/** More pages of one day than this are a loop. */
const MOST_PAGES = 50;

const options = z.strictObject({
  pageSize: z.number().int().min(1).max(100).default(100),
  /** Days before today that are asked for again. */
  lookback: z.number().int().min(0).max(60).default(7),
  pause: z.number().min(0).default(1_000),
  base: baseUrl("https://huggingface.co/api/daily_papers"),
});
export type HuggingFaceOptions = z.infer<typeof options>;

const cursorSchema = z.object({ day: daySchema, page: z.number().int().min(0) });

const count = z.number().nullish();
const entrySchema = z.object({
  paper: z.object({
    id: z.string(),
    title: z.string(),
    summary: z.string().nullish(),
    authors: z.array(z.object({ name: z.string(), hidden: z.boolean().nullish() })).default([]),
    publishedAt: z.string().nullish(),
    upvotes: count,
    githubRepo: z.string().nullish(),
    githubStars: count,
    ai_keywords: z.array(z.string()).nullish(),
  }),
  numComments: count,
});

export const huggingFace: Source = defineSource<HuggingFaceOptions>({
  name: NAME,
  options,
  stateKey: () => NAME,
  async *pages(fetcher, cursor, { pageSize, lookback, pause, base }, { now, since }) {
    const today = dayOf(now);
    const back = dayOf(new Date(now.getTime() - lookback * DAY));
    let state = parseCursor(cursorSchema, cursor, NAME, () => ({ day: since ? dayOf(since) : back, page: 0 }));
    let previous = "";
    while (state.day <= today) {
      const { day, page } = state;
      const url = new URL(base);
      url.searchParams.set("date", day);
      url.searchParams.set("limit", String(pageSize));
      url.searchParams.set("p", String(page));
      const answer = await fetcher.get(url, { kind: "json", pause });
      const list = answer.changed ? parseJson(answer.text, shown(url)) : [];
      if (!Array.isArray(list)) throw new HarvestError(`${shown(url)}: expected a list of papers, got ${typeof list}`);
      const builder = new PageBuilder(NAME);
      list.forEach((entry, index) => builder.add(`${day}, page ${page}, position ${index}`, () => recordOf(entry)));
      const text = JSON.stringify(list);
      const more = list.length >= pageSize && text !== previous && page + 1 < MOST_PAGES; // a server that ignores `p` repeats itself
      previous = text;
      state = more ? { day, page: page + 1 } : { day: dayOf(new Date(Date.parse(day) + DAY)), page: 0 };
      const last = state.day > today;
      yield builder.page(last ? { day: back, page: 0 } : state, { last });
    }
  },
});

function recordOf(value: unknown): { externalId: string; facts: RawFacts; observations: Observation[] } {
  const { paper, numComments } = entrySchema.parse(value);
  const arxiv = arxivIdentifier(paper.id);
  const counts = { upvotes: paper.upvotes, comments: numComments, stars: paper.githubStars };
  return {
    externalId: arxiv ?? paper.id,
    facts: {
      title: paper.title,
      abstract: paper.summary,
      authors: paper.authors.filter(({ hidden }) => hidden !== true).map(({ name }) => name),
      published: paper.publishedAt,
      year: paper.publishedAt ? new Date(paper.publishedAt).getUTCFullYear() || null : null,
      arxiv,
      url: arxiv === null ? `https://huggingface.co/papers/${encodeURIComponent(paper.id)}` : `https://arxiv.org/abs/${arxiv}`,
      code: paper.githubRepo,
      keywords: paper.ai_keywords ?? [],
    },
    observations: (["upvotes", "comments", "stars"] as const).flatMap((kind) => (typeof counts[kind] === "number" ? [{ kind, value: counts[kind] }] : [])),
  };
}
