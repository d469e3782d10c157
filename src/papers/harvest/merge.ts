/**
 * One paper of all its sightings. A pure function of the set: what came first does not matter, and no field that any source
 * gave is lost to a source that is silent on it.
 */
import { findCard } from "../catalogue/catalogue.ts";
import type { PaperRecord } from "../store/paper-record.ts";
import { compare, titleIdentifier, traitsOf } from "./identity.ts";
import type { Facts, Sighting } from "./sighting.ts";

/** Whom to believe when sources differ, best first. Within a kind, names and then identifiers decide. */
export const SOURCE_ORDER = ["arxiv", "arxiv-oai", "openalex", "hugging-face", "bibtex", "jsonl", "feed", "stored", "catalogue"] as const;

/** What the catalogue says of a paper; no harvest changes it. */
export type CataloguedRow = Pick<PaperRecord, "id" | "slug" | "family" | "title" | "abstract" | "year" | "arxiv" | "keywords" | "modalities" | "runs"> & Pick<Partial<PaperRecord>, "authors" | "venue" | "code">;

/** The part of a stored paper that is the catalogue's; undefined if the paper is not catalogued. */
export function cataloguedPart(stored: PaperRecord): CataloguedRow | undefined {
  if (stored.slug === null) return undefined;
  const { id, slug, family, title, abstract, year, arxiv, keywords, modalities, runs } = stored;
  const { authors, venue, code } = findCard(stored.slug) ?? {};
  return { id, slug, family, title, abstract, year, arxiv, keywords, modalities, runs, ...(authors && { authors }), ...(venue && { venue }), ...(code && { code }) };
}

/**
 * The paper of `sightings`, which must not be empty.
 *
 * Title, abstract, authors, venue, dates, addresses: of the first source that has them. `updated`: the latest. Categories
 * and keywords: all. Withdrawn: if any source says so. Identifiers: of the first source; others stay with their sightings.
 */
export function mergeSightings(sightings: readonly Sighting[], catalogued?: CataloguedRow): PaperRecord {
  const sorted = [...sightings].sort(bySource);
  const facts = sorted.map((sighting) => sighting.facts);
  const [arxiv, doi] = [first(facts, "arxiv"), first(facts, "doi")];
  const published = dateOf(first(facts, "published"));
  const harvested: PaperRecord = {
    id: arxiv !== null ? `arxiv:${arxiv}` : doi !== null ? `doi:${doi}` : (sorted.map((sighting) => titleIdentifier(traitsOf(sighting))).sort(compare)[0] ?? ""),
    slug: null,
    family: null,
    title: first(facts, "title") ?? "",
    abstract: facts.find(({ abstract }) => abstract !== "")?.abstract ?? "",
    authors: facts.find(({ authors }) => authors.length > 0)?.authors ?? [],
    year: first(facts, "year") ?? published?.getUTCFullYear() ?? null,
    venue: first(facts, "venue"),
    published,
    updated: dateOf(facts.flatMap(({ updated }) => updated ?? []).sort(compare).at(-1) ?? null),
    arxiv,
    doi,
    url: first(facts, "url") ?? (arxiv === null ? null : `https://arxiv.org/abs/${arxiv}`),
    code: first(facts, "code"),
    categories: union(facts.map(({ categories }) => categories)),
    keywords: union(facts.map(({ keywords }) => keywords)),
    modalities: [],
    runs: false,
    withdrawn: facts.some(({ withdrawn }) => withdrawn),
  };
  return catalogued ? { ...harvested, ...catalogued } : harvested;
}

/**
 * What one source says of a paper, told twice: the later version (by `updated`, else the one told last) with its gaps filled
 * from the earlier one.
 */
export function retell(earlier: Facts, told: Facts): Facts {
  const stale = earlier.updated !== null && told.updated !== null && told.updated < earlier.updated;
  const [base, top] = stale ? [told, earlier] : [earlier, told];
  return {
    ...top,
    abstract: top.abstract || base.abstract,
    authors: top.authors.length > 0 ? top.authors : base.authors,
    year: top.year ?? base.year,
    venue: top.venue ?? base.venue,
    published: top.published ?? base.published,
    updated: top.updated ?? base.updated,
    arxiv: top.arxiv ?? base.arxiv,
    doi: top.doi ?? base.doi,
    url: top.url ?? base.url,
    code: top.code ?? base.code,
    categories: top.categories.length > 0 ? top.categories : base.categories,
    keywords: top.keywords.length > 0 ? top.keywords : base.keywords,
  };
}

function bySource(a: Sighting, b: Sighting): number {
  return rank(a.source) - rank(b.source) || compare(a.source, b.source) || compare(a.externalId, b.externalId);
}

/** Place of `feed:example.org` and the like in the order of sources; unknown ones come last. */
function rank(source: string): number {
  const place = SOURCE_ORDER.findIndex((name) => source === name || source.startsWith(`${name}:`));
  return place < 0 ? SOURCE_ORDER.length : place;
}

function first<K extends "title" | "year" | "venue" | "published" | "arxiv" | "doi" | "url" | "code">(facts: readonly Facts[], key: K): Facts[K] | null {
  return facts.find((item) => item[key] !== null)?.[key] ?? null;
}

function dateOf(text: string | null): Date | null {
  return text === null ? null : new Date(text);
}

/** All labels once, in the order of the sources; capitals do not make another label. */
function union(lists: readonly (readonly string[])[]): string[] {
  const seen = new Map<string, string>();
  for (const label of lists.flat()) if (!seen.has(label.toLowerCase())) seen.set(label.toLowerCase(), label);
  return [...seen.values()];
}
