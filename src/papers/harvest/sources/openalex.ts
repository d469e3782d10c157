/**
 * OpenAlex works: papers beyond arXiv, with venue, DOI and citations. OpenAlex documentation, "Page through results" and
 * "Works". Cursor paging needs an API key (free); abstracts come as an inverted index.
 */
import { z } from "zod";
import { HarvestError } from "../errors.ts";
import { shown } from "../fetcher.ts";
import { arxivIdentifier, normaliseDoi } from "../identifiers.ts";
import { DAY, PageBuilder, baseUrl, dayOf, daySchema, defineSource, parseCursor, parseJson } from "../source.ts";
import type { Source } from "../source.ts";
import { textOfHtml } from "../plain-text.ts";
import type { Observation, RawFacts } from "../sighting.ts";

const NAME = "openalex";
const FIRST_DAYS = 30;
/** Works enter OpenAlex days to weeks after they are published. */
const OVERLAP = 30 * DAY;
const LONGEST_ABSTRACT_IN_WORDS = 20_000;
const FIELDS = "id,doi,title,publication_year,publication_date,authorships,primary_location,locations,cited_by_count,is_retracted,keywords,abstract_inverted_index";

const options = z.strictObject({
  /** OpenAlex filter, such as "primary_topic.field.id:17" (computer science) or "doi:10.1/a|10.1/b". */
  filter: z.string().min(1).default("primary_topic.subfield.id:1702,type:article|preprint"),
  search: z.string().min(1).optional(),
  /** Address for the polite pool. */
  mailto: z.email().optional(),
  /** Left out, REPRISE_OPENALEX_KEY. */
  apiKey: z.string().min(1).optional(),
  pageSize: z.number().int().min(1).max(100).default(100),
  pause: z.number().min(0).default(200),
  base: baseUrl("https://api.openalex.org/works"),
});
export type OpenAlexOptions = z.infer<typeof options>;

/** Works published since `from`; `cursor` is OpenAlex's, "*" at the beginning. */
const cursorSchema = z.object({ from: daySchema, cursor: z.string() });

const location = z.object({ landing_page_url: z.string().nullish(), source: z.object({ display_name: z.string().nullish(), type: z.string().nullish() }).nullish() });
const workSchema = z.object({
  id: z.string(),
  doi: z.string().nullish(),
  title: z.string({ error: "the work has no title" }),
  publication_year: z.number().int().nullish(),
  publication_date: z.string().nullish(),
  authorships: z.array(z.object({ author: z.object({ display_name: z.string().nullish() }).nullish(), raw_author_name: z.string().nullish() })).default([]),
  primary_location: location.nullish(),
  locations: z.array(location).nullish(),
  cited_by_count: z.number().nullish(),
  is_retracted: z.boolean().nullish(),
  keywords: z.array(z.object({ display_name: z.string().nullish() })).nullish(),
  abstract_inverted_index: z.record(z.string(), z.array(z.number().int().min(0).max(LONGEST_ABSTRACT_IN_WORDS))).nullish(),
});
const pageSchema = z.object({ meta: z.object({ next_cursor: z.string().nullish() }), results: z.array(z.unknown()) });

