import { beforeEach, expect, test } from "vitest";
import { harvest, sourceNamed } from "../../../src/papers/harvest/index.ts";
import type { Database } from "../../../src/papers/store/database.ts";
import { loadCatalogue } from "../../../src/papers/store/catalogue.ts";
import { listPapers, paperById } from "../../../src/papers/store/papers.ts";
import { describeDatabases, emptyTables } from "../support/databases.ts";
import { arxivPage, dailyPaper, oaiPage, work } from "./support/formats.ts";
import type { FakePaper } from "./support/formats.ts";
import { quickFetcher, send, sendJson, withServer } from "./support/server.ts";
import type { Answer } from "./support/server.ts";

const NOW = new Date("2024-04-01T12:00:00Z");
const now = (): Date => NOW;
const FAKES: readonly FakePaper[] = Array.from({ length: 25 }, (_, index) => ({ id: `2403.${String(10_000 + index)}`, title: `An entirely invented result number ${index}`, published: `2024-03-${String(1 + index).padStart(2, "0")}T10:00:00Z` }));

/** arXiv's API with these papers. */
function arxivServer(papers: readonly FakePaper[]): Answer {
  return ({ url }, response) => {
    const start = Number(url.searchParams.get("start"));
    send(response, arxivPage(papers.slice(start, start + Number(url.searchParams.get("max_results"))), { total: papers.length, start }), { type: "application/atom+xml" });
  };
}

/** Everything stored that a second run must not change. */
async function everything(database: Database): Promise<unknown> {
  return {
    papers: await database.query("select * from papers order by id"),
    sources: await database.query("select * from paper_sources order by source, external_id"),
    signals: await database.query("select * from paper_signals order by paper, source, kind, observed_at"),
  };
}

