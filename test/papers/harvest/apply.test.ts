import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, expect, test } from "vitest";
import { adoptPapers, applyPage } from "../../../src/papers/harvest/apply.ts";
import { harvest, harvestHandlerWith, sourceNamed } from "../../../src/papers/harvest/index.ts";
import { factsSchema } from "../../../src/papers/harvest/sighting.ts";
import type { Observation, RawFacts } from "../../../src/papers/harvest/sighting.ts";
import type { Database } from "../../../src/papers/store/database.ts";
import { loadCatalogue } from "../../../src/papers/store/catalogue.ts";
import { upsertPapers } from "../../../src/papers/store/papers.ts";
import { ENCODE_KEY, PermanentFailure } from "../../../src/papers/queue/job.ts";
import { Queue } from "../../../src/papers/queue/queue.ts";
import { scheduleHarvests } from "../../../src/papers/harvest/schedule.ts";
import { describeDatabases, emptyTables } from "../support/databases.ts";
import { paper } from "../support/paper.ts";
import { dailyPaper, oaiPage } from "./support/formats.ts";
import { quickFetcher, send, sendJson, withServer } from "./support/server.ts";

const NOW = new Date("2024-04-01T12:00:00Z");
const TITLE = "An entirely invented result";
const folder = mkdtempSync(join(tmpdir(), "reprise-harvest-"));
afterAll(() => rmSync(folder, { recursive: true }));

interface Told extends Partial<RawFacts> {
  readonly externalId: string;
  readonly observations?: readonly Observation[];
}

/** Stores what `source` tells. */
async function tell(database: Database, source: string, told: readonly Told[], { withdrawals = [], now = NOW }: { withdrawals?: readonly string[]; now?: Date } = {}): ReturnType<typeof applyPage> {
  return database.transaction(async (connection) => {
    await adoptPapers(connection, now);
    const records = told.map(({ externalId, observations = [], ...facts }) => ({ source, externalId, observations, facts: factsSchema.parse({ title: TITLE, ...facts }) }));
    return applyPage(connection, { source, records, withdrawals }, now);
  });
}

async function column(database: Database, sql: string): Promise<unknown[]> {
  return (await database.query(sql)).map((row) => Object.values(row)[0]);
}

