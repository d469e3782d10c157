/** Feeds as Atom (RFC 4287) and JSON Feed 1.1. */
import { Feed } from "feed";
import { escapeHtml } from "../../lab/report/html.ts";
import type { FeedDocument, FeedEntry } from "./feed-document.ts";

export const FEED_TYPES = { atom: "application/atom+xml; charset=utf-8", json: "application/feed+json; charset=utf-8" } as const;
export type FeedFormat = keyof typeof FEED_TYPES;

const AUTHOR = "Reprise";

/** Writes a feed in a format. */
export function writeFeed(document: FeedDocument, format: FeedFormat): string {
  return format === "atom" ? atom(document) : jsonFeed(document);
}

/** The library marks titles and summaries as HTML and leaves escaping them to its callers. */
function atom({ id, title, description, page, address, updated, entries }: FeedDocument): string {
  const feed = new Feed({ id, title, description, link: page, updated, generator: false, feedLinks: { atom: `${address}.atom` }, author: { name: AUTHOR } });
  for (const entry of entries) {
    feed.addItem({
      id: entry.id,
      title: escapeHtml(entry.title),
      link: entry.url,
      description: htmlOf(entry),
      author: entry.authors.map((name) => ({ name })),
      category: entry.categories.map((term) => ({ term, name: term })),
      published: entry.published,
      date: entry.updated,
    });
  }
  return feed.atom1();
}

/** Written here because the library writes version 1, with one author an entry. */
function jsonFeed({ title, description, page, address, entries }: FeedDocument): string {
  const feed = {
    version: "https://jsonfeed.org/version/1.1",
    title,
    description,
    home_page_url: page,
    feed_url: `${address}.json`,
    language: "en",
    authors: [{ name: AUTHOR }],
    items: entries.map((entry) => ({
      id: entry.id,
      url: entry.url,
      title: entry.title,
      content_html: htmlOf(entry),
      summary: entry.summary,
      date_published: entry.published.toISOString(),
      date_modified: entry.updated.toISOString(),
      ...(entry.authors.length > 0 && { authors: entry.authors.map((name) => ({ name })) }),
      ...(entry.categories.length > 0 && { tags: entry.categories }),
    })),
  };
  return `${JSON.stringify(feed, null, 2)}\n`;
}

function htmlOf({ summary, reasons }: FeedEntry): string {
  const why = reasons.length === 0 ? "" : `<p>Why: ${escapeHtml(reasons.join("; "))}</p>`;
  return `<p>${escapeHtml(summary)}</p>${why}`;
}
