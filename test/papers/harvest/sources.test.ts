import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { HarvestError, SourceUnavailable } from "../../../src/papers/harvest/errors.ts";
import { sourceNamed } from "../../../src/papers/harvest/sources/index.ts";
import type { FileSourceName, WebSourceName } from "../../../src/papers/harvest/sources/names.ts";
import type { HarvestPage } from "../../../src/papers/harvest/source.ts";
import { arxivPage, dailyPaper, oaiError, oaiPage, work } from "./support/formats.ts";
import type { FakePaper } from "./support/formats.ts";
import { quickFetcher, send, sendJson, withServer } from "./support/server.ts";
import type { Answer, TestServer } from "./support/server.ts";

const NOW = new Date("2024-04-01T12:00:00Z");
const folder = mkdtempSync(join(tmpdir(), "reprise-harvest-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** All pages of a source. */
async function pagesOf(name: WebSourceName | FileSourceName, settings: object, { cursor = null, since }: { cursor?: string | null; since?: Date } = {}): Promise<HarvestPage[]> {
  const pages: HarvestPage[] = [];
  for await (const page of sourceNamed(name).open(settings).pages(quickFetcher({ retries: 0 }), cursor, { now: NOW, since, validatorsOf: async () => undefined })) pages.push(page);
  return pages;
}

/** All pages of a source that asks a server. */
function served(name: WebSourceName, answer: Answer, options: { cursor?: string; since?: Date; settings?: object } = {}): Promise<{ pages: HarvestPage[]; server: TestServer }> {
  return withServer(answer, async (server) => ({ pages: await pagesOf(name, { [name === "feed" ? "url" : "base"]: `${server.base}/x`, pause: 0, ...(name === "feed" && { allowPrivate: true }), ...options.settings }, options), server }));
}

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const PAPERS: readonly FakePaper[] = [1, 2, 3].map((number) => ({ id: `2403.0000${number}`, title: `An invented result, part ${number}` }));

test("arXiv: reads all fields of an entry", async () => {
  const { pages } = await served("arxiv", (_, response) => send(response, arxivPage([{ id: "2403.00001", title: "A  result\n  on <b> & β", authors: ["Ada Byron", "Jürgen Ö"], abstract: "Two\n lines", published: "2024-03-01T10:00:00Z", updated: "2024-03-05T10:00:00Z", doi: "10.1000/ABC", categories: ["cs.CL"] }], { total: 1 })));
  expect(pages).toHaveLength(1);
  expect(pages[0]).toMatchObject({ last: true, problems: [] });
  expect(pages[0]?.records[0]).toEqual({
    source: "arxiv",
    externalId: "2403.00001",
    observations: [],
    facts: { title: "A result on <b> & β", abstract: "Two lines", authors: ["Ada Byron", "Jürgen Ö"], year: 2024, venue: null, published: "2024-03-01T10:00:00.000Z", updated: "2024-03-05T10:00:00.000Z", arxiv: "2403.00001", doi: "10.1000/abc", url: "https://arxiv.org/abs/2403.00001", code: null, categories: ["cs.CL"], keywords: [], withdrawn: false },
  });
});

test("arXiv: a paper taken back is marked, one about withdrawn drugs is not", async () => {
  const { pages } = await served("arxiv", (_, response) =>
    send(
      response,
      arxivPage(
        [
          { id: "2403.00001", title: "One of them", comment: "This paper has been withdrawn by the author due to an error in Lemma 2" },
          { id: "2403.00002", title: "Two of them", abstract: "This submission has been withdrawn by arXiv administrators." },
          { id: "2403.00003", title: "Three of them", abstract: "We find molecules among drugs that have been withdrawn." },
        ],
        { total: 3 },
      ),
    ),
  );
  expect(pages[0]?.records.map(({ facts }) => facts.withdrawn)).toEqual([true, true, false]);
});

test("arXiv: a bad entry is reported with its place, the others are kept", async () => {
  const { pages } = await served("arxiv", (_, response) => send(response, arxivPage([{ id: "no-identifier", title: "A title" }, { id: "2403.00002", title: " " }, { id: "2403.00003", title: "Bad date", updated: "yesterday" }, ...PAPERS.slice(0, 1)], { total: 4 })));
  expect(pages[0]?.records.map(({ externalId }) => externalId)).toEqual(["2403.00001"]);
  expect(pages[0]?.problems).toEqual([
    { source: "arxiv", position: "http://arxiv.org/abs/no-identifierv1", reason: "the record has no identifier" },
    { source: "arxiv", position: "http://arxiv.org/abs/2403.00002v1", reason: "title: a paper needs a title" },
    { source: "arxiv", position: "http://arxiv.org/abs/2403.00003v1", reason: 'updated: "yesterday" is no date between 1600 and 2200' },
  ]);
});

test("arXiv: an empty page in the middle is asked for again, and thrice empty ends the harvest for now", async () => {
  const { pages, server } = await served("arxiv", ({ count }, response) => send(response, arxivPage(count < 3 ? [] : PAPERS, { total: 3 })));
  expect(pages[0]?.records).toHaveLength(3);
  expect(server.requests).toHaveLength(3);
  await expect(served("arxiv", (_, response) => send(response, arxivPage([], { total: 3 })))).rejects.toThrow(SourceUnavailable);
});

test("arXiv: its error entry, another document and a cut answer are clear errors", async () => {
  const error = `<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>http://arxiv.org/api/errors#bad</id><title>Error</title><summary>incorrect field name</summary></entry></feed>`;
  await expect(served("arxiv", (_, response) => send(response, error, { status: 400 }))).rejects.toThrow(/arXiv refuses the query: incorrect field name/u);
  await expect(served("arxiv", (_, response) => send(response, "<rss/>"))).rejects.toThrow(/expected an Atom feed, got <rss>/u);
  await expect(served("arxiv", (_, response) => send(response, arxivPage(PAPERS, { total: 3 }).slice(0, 900)))).rejects.toThrow(/cut short/u);
});

test("arXiv: goes on at the cursor, and begins the next harvest two days before this one's end", async () => {
  const answer: Answer = ({ url }, response) => {
    const start = Number(url.searchParams.get("start"));
    send(response, arxivPage(PAPERS.slice(start, start + 2), { total: 3, start }));
  };
  const { pages } = await served("arxiv", answer, { settings: { pageSize: 2 } });
  const { pages: rest, server } = await served("arxiv", answer, { settings: { pageSize: 2 }, cursor: pages[0]?.nextCursor ?? "" });
  expect(rest.map(({ records }) => records.map(({ externalId }) => externalId))).toEqual([["2403.00003"]]);
  expect(new URL(server.requests[0] ?? "", server.base).searchParams.get("search_query")).toContain("submittedDate:[202403251200 TO 202404011200]");
  const { server: next } = await served("arxiv", answer, { cursor: rest[0]?.nextCursor ?? "" });
  expect(new URL(next.requests[0] ?? "", next.base).searchParams.get("search_query")).toContain("submittedDate:[202403301200 TO 202404011200]");
});

test("OAI-PMH: follows resumption tokens alone, and starts the next time at the newest date stamp", async () => {
  const { pages, server } = await served("arxiv-oai", ({ url }, response) => send(response, url.searchParams.has("resumptionToken") ? oaiPage(PAPERS.slice(2)) : oaiPage(PAPERS.slice(0, 2), "token & more")), { since: new Date("2024-02-01") });
  expect(pages.flatMap(({ records }) => records.map(({ externalId }) => externalId))).toEqual(PAPERS.map(({ id }) => id));
  expect(server.requests.map((request) => Object.fromEntries(new URL(request, server.base).searchParams))).toEqual([
    { verb: "ListRecords", metadataPrefix: "arXiv", from: "2024-02-01", set: "cs" },
    { verb: "ListRecords", resumptionToken: "token & more" },
  ]);
  expect(JSON.parse(pages.at(-1)?.nextCursor ?? "")).toMatchObject({ from: "2024-03-01", token: null });
});

test("OAI-PMH: deleted records are withdrawals, records without metadata are reported", async () => {
  const broken = oaiPage([{ deleted: "2403.00009" }, ...PAPERS.slice(0, 1)]).replace("</ListRecords>", "<record><header><identifier>oai:arXiv.org:2403.7</identifier></header></record></ListRecords>");
  const { pages } = await served("arxiv-oai", (_, response) => send(response, broken));
  expect(pages[0]).toMatchObject({ withdrawals: ["2403.00009"], problems: [{ position: "oai:arXiv.org:2403.7", reason: "the record has no metadata in arXiv's format" }] });
  expect(pages[0]?.records[0]?.facts).toMatchObject({ authors: ["Ada Example"], categories: ["cs.CL", "cs.LG"], published: "2024-03-01T00:00:00.000Z" });
});

test("OAI-PMH: nothing new is no error, other errors are", async () => {
  const { pages } = await served("arxiv-oai", (_, response) => send(response, oaiError("noRecordsMatch", "none")), { cursor: JSON.stringify({ from: "2024-03-20", token: null, latest: null }) });
  expect(pages).toMatchObject([{ records: [], last: true }]);
  expect(JSON.parse(pages[0]?.nextCursor ?? "")).toMatchObject({ from: "2024-03-20" });
  await expect(served("arxiv-oai", (_, response) => send(response, oaiError("badArgument", "no such set")))).rejects.toThrow(/answers badArgument: no such set/u);
});

test("OAI-PMH: an expired token after a kill begins anew at the newest date stamp seen", async () => {
  const { pages, server } = await served("arxiv-oai", ({ url }, response) => send(response, url.searchParams.has("resumptionToken") ? oaiError("badResumptionToken", "expired") : oaiPage(PAPERS)), { cursor: JSON.stringify({ from: "2024-01-01", token: "old", latest: "2024-02-15" }) });
  expect(pages[0]?.records).toHaveLength(3);
  expect(server.requests[1]).toContain("from=2024-02-15");
});

test.each<[string, (count: number) => string]>([
  ["the same token for ever", (count) => oaiPage([{ id: `2403.1${String(count).padStart(4, "0")}`, title: `Page ${count} of them all` }], "again")],
  ["two tokens in turns", (count) => oaiPage([{ id: `2403.1${String(count).padStart(4, "0")}`, title: `Page ${count} of them all` }], count % 2 ? "odd" : "even")],
  ["new tokens for the same records", (count) => oaiPage(PAPERS, `token ${count}`)],
])("OAI-PMH: a list that does not end is recognised: %s", async (_, page) => {
  await expect(served("arxiv-oai", ({ count }, response) => send(response, page(count)))).rejects.toThrow(/the list of records does not end/u);
});

test("Hugging Face: each day since the cursor, with votes, comments, code and stars", async () => {
  const { pages, server } = await served("hugging-face", ({ url }, response) => sendJson(response, url.searchParams.get("date") === "2024-03-31" ? [dailyPaper("2403.00001", "A paper", { upvotes: 7, comments: 2, repo: "https://github.com/a/b", stars: 5 }), { paper: { id: "x" } }] : []), { since: new Date("2024-03-30"), settings: { lookback: 2 } });
  expect(server.requests.map((request) => new URL(request, server.base).searchParams.get("date"))).toEqual(["2024-03-30", "2024-03-31", "2024-04-01"]);
  expect(pages[1]?.records[0]).toMatchObject({ externalId: "2403.00001", observations: [{ kind: "upvotes", value: 7 }, { kind: "comments", value: 2 }, { kind: "stars", value: 5 }], facts: { code: "https://github.com/a/b", keywords: ["attention"] } });
  expect(pages[1]?.problems).toMatchObject([{ position: "2024-03-31, page 0, position 1", reason: expect.stringContaining("paper.title") as string }]);
  expect(pages[2]).toMatchObject({ last: true, nextCursor: JSON.stringify({ day: "2024-03-30", page: 0 }) });
});

test("Hugging Face: pages through a long day, and a server that ignores the page is no endless loop", async () => {
  const { pages, server } = await served("hugging-face", (_, response) => sendJson(response, [dailyPaper("2403.00001", "A paper")]), { settings: { lookback: 0, pageSize: 1 } });
  expect(server.requests).toHaveLength(2);
  expect(pages.at(-1)?.last).toBe(true);
});

test("OpenAlex: abstract from its index, venue, arXiv identifier from a location, citations", async () => {
  const { pages, server } = await served(
    "openalex",
    (_, response) =>
      sendJson(response, {
        meta: { next_cursor: null },
        results: [
          work("W1", "On <i>attention</i>", {
            doi: "https://doi.org/10.1000/ABC",
            abstract_inverted_index: { We: [0], read: [1, 3], "&amp;": [2], twice: [4] },
            primary_location: { landing_page_url: "https://doi.org/10.1000/ABC", source: { display_name: "arXiv (Cornell University)", type: "repository" } },
            locations: [{ landing_page_url: "http://arxiv.org/abs/2403.00001", source: null }, { landing_page_url: null, source: { display_name: "ACL", type: "conference" } }],
            cited_by_count: 9,
            is_retracted: true,
            keywords: [{ id: "x", display_name: "Attention" }],
          }),
          work("W2", null),
        ],
      }),
    { settings: { mailto: "me@example.org", apiKey: "k" } },
  );
  expect(pages[0]?.records[0]).toMatchObject({ externalId: "W1", observations: [{ kind: "citations", value: 9 }], facts: { title: "On attention", abstract: "We read & read twice", venue: "ACL", arxiv: "2403.00001", doi: "10.1000/abc", keywords: ["attention"], withdrawn: true } });
  expect(pages[0]?.problems).toEqual([{ source: "openalex", position: "https://openalex.org/W2", reason: "title: the work has no title" }]);
  expect(Object.fromEntries(new URL(server.requests[0] ?? "", server.base).searchParams)).toMatchObject({ cursor: "*", mailto: "me@example.org", api_key: "k", filter: expect.stringContaining("from_publication_date:2024-03-02") as string });
});

test("OpenAlex: a missing key, a cursor that comes again and another format are clear errors without the key in them", async () => {
  const refused = await served("openalex", (_, response) => sendJson(response, { error: "Unauthorized", message: "cursor paging needs a key" }, 401), { settings: { apiKey: "very-secret" } }).catch((error: unknown) => error);
  expect(String(refused)).toMatch(/cursor paging needs a key; set REPRISE_OPENALEX_KEY/u);
  expect(String(refused)).not.toContain("very-secret");
  await expect(served("openalex", (_, response) => sendJson(response, { meta: { next_cursor: "same" }, results: [work("W1", "A title")] }))).rejects.toThrow(/does not end/u);
  await expect(served("openalex", (_, response) => sendJson(response, { works: [] }))).rejects.toThrow(/the format may have changed/u);
});

test.each<[string, string]>([
  [
    "Atom",
    `<feed xmlns="http://www.w3.org/2005/Atom"><title>F</title><entry><id>tag:example.org,2024:1</id><title type="html">A &lt;i&gt;fine&lt;/i&gt; paper</title><link rel="self" href="https://example.org/self"/><link href="https://arxiv.org/abs/2403.00001"/><published>2024-03-01T00:00:00Z</published><updated>2024-03-02T00:00:00Z</updated><author><name>Ada Byron</name></author><summary type="html">&lt;p&gt;One &amp;amp; two&lt;/p&gt;&lt;script&gt;alert(1)&lt;/script&gt;</summary><category term="nets"/></entry></feed>`,
  ],
  [
    "RSS 2.0",
    `<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>F</title><item><guid isPermaLink="false">tag:example.org,2024:1</guid><title>A fine paper</title><link>https://arxiv.org/abs/2403.00001</link><pubDate>Fri, 01 Mar 2024 00:00:00 GMT</pubDate><dc:creator>Ada Byron</dc:creator><description><![CDATA[<p>One &amp; two</p>]]></description><category>nets</category></item></channel></rss>`,
  ],
  [
    "RSS 1.0",
    `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns="http://purl.org/rss/1.0/"><channel rdf:about="https://example.org"/><item rdf:about="tag:example.org,2024:1"><title>A fine paper</title><link>https://arxiv.org/abs/2403.00001</link><dc:date>2024-03-01</dc:date><dc:creator>Ada Byron</dc:creator><description>One &amp;amp; two</description><category>nets</category></item></rdf:RDF>`,
  ],
])("feed: %s", async (_, document) => {
  const { pages } = await served("feed", (_request, response) => send(response, document, { headers: { etag: '"1"' } }));
  expect(pages).toHaveLength(1);
  expect(pages[0]).toMatchObject({ problems: [], last: true, validators: { etag: '"1"' } });
  expect(pages[0]?.records[0]).toMatchObject({ externalId: "tag:example.org,2024:1", facts: { title: "A fine paper", abstract: "One & two", authors: ["Ada Byron"], arxiv: "2403.00001", published: "2024-03-01T00:00:00.000Z", categories: ["nets"], url: "https://arxiv.org/abs/2403.00001" } });
});

test("feed: addresses inside are refused unless allowed, and so is what is no feed", async () => {
  await withServer((_, response) => send(response, "<opml/>"), async ({ base }) => {
    await expect(pagesOf("feed", { url: base })).rejects.toThrow(/no public address/u);
    await expect(pagesOf("feed", { url: base, allowPrivate: true })).rejects.toThrow(/expected an Atom or RSS feed, got <opml>/u);
  });
  await expect(pagesOf("feed", { url: "ftp://example.org/feed" })).rejects.toThrow(/expected an http or https address/u);
});

test("BibTeX: names, accents, macros and arXiv identifiers; a broken entry is reported, the others are kept", async () => {
  const path = file(
    "refs.bib",
    `@string{acl = "Annual Meeting of the ACL"}
@comment{not an entry}
@inproceedings{byron2020, title = {{BERT} and {\\"U}bung: {P}art $n^2$}, author = {van der Berg, Anna and M{\\"u}ller, J{\\'o}zef and others}, booktitle = acl, year = 2020, doi = {10.1000/ABC}, keywords = {nets, words}, url = {https://example.org/a_b}}
@article{preprint, title={A preprint}, author={Ada Byron}, journal={arXiv preprint arXiv:2403.00001}, year={2024}}
@misc{eprint, title={An e-print}, eprint={2403.00002v2}, archivePrefix={arXiv}, year={2024}}
@article{untitled, author={Nobody}}
@article{broken, title={Never closed, author={X}
@article{after, title={After the broken one}, year={1999}}
`,
  );
  const [page] = await pagesOf("bibtex", { file: path });
  expect(page?.records.map(({ externalId, facts: { title, authors, year, venue, arxiv, doi } }) => ({ externalId, title, authors, year, venue, arxiv, doi }))).toEqual([
    { externalId: "byron2020", title: "BERT and Übung: Part n²", authors: ["Anna van der Berg", "Józef Müller"], year: 2020, venue: "Annual Meeting of the ACL", arxiv: null, doi: "10.1000/abc" },
    { externalId: "preprint", title: "A preprint", authors: ["Ada Byron"], year: 2024, venue: null, arxiv: "2403.00001", doi: null },
    { externalId: "eprint", title: "An e-print", authors: [], year: 2024, venue: null, arxiv: "2403.00002", doi: null },
    { externalId: "after", title: "After the broken one", authors: [], year: 1999, venue: null, arxiv: null, doi: null },
  ]);
  expect(page).toMatchObject({ source: "bibtex:refs.bib", problems: [{ reason: expect.stringContaining("Unterminated") as string }, { position: "untitled", reason: "title: a paper needs a title" }] });
});

test("JSONL: every mistake is named with its line, and the rest is kept", async () => {
  const path = file(
    "papers.jsonl",
    ['{"title": "One", "authors": ["Ada Byron"], "year": 2020, "arxiv": "arXiv:2403.00001v2", "citations": 5}', "", '{"title": "Two", "doi": "https://doi.org/10.48550/arXiv.2403.00002"}', "{broken", '{"title": "Four", "tilte": "x"}', '{"title": "Five", "doi": "10.x"}', '{"title": "Six", "stars": -1}', '{"title": "Seven\\u0000\\ud800 <b>"}'].join("\r\n"),
  );
  const [page] = await pagesOf("jsonl", { file: path });
  expect(page?.records.map(({ externalId, facts, observations }) => [facts.title, facts.arxiv, externalId.length > 12 ? "hash" : externalId, observations])).toEqual([
    ["One", "2403.00001", "2403.00001", [{ kind: "citations", value: 5 }]],
    ["Two", "2403.00002", "hash", []],
    ["Six", null, "hash", []],
    ["Seven\ufffd <b>", null, "hash", []],
  ]);
  expect(page?.problems.map(({ position, reason }) => `${position}: ${reason}`)).toEqual([expect.stringMatching(/^line 4: .*JSON/u), expect.stringMatching(/^line 5: .*tilte/u), 'line 6: "10.x" is no DOI', "line 7: stars is -1, which is no count; the paper was taken without it"]);
});

test("files: missing, not UTF-8, and a folder are clear errors; long ones come in pages", async () => {
  await expect(pagesOf("jsonl", { file: join(folder, "nowhere.jsonl") })).rejects.toThrow(/there is no such file/u);
  await expect(pagesOf("bibtex", { file: folder })).rejects.toThrow(/is not a file/u);
  await expect(pagesOf("jsonl", { file: file("latin1.jsonl", Buffer.from('{"title": "Grüße"}', "latin1")) })).rejects.toThrow(/is not UTF-8/u);
  const pages = await pagesOf("jsonl", { file: file("long.jsonl", Array.from({ length: 401 }, (_, index) => `{"title": "Number ${index}"}`).join("\n")) });
  expect(pages.map(({ records, last }) => [records.length, last])).toEqual([[200, false], [200, false], [1, true]]);
});

test("settings and cursors that do not fit are refused by name", async () => {
  expect(() => sourceNamed("arxiv").open({ categories: ["cs CL"], pagesize: 3 })).toThrow(HarvestError);
  expect(() => sourceNamed("arxiv").open({ categories: ["cs CL"] })).toThrow(/categories\.0: expected a category such as cs\.CL/u);
  await expect(pagesOf("arxiv", {}, { cursor: "{}" })).rejects.toThrow(/arxiv: the stored cursor \{\} cannot be read; give a date/u);
});
