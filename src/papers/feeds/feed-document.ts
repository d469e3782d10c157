/** A feed before it is written in a format: the same content as Atom and as JSON Feed. */
import { paperUrl, siteUrl } from "../digest/links.ts";
import { headerText } from "../digest/mail-message.ts";
import { summaryOf } from "../digest/summary.ts";
import type { PaperRecord } from "../store/paper-record.ts";

export interface FeedDocument {
  /** A tag URI (RFC 4151), the same whatever the format. */
  readonly id: string;
  readonly title: string;
  readonly description: string;
  /** The page that shows the same. */
  readonly page: string;
  /** The feed itself, without ".atom" or ".json". */
  readonly address: string;
  /** Of the entry changed last; of an empty feed, 1970. */
  readonly updated: Date;
  readonly entries: readonly FeedEntry[];
}

/** All texts are plain, on one line, and may hold any character: formats escape them. */
export interface FeedEntry {
  readonly id: string;
  readonly title: string;
  readonly url: string;
  readonly summary: string;
  /** Why the paper is in the feed. */
  readonly reasons: readonly string[];
  readonly authors: readonly string[];
  readonly categories: readonly string[];
  readonly published: Date;
  readonly updated: Date;
}

export interface FeedHead {
  /** Path below the site's address, such as "feeds/trending-week". */
  readonly path: string;
  readonly title: string;
  readonly description: string;
  /** Path of the page that shows the same. */
  readonly page: string;
}

/** A feed of `papers` in their order. */
export function feedOf({ path, title, description, page }: FeedHead, papers: readonly { readonly paper: PaperRecord; readonly reasons: readonly string[] }[], baseUrl: string): FeedDocument {
  const entries = papers.map(({ paper, reasons }) => entryOf(paper, reasons, baseUrl));
  return {
    id: tagUri(baseUrl, path),
    title: headerText(title, 300),
    description: headerText(description, 500),
    page: siteUrl(baseUrl, page),
    address: siteUrl(baseUrl, path),
    updated: new Date(Math.max(0, ...entries.map(({ updated }) => updated.getTime()))),
    entries,
  };
}

function entryOf(paper: PaperRecord, reasons: readonly string[], baseUrl: string): FeedEntry {
  const published = paper.published ?? new Date(Date.UTC(paper.year ?? 1970, 0, 1));
  return {
    id: tagUri(baseUrl, `papers/${encodeURIComponent(paper.id)}`),
    title: headerText(paper.title, 500),
    url: paperUrl(baseUrl, paper),
    summary: headerText(summaryOf(paper).text, 2000),
    reasons: reasons.map((reason) => headerText(reason, 300)),
    authors: paper.authors.map((name) => headerText(name, 200)).filter((name) => name !== ""),
    categories: paper.family === null ? [] : [paper.family],
    published,
    updated: paper.updated ?? published,
  };
}

function tagUri(baseUrl: string, path: string): string {
  return `tag:${new URL(baseUrl).hostname},2026:${path}`;
}
