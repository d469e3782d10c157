/**
 * Any Atom or RSS feed, of a journal, a laboratory or arXiv. Atom: RFC 4287. RSS 2.0, and 1.0 with Dublin Core. A feed is
 * one page; it is asked for again only if it changed.
 */
import { z } from "zod";
import { HarvestError } from "../errors.ts";
import { shown } from "../fetcher.ts";
import { arxivIdentifier, normaliseDoi } from "../identifiers.ts";
import { textOfHtml } from "../plain-text.ts";
import { PageBuilder, defineSource } from "../source.ts";
import type { Source } from "../source.ts";
import type { RawFacts } from "../sighting.ts";
import { attributeOf, childOf, childText, childrenOf, parseXml, textOf } from "../xml.ts";
import type { XmlElement, XmlNode } from "../xml.ts";

const options = z.strictObject({
  url: z.url({ protocol: /^https?$/u, error: "expected an http or https address" }),
  /** Whether the feed may be in a private network. */
  allowPrivate: z.boolean().default(false),
  pause: z.number().min(0).default(1_000),
});
export type FeedOptions = z.infer<typeof options>;

/** arXiv's own feeds put this before the abstract. */
const ARXIV_ANNOUNCEMENT = /^arXiv:\S+\s+Announce Type:\s*\S+\s+(?:Abstract:\s*)?/u;

export const feed: Source = defineSource<FeedOptions>({
  name: "feed",
  options,
  stateKey: ({ url }) => `feed:${url}`,
  async *pages(fetcher, cursor, { url: address, allowPrivate, pause }, { validatorsOf }) {
    const url = new URL(address);
    const builder = new PageBuilder(`feed:${url.host}`);
    const validators = cursor === null ? undefined : await validatorsOf(address);
    const answer = await fetcher.get(url, { kind: "xml", pause, publicOnly: !allowPrivate, ...(validators && { validators }) });
    if (!answer.changed) {
      yield builder.page({}, { last: true });
      return;
    }
    const document = parseXml(answer.text, shown(url));
    const { entries, read } = entriesOf(document, shown(url));
    entries.forEach((entry, index) => builder.add(childText(entry, "id") ?? childText(entry, "guid") ?? `entry ${index} of ${shown(url)}`, () => read(entry)));
    yield builder.page({}, { last: true, validators: { url: address, ...answer.validators } });
  },
});

type Read = (entry: XmlNode) => { externalId: string | undefined; facts: RawFacts };

function entriesOf(document: XmlElement, where: string): { entries: readonly XmlNode[]; read: Read } {
  const atom = childOf(document, "feed");
  if (atom !== undefined) return { entries: childrenOf(atom, "entry"), read: readAtom };
  const rss = childOf(document, "rss");
  if (rss !== undefined) return { entries: childrenOf(childOf(rss, "channel"), "item"), read: readRss };
  const rdf = childOf(document, "RDF");
  if (rdf !== undefined) return { entries: childrenOf(rdf, "item"), read: readRss };
  throw new HarvestError(`${where}: expected an Atom or RSS feed, got <${Object.keys(document)[0] ?? "nothing"}>`);
}

function readAtom(entry: XmlNode): ReturnType<Read> {
  const links = childrenOf(entry, "link");
  const link = attributeOf(links.find((item) => (attributeOf(item, "rel") ?? "alternate") === "alternate") ?? links[0], "href");
  return factsOf({
    identifier: childText(entry, "id"),
    link,
    title: allText(childOf(entry, "title")),
    summary: allText(childOf(entry, "summary")) ?? allText(childOf(entry, "content")),
    authors: childrenOf(entry, "author").flatMap((author) => childText(author, "name") ?? []),
    published: childText(entry, "published"),
    updated: childText(entry, "updated"),
    doi: childText(entry, "doi"),
    categories: childrenOf(entry, "category").flatMap((category) => attributeOf(category, "term") ?? []),
  });
}

function readRss(item: XmlNode): ReturnType<Read> {
  const creators = childrenOf(item, "creator").flatMap((creator) => textOf(creator) ?? []);
  return factsOf({
    identifier: childText(item, "guid") ?? attributeOf(item, "about"),
    link: childText(item, "link"),
    title: childText(item, "title"),
    summary: childText(item, "description") ?? childText(item, "encoded"),
    authors: creators.length > 0 ? creators.flatMap((names) => names.split(/,\s+|\s+and\s+/u)) : childrenOf(item, "author").flatMap((author) => personOf(textOf(author)) ?? []),
    published: childText(item, "pubDate") ?? childText(item, "date"),
    updated: undefined,
    doi: childText(item, "doi") ?? childText(item, "identifier"),
    categories: childrenOf(item, "category").flatMap((category) => textOf(category) ?? []),
  });
}

interface Entry {
  readonly identifier: string | undefined;
  readonly link: string | undefined;
  readonly title: string | undefined;
  readonly summary: string | undefined;
  readonly authors: readonly string[];
  readonly published: string | undefined;
  readonly updated: string | undefined;
  readonly doi: string | undefined;
  readonly categories: readonly string[];
}

function factsOf({ identifier, link, title, summary, authors, published, updated, doi, categories }: Entry): ReturnType<Read> {
  const names = [identifier, link, doi];
  const arxiv = names.map(arxivIdentifier).find((name) => name !== null) ?? null;
  const year = published === undefined ? undefined : new Date(published).getUTCFullYear();
  return {
    externalId: identifier ?? link,
    facts: {
      title: textOfHtml(title ?? ""),
      abstract: textOfHtml(summary ?? "").replace(ARXIV_ANNOUNCEMENT, ""),
      authors: authors.map((author) => textOfHtml(author)),
      published,
      updated,
      year: year || null,
      arxiv,
      doi: names.map(normaliseDoi).find((name) => name !== null) ?? null,
      url: link,
      categories: [...categories],
    },
  };
}

/** RSS gives "address (name)". Addresses are not kept. */
function personOf(author: string | undefined): string | undefined {
  const name = /\(([^)]+)\)/u.exec(author ?? "")?.[1] ?? author;
  return name?.includes("@") ? undefined : name;
}

/** All text in an element, as of titles in XHTML. */
function allText(node: XmlNode | undefined): string | undefined {
  if (node === undefined || typeof node === "string") return textOf(node);
  const parts = Object.entries(node).flatMap(([name, value]) => (name.startsWith("@") ? [] : [value].flat().flatMap((child) => allText(child) ?? [])));
  return parts.length > 0 ? parts.join(" ") : undefined;
}