describeDatabases("a harvest", (database) => {
  beforeEach(() => emptyTables(database()));

  test("stores what arXiv lists, page by page, and the same again changes nothing", async () => {
    await withServer(arxivServer(FAKES), async ({ base, requests }) => {
      const settings = { base, pause: 0, pageSize: 10 };
      const first = await harvest(database(), quickFetcher(), sourceNamed("arxiv"), settings, { now, since: new Date("2024-03-01") });
      expect(first).toMatchObject({ pages: 3, records: 25, added: 25, changed: 0, finished: true, problemCount: 0 });
      expect(new URL(requests[0] ?? "", base).searchParams.get("search_query")).toContain("submittedDate:[202403010000 TO 202404011200]");
      const before = await everything(database());
      const second = await harvest(database(), quickFetcher(), sourceNamed("arxiv"), settings, { now, since: new Date("2024-03-01") });
      expect(second).toMatchObject({ records: 25, added: 0, changed: 0, signals: 0 });
      expect(await everything(database())).toEqual(before);
    });
  });

  test("stopped by a maximum it says that there is more, and the next run brings the rest", async () => {
    await withServer(arxivServer(FAKES), async ({ base }) => {
      const run = (maximumRecords?: number) => harvest(database(), quickFetcher(), sourceNamed("arxiv"), { base, pause: 0, pageSize: 10 }, { now, ...(maximumRecords !== undefined && { maximumRecords }) });
      expect(await run(5)).toMatchObject({ pages: 1, added: 10, finished: false });
      expect(await run()).toMatchObject({ pages: 2, added: 15, finished: true });
    });
  });

  test("a feed that did not change is not sent again", async () => {
    const atom = `<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>tag:1</id><title>An entirely invented result</title></entry></feed>`;
    const answer: Answer = ({ headers }, response) => {
      if (headers["if-none-match"] === '"1"') response.writeHead(304).end();
      else send(response, atom, { headers: { etag: '"1"' } });
    };
    await withServer(answer, async ({ base, headers }) => {
      const run = () => harvest(database(), quickFetcher(), sourceNamed("feed"), { url: base, allowPrivate: true, pause: 0 }, { now });
      expect(await run()).toMatchObject({ records: 1, added: 1 });
      expect(await run()).toMatchObject({ records: 0, added: 0, finished: true });
      expect(headers.map((sent) => sent["if-none-match"])).toEqual([undefined, '"1"']);
    });
  });

  test("one paper from arXiv, OAI-PMH, Hugging Face and OpenAlex is one paper with all they know, whatever comes first", async () => {
    const id = "2403.10000";
    const title = "An entirely invented result number 0";
    const answer: Answer = ({ url }, response) => {
      if (url.pathname === "/arxiv") return send(response, arxivPage([{ id, title }], { total: 1 }));
      if (url.pathname === "/oai") return send(response, oaiPage([{ id, title, doi: "10.5555/XYZ.1" }]));
      if (url.pathname === "/hf") return sendJson(response, url.searchParams.get("date") === "2024-04-01" ? [dailyPaper(id, title, { upvotes: 12, repo: "https://github.com/example/result", stars: 3 })] : []);
      return sendJson(response, { meta: { next_cursor: null }, results: [work("W1", title, { doi: "https://doi.org/10.5555/xyz.1", cited_by_count: 4, primary_location: { landing_page_url: "https://doi.org/10.5555/xyz.1", source: { display_name: "Journal of Inventions", type: "journal" } } })] });
    };
    await withServer(answer, async ({ base }) => {
      const steps = [
        ["arxiv", { base: `${base}/arxiv`, pause: 0 }],
        ["arxiv-oai", { base: `${base}/oai`, pause: 0 }],
        ["hugging-face", { base: `${base}/hf`, pause: 0 }],
        ["openalex", { base: `${base}/works`, pause: 0 }],
      ] as const;
      const results: unknown[] = [];
      for (const order of [[0, 1, 2, 3], [3, 2, 1, 0], [2, 3, 0, 1]]) {
        await emptyTables(database());
        for (const index of order) {
          const [name, settings] = steps[index] ?? steps[0];
          await harvest(database(), quickFetcher(), sourceNamed(name), settings, { now });
        }
        const { papers } = await listPapers(database(), {}, { limit: 10 });
        expect(papers).toHaveLength(1);
        results.push({ paper: papers[0], signals: await database().query("select paper, source, kind, value from paper_signals order by source, kind") });
      }
      expect(results[0]).toMatchObject({
        paper: { id: `arxiv:${id}`, doi: "10.5555/xyz.1", venue: "Journal of Inventions", code: "https://github.com/example/result", authors: ["Ada Example"], categories: ["cs.CL", "cs.LG"], keywords: ["attention"], published: new Date("2024-03-01T10:00:00Z") },
        signals: [
          { source: "hugging-face", kind: "comments", value: 0 },
          { source: "hugging-face", kind: "stars", value: 3 },
          { source: "hugging-face", kind: "upvotes", value: 12 },
          { source: "openalex", kind: "citations", value: 4 },
        ],
      });
      expect(results[1]).toEqual(results[0]);
      expect(results[2]).toEqual(results[0]);
    });
  });

  test("a paper of the catalogue keeps its id and its card, and gains dates, authors and signals", async () => {
    await loadCatalogue(database(), ["crossmae"]);
    const before = await paperById(database(), "crossmae");
    const answer: Answer = (_, response) => sendJson(response, { meta: {}, results: [work("W9", "RETHINKING patch dependence, for masked autoencoders", { publication_year: before?.year, cited_by_count: 40 })] });
    await withServer(answer, async ({ base }) => {
      await harvest(database(), quickFetcher(), sourceNamed("openalex"), { base, pause: 0 }, { now });
    });
    await withServer(arxivServer([{ id: before?.arxiv ?? "", title: "Rethinking Patch Dependence for Masked Autoencoders", authors: ["Letian Fu"], published: "2024-01-25T00:00:00Z" }]), async ({ base }) => {
      expect(await harvest(database(), quickFetcher(), sourceNamed("arxiv"), { base, pause: 0 }, { now })).toMatchObject({ added: 0, changed: 1 });
    });
    const after = await paperById(database(), "crossmae");
    expect(after).toEqual({ ...before, authors: before?.authors.length ? before.authors : ["Letian Fu"], published: new Date("2024-01-25T00:00:00Z"), updated: new Date("2024-01-25T00:00:00Z"), categories: ["cs.CL", "cs.LG"] });
    expect(await database().query("select paper, kind, value from paper_signals")).toEqual([{ paper: "crossmae", kind: "citations", value: 40 }]);
    expect(await database().query("select count(*)::int as n from papers where title ilike '%patch dependence%'")).toEqual([{ n: 1 }]);
    expect(await loadCatalogue(database(), ["crossmae"])).toMatchObject({ added: 0, changed: 0 });
  });
});