describeDatabases("applying a page", (database) => {
  beforeEach(() => emptyTables(database()));

  test("a paper that gets an identifier gets another id; what refers to it follows, and its old id leads on", async () => {
    await tell(database(), "bibtex:refs.bib", [{ externalId: "k", authors: ["Ada Byron"], year: 2024, observations: [{ kind: "stars", value: 3 }] }]);
    const [old] = await column(database(), "select id from papers");
    expect(old).toMatch(/^title:[0-9a-f]{20}$/u);
    expect(await tell(database(), "arxiv", [{ externalId: "2403.00001", arxiv: "2403.00001", authors: ["Ada Byron"], year: 2024, abstract: "Now with an abstract" }])).toMatchObject({ added: 0, joined: 0 });
    expect(await database().query("select id, abstract from papers")).toEqual([{ id: "arxiv:2403.00001", abstract: "Now with an abstract" }]);
    expect(await column(database(), "select paper from paper_signals")).toEqual(["arxiv:2403.00001"]);
    expect(await database().query("select alias, paper from paper_aliases")).toEqual([{ alias: old, paper: "arxiv:2403.00001" }]);
  });

  test("two papers that turn out to be one become one, with the stars of both readers and no reader's star twice", async () => {
    await database().execute("create table stars (reader text, paper text references papers (id) on update cascade on delete cascade, primary key (reader, paper))");
    try {
      await tell(database(), "arxiv", [{ externalId: "2403.00001", arxiv: "2403.00001", title: "The title of the preprint" }]);
      await tell(database(), "openalex", [{ externalId: "W1", doi: "10.1000/a", title: "The title in the journal", venue: "Journal" }]);
      await database().query("insert into stars values ('ada', 'arxiv:2403.00001'), ('ada', 'doi:10.1000/a'), ('alan', 'doi:10.1000/a')");
      expect(await tell(database(), "arxiv-oai", [{ externalId: "2403.00001", arxiv: "2403.00001", doi: "10.1000/a", title: "The title of the preprint" }])).toMatchObject({ added: 0, joined: 1 });
      expect(await database().query("select id, doi, venue from papers")).toEqual([{ id: "arxiv:2403.00001", doi: "10.1000/a", venue: "Journal" }]);
      expect(await database().query("select reader, paper from stars order by reader")).toEqual([{ reader: "ada", paper: "arxiv:2403.00001" }, { reader: "alan", paper: "arxiv:2403.00001" }]);
      expect(await database().query("select alias, paper from paper_aliases")).toEqual([{ alias: "doi:10.1000/a", paper: "arxiv:2403.00001" }]);
    } finally {
      await database().execute("drop table stars");
    }
  });

  test("a sighting that learns its identifier leaves the paper it was taken for", async () => {
    await tell(database(), "arxiv", [{ externalId: "2403.00001", arxiv: "2403.00001", year: 2024 }]);
    await tell(database(), "openalex", [{ externalId: "W1", year: 2024, venue: "Journal" }]);
    expect(await column(database(), "select count(*) from papers")).toEqual([1]);
    await tell(database(), "openalex", [{ externalId: "W1", year: 2024, venue: "Journal", arxiv: "2403.00002" }]);
    expect(await database().query("select id, venue from papers order by id")).toEqual([{ id: "arxiv:2403.00001", venue: null }, { id: "arxiv:2403.00002", venue: "Journal" }]);
  });

  test("one DOI given to two papers of arXiv is kept by one, and nothing fails", async () => {
    await tell(database(), "arxiv", [{ externalId: "2403.00001", arxiv: "2403.00001", doi: "10.1000/a" }, { externalId: "2403.00002", arxiv: "2403.00002", title: "Quite another result than that", doi: "10.1000/a" }]);
    expect(await database().query("select id, doi from papers order by id")).toEqual([{ id: "arxiv:2403.00001", doi: "10.1000/a" }, { id: "arxiv:2403.00002", doi: null }]);
  });

  test("the same paper twice on a page, in two versions, is one paper", async () => {
    expect(await tell(database(), "openalex", [{ externalId: "W1", doi: "10.1000/a", observations: [{ kind: "citations", value: 4 }] }, { externalId: "W2", doi: "10.1000/a", observations: [{ kind: "citations", value: 9 }] }])).toMatchObject({ added: 1, signals: 1 });
    expect(await column(database(), "select value from paper_signals")).toEqual([9]);
  });

  test("a signal is stored when it changes, with the time it was seen", async () => {
    const later = new Date(NOW.getTime() + 3_600_000);
    for (const [value, now] of [[4, NOW], [4, later], [5, later]] as const) await tell(database(), "openalex", [{ externalId: "W1", doi: "10.1000/a", observations: [{ kind: "citations", value }] }], { now });
    expect(await database().query("select value, observed_at from paper_signals order by value")).toEqual([{ value: 4, observed_at: NOW }, { value: 5, observed_at: later }]);
  });

  test("a deleted record marks the paper withdrawn, whichever source brought it, once; unknown ones do not matter", async () => {
    await tell(database(), "arxiv", [{ externalId: "2403.00001", arxiv: "2403.00001" }]);
    await withServer((_, response) => send(response, oaiPage([{ deleted: "2403.00001" }, { deleted: "2403.99999" }])), async ({ base }) => {
      const run = () => harvest(database(), quickFetcher(), sourceNamed("arxiv-oai"), { base, pause: 0 }, { now: () => NOW });
      expect(await run()).toMatchObject({ withdrawn: 1, changed: 1 });
      const [changed] = await column(database(), "select changed_at from papers where withdrawn");
      expect(changed).toBeInstanceOf(Date);
      expect(await run()).toMatchObject({ withdrawn: 0, changed: 0 });
      expect(await column(database(), "select changed_at from papers where withdrawn")).toEqual([changed]);
    });
  });

  test("a title without identifier is recognised as the catalogue's paper, however it is spelled", async () => {
    await loadCatalogue(database(), []);
    const papers = await column(database(), "select count(*) from papers");
    const [year] = await column(database(), "select year from papers where id = 'crossmae'");
    await tell(database(), "bibtex:refs.bib", [{ externalId: "k", title: "{Rethinking} Patch-Dependence for Masked Auto-encoders", authors: ["Somebody"], year: Number(year) }]);
    expect(await column(database(), "select count(*) from papers")).toEqual(papers);
    expect(await column(database(), "select paper from paper_sources where source = 'bibtex:refs.bib'")).toEqual(["crossmae"]);
  });

  test("a paper stored by other means is recognised and keeps what it has", async () => {
    await upsertPapers(database(), [paper("doi:10.1000/a", { doi: "10.1000/a", title: TITLE, code: "https://github.com/a/b" })]);
    await tell(database(), "arxiv", [{ externalId: "2403.00001", arxiv: "2403.00001", doi: "10.1000/a" }]);
    expect(await database().query("select id, doi, code from papers")).toEqual([{ id: "arxiv:2403.00001", doi: "10.1000/a", code: "https://github.com/a/b" }]);
  });

  test("a title with a script in it is stored as text, and characters that Postgres cannot store are gone", async () => {
    await tell(database(), "feed:example.org", [{ externalId: "1", title: "A <script>alert(1)</script>\u0000 title", abstract: "x'); drop table papers; --" }]);
    expect(await database().query("select title, abstract from papers")).toEqual([{ title: "A <script>alert(1)</script> title", abstract: "x'); drop table papers; --" }]);
  });

  test("an import counts its problems and stores the rest; importing again changes nothing", async () => {
    const path = join(folder, "papers.jsonl");
    writeFileSync(path, ["{broken", ...Array.from({ length: 250 }, (_, index) => JSON.stringify({ title: `Invented result number ${index}`, year: 2024 }))].join("\n"));
    const run = () => harvest(database(), quickFetcher(), sourceNamed("jsonl"), { file: path }, { resume: false, now: () => NOW });
    expect(await run()).toMatchObject({ source: "jsonl:papers.jsonl", pages: 2, records: 250, added: 250, problemCount: 1, problems: [{ position: "line 1" }], finished: true });
    expect(await run()).toMatchObject({ records: 250, added: 0, changed: 0 });
    expect(await column(database(), "select count(*) from harvest_cursors")).toEqual([0]);
  });

  test("two harvests that store at once make one paper of one paper", async () => {
    await Promise.all([tell(database(), "arxiv", [{ externalId: "2403.00001", arxiv: "2403.00001" }]), tell(database(), "hugging-face", [{ externalId: "2403.00001", arxiv: "2403.00001" }])]);
    expect(await column(database(), "select count(*) from papers")).toEqual([1]);
    expect(await column(database(), "select count(*) from paper_sources where paper = 'arxiv:2403.00001'")).toEqual([2]);
  });

  test("daily harvests are one job a source and day, whoever asks for them", async () => {
    const queue = new Queue(database());
    const keys = (): Promise<unknown[]> => column(database(), "select key from jobs where kind = 'harvest' order by key");
    await Promise.all([1, 2, 3].map(() => scheduleHarvests(queue, ["arxiv", "hugging-face"], new Date("2026-03-10T23:59:00Z"))));
    expect(await keys()).toEqual(["arxiv 2026-03-10", "hugging-face 2026-03-10"]);
    await scheduleHarvests(queue, ["arxiv"], new Date("2026-03-11T00:01:00Z"));
    expect(await keys()).toEqual(["arxiv 2026-03-10", "arxiv 2026-03-11", "hugging-face 2026-03-10"]);
    await database().query("delete from jobs");
  });

  test("a job of the queue harvests; one that is no harvest job is given up at once", async () => {
    const queue = new Queue(database());
    const handler = harvestHandlerWith(async () => quickFetcher());
    const context = { database: database(), queue, job: { id: 1, kind: "harvest", key: "k", payload: null, attempt: 1, lease: "l" }, signal: new AbortController().signal } as const;
    await withServer((_, response) => sendJson(response, [dailyPaper("2403.00001", TITLE)]), async ({ base }) => {
      await handler({ source: "hugging-face", options: { base, pause: 0, lookback: 0 } }, context);
    });
    expect(await column(database(), "select id from papers")).toEqual(["arxiv:2403.00001"]);
    expect(await column(database(), "select kind || ' ' || key from jobs")).toEqual([`encode ${ENCODE_KEY}`]); // what came is encoded next
    await expect(handler({ source: "gopher" }, context)).rejects.toThrow(PermanentFailure);
    await expect(handler({ source: "feed", options: { url: "gopher://x" } }, context)).rejects.toThrow(PermanentFailure);
  });
});
