/**
 * arXiv over OAI-PMH, for all that changed in a set, deletions included. "The Open Archives Initiative Protocol for Metadata
 * Harvesting" 2.0, sections 2.5 (deleted records), 3.5 (flow control), 3.6 (errors) and 4.5 (ListRecords); records in
 * arXiv's own format, which has names in parts, categories and licence.
 */
import { z } from "zod";
import { HarvestError, SourceUnavailable } from "../errors.ts";
import { shown } from "../fetcher.ts";
import { arxivIdentifier, normaliseDoi } from "../identifiers.ts";
import { DAY, PageBuilder, baseUrl, dayOf, daySchema, defineSource, parseCursor } from "../source.ts";
import type { Source } from "../source.ts";
import type { RawFacts } from "../sighting.ts";
import { saysWithdrawn } from "../withdrawn.ts";
import { attributeOf, childOf, childText, childrenOf, parseXml, textOf } from "../xml.ts";
import type { XmlElement, XmlNode } from "../xml.ts";

const NAME = "arxiv-oai";
const PAUSE = 3_000;
const FIRST_DAYS = 7;
/** A list of all of arXiv has some 1,000 pages. */
const MOST_PAGES = 20_000;

const options = z.strictObject({
  /** OAI set, such as "cs" or "cs:cs:CL"; null: all of arXiv. */
  set: z.string().regex(/^[\w-]+(?::[\w-]+)*$/u, "expected a set such as cs or cs:cs:CL").nullable().default("cs"),
  until: daySchema.optional(),
  pause: z.number().min(0).default(PAUSE),
  base: baseUrl("https://oaipmh.arxiv.org/oai"),
});
export type ArxivOaiOptions = z.infer<typeof options>;

/** Within a list `token` says what comes next, and `from` where the list began; `latest` is the newest date stamp so far. */
const cursorSchema = z.object({ from: daySchema, token: z.string().nullable(), latest: daySchema.nullable() });
type Cursor = z.infer<typeof cursorSchema>;

interface Answer {
  readonly records: readonly XmlNode[];
  readonly token: string | null;
  readonly errors: ReadonlyMap<string, string>;
}

export const arxivOai: Source = defineSource<ArxivOaiOptions>({
  name: NAME,
  options,
  stateKey: ({ set }) => `${NAME}:${set ?? "all"}`,
  async *pages(fetcher, cursor, { set, until, pause, base }, { now, since }) {
    let state: Cursor = parseCursor(cursorSchema, cursor, NAME, () => ({ from: dayOf(since ?? new Date(now.getTime() - FIRST_DAYS * DAY)), token: null, latest: null }));
    const tokens = new Set<string>();
    let previous = "";
    for (let page = 0; page < MOST_PAGES; page++) {
      const url = addressOf(base, state, { set, until });
      const fetched = await fetcher.get(url, { kind: "xml", pause });
      const answer = answerOf(fetched.changed ? parseXml(fetched.text, shown(url)) : {}, shown(url));
      if (answer.errors.has("badResumptionToken") && state.token !== null) {
        if (page === 0) {
          // Tokens expire. What was stored before the kill stays; the list begins anew at the newest date stamp seen.
          state = { from: state.latest ?? state.from, token: null, latest: state.latest };
          continue;
        }
        throw new SourceUnavailable(`${shown(url)}: the resumption token is no longer taken: ${answer.errors.get("badResumptionToken") ?? ""}; run again to go on`);
      }
      const failure = [...answer.errors].find(([code]) => code !== "noRecordsMatch");
      if (failure) throw new HarvestError(`${shown(url)}: the repository answers ${failure[0]}: ${failure[1]}`);

      const builder = new PageBuilder(NAME);
      const withdrawals: string[] = [];
      answer.records.forEach((record, index) => readRecord(record, `record ${index} of ${shown(url)}`, builder, withdrawals));
      const identifiers = answer.records.map((record) => childText(childOf(record, "header"), "identifier") ?? "").join(" ");
      const latest = answer.records.flatMap((record) => dayStamp(record) ?? []).reduce<string | null>((newest, day) => (newest === null || day > newest ? day : newest), state.latest);
      if (answer.token === null) {
        yield builder.page({ from: latest ?? state.from, token: null, latest: null } satisfies Cursor, { withdrawals, last: true });
        return;
      }
      if (tokens.has(answer.token) || answer.token === state.token || (identifiers !== "" && identifiers === previous)) {
        throw new HarvestError(`${shown(url)}: the list of records does not end: page ${page + 1} has the ${identifiers === previous ? "records of the page before" : "resumption token of an earlier one"}`);
      }
      tokens.add(answer.token);
      previous = identifiers;
      state = { from: state.from, token: answer.token, latest };
      yield builder.page(state, { withdrawals, last: false });
    }
    throw new HarvestError(`${base}: the list of records has more than ${MOST_PAGES} pages; give a later date to start from`);
  },
});