export const openAlex: Source = defineSource<OpenAlexOptions>({
  name: NAME,
  options,
  stateKey: ({ filter, search }) => `${NAME}:${filter}${search === undefined ? "" : `?${search}`}`,
  async *pages(fetcher, cursor, chosen, { now, since }) {
    let state = parseCursor(cursorSchema, cursor, NAME, () => ({ from: dayOf(since ?? new Date(now.getTime() - FIRST_DAYS * DAY)), cursor: "*" }));
    const seen = new Set<string>();
    for (;;) {
      const url = addressOf(state, chosen);
      const answer = await fetcher.get(url, { kind: "json", pause: chosen.pause, alsoStatus: [400, 401, 403] });
      const body = answer.changed ? parseJson(answer.text, shown(url)) : {};
      if (answer.changed && answer.status >= 400) throw new HarvestError(`${shown(url)}: OpenAlex refuses the request: ${refusal(body)}${answer.status === 400 ? "" : "; set REPRISE_OPENALEX_KEY to a key (free at openalex.org)"}`);
      const parsed = pageSchema.safeParse(body);
      if (!parsed.success) throw new HarvestError(`${shown(url)}: expected results and meta.next_cursor; the format may have changed`);
      const { results, meta } = parsed.data;
      const builder = new PageBuilder(NAME);
      results.forEach((work, index) => builder.add(nameOf(work) ?? `work ${index} of ${shown(url)}`, () => recordOf(work)));
      const next = meta.next_cursor;
      if (!next || results.length === 0) {
        yield builder.page({ from: dayOf(new Date(now.getTime() - OVERLAP)), cursor: "*" }, { last: true });
        return;
      }
      if (seen.has(next) || next === state.cursor) throw new HarvestError(`${shown(url)}: the list of works does not end: its next cursor was there before`);
      seen.add(next);
      state = { ...state, cursor: next };
      yield builder.page(state, { last: false });
    }
  },
});

function addressOf({ from, cursor }: z.infer<typeof cursorSchema>, { base, filter, search, mailto, apiKey, pageSize }: OpenAlexOptions): URL {
  const url = new URL(base);
  const key = apiKey ?? process.env["REPRISE_OPENALEX_KEY"];
  url.searchParams.set("filter", `${filter},from_publication_date:${from}`);
  if (search !== undefined) url.searchParams.set("search", search);
  url.searchParams.set("select", FIELDS);
  url.searchParams.set("per_page", String(pageSize));
  url.searchParams.set("cursor", cursor);
  if (mailto !== undefined) url.searchParams.set("mailto", mailto);
  if (key) url.searchParams.set("api_key", key);
  return url;
}

function refusal(body: unknown): string {
  const { error, message } = z.object({ error: z.string().optional(), message: z.string().optional() }).catch({}).parse(body);
  return [error, message].filter((part) => part !== undefined).join(": ") || "no reason given";
}

function nameOf(work: unknown): string | undefined {
  return z.object({ id: z.string() }).safeParse(work).data?.id;
}

function recordOf(value: unknown): { externalId: string; facts: RawFacts; observations: Observation[] } {
  const work = workSchema.parse(value);
  const places = [...(work.primary_location ? [work.primary_location] : []), ...(work.locations ?? [])];
  const arxiv = [work.doi, ...places.map((place) => place.landing_page_url)].map(arxivIdentifier).find((identifier) => identifier !== null) ?? null;
  const venue = places.find((place) => place.source && place.source.type !== "repository")?.source?.display_name; // arXiv and the like are no venues
  return {
    externalId: work.id.replace(/^https?:\/\/openalex\.org\//u, ""),
    facts: {
      title: textOfHtml(work.title),
      abstract: abstractOf(work.abstract_inverted_index ?? {}),
      authors: work.authorships.flatMap(({ author, raw_author_name: raw }) => author?.display_name ?? raw ?? []),
      year: work.publication_year,
      venue,
      published: work.publication_date,
      arxiv,
      doi: normaliseDoi(work.doi),
      url: work.doi ?? places[0]?.landing_page_url ?? work.id,
      keywords: (work.keywords ?? []).flatMap(({ display_name: keyword }) => keyword?.toLowerCase() ?? []),
      withdrawn: work.is_retracted ?? false,
    },
    observations: typeof work.cited_by_count === "number" ? [{ kind: "citations", value: work.cited_by_count }] : [],
  };
}

/** The text whose words stand at the given positions. */
function abstractOf(index: Readonly<Record<string, readonly number[]>>): string {
  const words: string[] = [];
  for (const [word, positions] of Object.entries(index)) for (const position of positions) words[position] = word;
  return textOfHtml(words.filter((word) => word !== undefined).join(" "));
}
