/**
 * arXiv's Atom API, for the new papers of some categories. "arXiv API User's Manual", sections 3 and 5.
 *
 * Papers come by submission date, oldest first, so that what arrives meanwhile is at the end. Deep paging is slow and
 * limited to 30,000 results, so a window of dates moves on when it has been paged far.
 */
import { z } from "zod";
import { HarvestError, SourceUnavailable } from "../errors.ts";
import type { Fetcher } from "../fetcher.ts";
import { shown } from "../fetcher.ts";
import { arxivIdentifier, normaliseDoi } from "../identifiers.ts";
import { DAY, PageBuilder, baseUrl, defineSource, parseCursor } from "../source.ts";
import type { Source } from "../source.ts";
import type { RawFacts } from "../sighting.ts";
import { saysWithdrawn } from "../withdrawn.ts";
import { attributeOf, childOf, childText, childrenOf, parseXml, textOf } from "../xml.ts";
import type { XmlElement, XmlNode } from "../xml.ts";

const NAME = "arxiv";
/** Asked for by arXiv: "a 3 second delay". */
const PAUSE = 3_000;
const DEEPEST_START = 10_000;
/** Without a date, so far back. */
const FIRST_DAYS = 7;
/** New papers show in the index up to so much later. */
const OVERLAP = 2 * DAY;
/** arXiv answers at times with an empty page in the middle of the results. */
const EMPTY_PAGES = 3;

const options = z.strictObject({
  categories: z.array(z.string().regex(/^[a-z][a-z-]*(?:\.[A-Za-z-]+)?$/u, "expected a category such as cs.CL")).min(1).default(["cs.CL", "cs.LG", "cs.CV", "cs.AI"]),
  pageSize: z.number().int().min(1).max(2000).default(100),
  pause: z.number().min(0).default(PAUSE),
  base: baseUrl("https://export.arxiv.org/api/query"),
});
export type ArxivOptions = z.infer<typeof options>;

/** Submissions of `from` to `to` (milliseconds), those before `start` done. */
const cursorSchema = z.object({ from: z.number(), to: z.number(), start: z.number().int().min(0) });

export const arxiv: Source = defineSource<ArxivOptions>({
  name: NAME,
  options,
  stateKey: ({ categories }) => `${NAME}:${[...categories].sort().join("+")}`,
  async *pages(fetcher, cursor, { categories, pageSize, pause, base }, { now, since }) {
    const to = now.getTime();
    let window = parseCursor(cursorSchema, cursor, NAME, () => ({ from: (since ?? new Date(to - FIRST_DAYS * DAY)).getTime(), to, start: 0 }));
    if (window.start === 0) window = { ...window, to };
    for (;;) {
      const { from, start } = window;
      const url = addressOf(base, { categories, pageSize, ...window });
      const { entries, total } = await pageAt(fetcher, url, pause, start);
      const builder = new PageBuilder(NAME);
      entries.forEach((entry, index) => builder.add(childText(entry, "id") ?? `entry ${start + index} of ${shown(url)}`, () => recordOf(entry)));
      const next = start + entries.length;
      if (next >= total) {
        yield builder.page({ from: window.to - OVERLAP, to: window.to, start: 0 }, { last: true });
        return;
      }
      const last = Date.parse(childText(entries.at(-1), "published") ?? "");
      window = next >= DEEPEST_START && last > from ? { ...window, from: last, start: 0 } : { ...window, start: next };
      yield builder.page(window, { last: false });
    }
  },
});

function addressOf(base: string, { categories, pageSize, from, to, start }: { categories: readonly string[]; pageSize: number; from: number; to: number; start: number }): URL {
  const url = new URL(base);
  const anyCategory = categories.map((category) => `cat:${category}`).join(" OR ");
  url.searchParams.set("search_query", `(${anyCategory}) AND submittedDate:[${minute(from)} TO ${minute(to)}]`);
  url.searchParams.set("sortBy", "submittedDate");
  url.searchParams.set("sortOrder", "ascending");
  url.searchParams.set("start", String(start));
  url.searchParams.set("max_results", String(pageSize));
  return url;
}

/** YYYYMMDDHHMM in GMT, as arXiv wants it. */
function minute(time: number): string {
  return new Date(time).toISOString().slice(0, 16).replace(/[-T:]/gu, "");
}

async function pageAt(fetcher: Fetcher, url: URL, pause: number, start: number): Promise<{ entries: readonly XmlNode[]; total: number }> {
  for (let attempt = 0; attempt < EMPTY_PAGES; attempt++) {
    const answer = await fetcher.get(url, { kind: "xml", pause, alsoStatus: [400] });
    const feed = feedOf(answer.changed ? parseXml(answer.text, shown(url)) : {}, url);
    const entries = childrenOf(feed, "entry");
    const [only] = entries;
    if (entries.length === 1 && /\/api\/errors/u.test(childText(only, "id") ?? "")) throw new HarvestError(`${shown(url)}: arXiv refuses the query: ${childText(only, "summary") ?? "no reason given"}`);
    const total = Number(childText(feed, "totalResults"));
    if (!Number.isSafeInteger(total)) throw new HarvestError(`${shown(url)}: the feed does not say how many results there are (opensearch:totalResults)`);
    if (entries.length > 0 || start >= total) return { entries, total };
  }
  throw new SourceUnavailable(`${shown(url)}: arXiv answered ${EMPTY_PAGES} times with an empty page though there are more results; try again later`);
}

function feedOf(document: XmlElement, url: URL): XmlNode {
  const feed = childOf(document, "feed");
  if (feed === undefined) throw new HarvestError(`${shown(url)}: expected an Atom feed, got <${Object.keys(document)[0] ?? "nothing"}>`);
  return feed;
}

function recordOf(entry: XmlNode): { externalId: string | null; facts: RawFacts } {
  const identifier = arxivIdentifier(childText(entry, "id"));
  const links = childrenOf(entry, "link");
  const abstract = childText(entry, "summary");
  const published = childText(entry, "published");
  return {
    externalId: identifier,
    facts: {
      title: childText(entry, "title") ?? "",
      abstract,
      authors: childrenOf(entry, "author").flatMap((author) => childText(author, "name") ?? []),
      year: published === undefined ? null : new Date(published).getUTCFullYear() || null,
      venue: childText(entry, "journal_ref"),
      published,
      updated: childText(entry, "updated"),
      arxiv: identifier,
      doi: normaliseDoi((childText(entry, "doi") ?? attributeOf(links.find((link) => attributeOf(link, "title") === "doi"), "href"))?.split(/\s+/u)[0]),
      url: identifier === null ? null : `https://arxiv.org/abs/${identifier}`,
      categories: childrenOf(entry, "category").flatMap((category) => attributeOf(category, "term") ?? []),
      withdrawn: saysWithdrawn({ comment: textOf(childOf(entry, "comment")), abstract }),
    },
  };
}