function addressOf(base: string, { from, token }: Cursor, { set, until }: Pick<ArxivOaiOptions, "set" | "until">): URL {
  const url = new URL(base);
  url.searchParams.set("verb", "ListRecords");
  if (token !== null) {
    url.searchParams.set("resumptionToken", token); // exclusive: no other argument goes with it
    return url;
  }
  url.searchParams.set("metadataPrefix", "arXiv");
  url.searchParams.set("from", from);
  if (until !== undefined) url.searchParams.set("until", until);
  if (set !== null) url.searchParams.set("set", set);
  return url;
}

function answerOf(document: XmlElement, where: string): Answer {
  const root = childOf(document, "OAI-PMH");
  if (root === undefined) throw new HarvestError(`${where}: expected an OAI-PMH answer, got <${Object.keys(document)[0] ?? "nothing"}>`);
  const list = childOf(root, "ListRecords");
  const errors = new Map(childrenOf(root, "error").map((error) => [attributeOf(error, "code") ?? "an error without code", textOf(error) ?? "no reason given"]));
  if (list === undefined && errors.size === 0) throw new HarvestError(`${where}: the OAI-PMH answer has neither records nor an error`);
  return { records: childrenOf(list, "record"), token: childText(list, "resumptionToken") ?? null, errors };
}

function dayStamp(record: XmlNode): string | undefined {
  const stamp = childText(childOf(record, "header"), "datestamp")?.slice(0, 10);
  return daySchema.safeParse(stamp).data;
}

function readRecord(record: XmlNode, position: string, builder: PageBuilder, withdrawals: string[]): void {
  const header = childOf(record, "header");
  const identifier = childText(header, "identifier");
  if (attributeOf(header, "status") === "deleted") {
    const deleted = arxivIdentifier(identifier);
    if (deleted === null) builder.report(identifier ?? position, "a deleted record without an arXiv identifier");
    else withdrawals.push(deleted);
    return;
  }
  builder.add(identifier ?? position, () => recordOf(record, identifier));
}

function recordOf(record: XmlNode, identifier: string | undefined): { externalId: string | null; facts: RawFacts } {
  const paper = childOf(childOf(record, "metadata"), "arXiv");
  if (paper === undefined) throw new HarvestError("the record has no metadata in arXiv's format");
  const arxiv = arxivIdentifier(childText(paper, "id") ?? identifier);
  const created = childText(paper, "created");
  const abstract = childText(paper, "abstract");
  return {
    externalId: arxiv,
    facts: {
      title: childText(paper, "title") ?? "",
      abstract,
      authors: childrenOf(childOf(paper, "authors"), "author").map((author) => ["forenames", "keyname", "suffix"].flatMap((part) => childText(author, part) ?? []).join(" ")),
      year: created === undefined ? null : new Date(created).getUTCFullYear() || null,
      venue: childText(paper, "journal-ref"),
      published: created,
      updated: childText(paper, "updated"),
      arxiv,
      doi: normaliseDoi(childText(paper, "doi")?.split(/\s+/u)[0]), // some papers have several
      url: arxiv === null ? null : `https://arxiv.org/abs/${arxiv}`,
      categories: childText(paper, "categories")?.split(/\s+/u) ?? [],
      withdrawn: saysWithdrawn({ comment: childText(paper, "comments"), abstract }),
    },
  };
}
