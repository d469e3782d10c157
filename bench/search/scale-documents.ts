/** Real documents on the embedded database: how fast they are stored and encoded, and how long people wait for answers. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import "../../src/data/index.ts";
import { debDescriptions } from "../../src/data/sources/deb-description.ts";
import type { PackageDescription } from "../../src/data/sources/deb-description.ts";
import { RandomStream } from "../../src/engine/index.ts";
import { encodePapers } from "../../src/papers/search/encode-papers.ts";
import { PaperSearch } from "../../src/papers/search/paper-search.ts";
import type { FollowerOptions } from "../../src/papers/search/index-follower.ts";
import type { SearchFilters } from "../../src/papers/search/port.ts";
import { openDatabase } from "../../src/papers/store/open.ts";
import type { PaperRecord } from "../../src/papers/store/paper-record.ts";
import { upsertPapers } from "../../src/papers/store/papers.ts";
import { timesOf } from "./percentiles.ts";
import type { Times } from "./percentiles.ts";
import { scaleModels } from "./scale-models.ts";

export interface DocumentsOptions extends FollowerOptions {
  readonly documents: number;
  readonly users: number;
  readonly seconds: number;
  readonly models: string | undefined;
}

const STORED_AT_ONCE = 1000;
const KEYSTROKES = 2000;

export async function documentsAtScale({ documents, users, seconds, models: directory, lexical, neighbours }: DocumentsOptions): Promise<Readonly<Record<string, unknown>>> {
  const { records, twinOf } = await debDescriptions.load();
  const chosen = records.filter((_, i) => twinOf[i] === -1);
  if (documents > chosen.length) process.stderr.write(`there are ${chosen.length} different descriptions; near-twins fill up to ${Math.min(documents, records.length)}\n`);
  const papers = [...chosen, ...records.filter((_, i) => twinOf[i] !== -1)].slice(0, documents).map(asPaper);
  const place = await mkdtemp(join(tmpdir(), "reprise-scale-"));
  const database = await openDatabase({ directory: place });
  const models = await scaleModels(directory);
  try {
    const store = await timed(async () => {
      for (let start = 0; start < papers.length; start += STORED_AT_ONCE) await upsertPapers(database, papers.slice(start, start + STORED_AT_ONCE));
    });
    let shown = 0;
    const encode = await timed(() => encodePapers(database, models.encoder, { onProgress: ({ papers: done, total }) => done - shown >= 1000 && process.stderr.write(`${(shown = done)} of ${total} encoded\n`) }));
    const before = process.memoryUsage().rss;
    let search: PaperSearch | undefined;
    const open = await timed(async () => void (search = await PaperSearch.open(database, models, { kept: 0, ...(lexical && { lexical }), ...(neighbours && { neighbours }) })));
    const opened = search as unknown as PaperSearch;
    const status = opened.status();
    const memory = (process.memoryUsage().rss - before) / 2 ** 20;
    const questions = questionsFrom(papers);
    const waits: Record<string, Times> = {};
    for (const stages of ["lexical", "dense", "hybrid", "full"] as const) waits[stages] = await crowd(users, seconds, async (i) => void (await opened.search(questions[i % questions.length] as string, filtersOf(i), 10, stages)));
    waits["keystroke, one user"] = await keystrokes(opened, questions);
    await opened.close();
    const [size] = await database.query<{ bytes: number }>("select pg_database_size(current_database()) as bytes");
    return {
      documents: papers.length,
      ...status,
      "documents stored a second": (1000 * papers.length) / store,
      "documents encoded a second": (1000 * papers.length) / encode,
      "seconds to open": open / 1000,
      "MiB of indexes in the process": memory,
      "MiB of the database": (size?.bytes ?? 0) / 2 ** 20,
      [`milliseconds, ${users} users at once`]: waits,
    };
  } finally {
    await models.release();
    await database.close();
    await rm(place, { recursive: true, force: true });
  }
}

function asPaper({ name, section, summary, paragraphs, homepage }: PackageDescription, i: number): PaperRecord {
  return { id: `doi:deb/${name}`, slug: null, family: null, title: `${name}: ${summary}`, abstract: paragraphs.join("\n\n"), authors: [], year: 2000 + (i % 24), venue: null, published: null, updated: null, arxiv: null, doi: null, url: null, code: homepage || null, categories: [section], keywords: [section], modalities: [["text", "image", "audio"][i % 3] as string], runs: false, withdrawn: false };
}

/** What people may ask: three to six words of a description, every fifth with a letter wrong. */
function questionsFrom(papers: readonly PaperRecord[]): string[] {
  const random = RandomStream.of(0, "questions");
  return Array.from({ length: 2000 }, (_, i) => {
    const words = (papers[random.integer(papers.length)] as PaperRecord).abstract.match(/\p{L}{4,}/gu) ?? ["nothing"];
    const start = random.integer(Math.max(1, words.length - 6));
    const asked = words.slice(start, start + 3 + random.integer(4));
    const first = asked[0] ?? "";
    return [i % 5 === 0 ? `${first.slice(0, 1)}${first.slice(2)}` : first, ...asked.slice(1)].join(" ");
  });
}

/** Every third search has a filter, some of them narrow. */
function filtersOf(i: number): SearchFilters {
  if (i % 3 !== 0) return {};
  return i % 2 === 0 ? { modality: "image" } : { yearFrom: 2010, yearTo: 2010, hasCode: true };
}

/** Users who ask again as soon as they are answered. */
async function crowd(users: number, seconds: number, ask: (question: number) => Promise<void>): Promise<Times> {
  const until = performance.now() + 1000 * seconds;
  const took: number[] = [];
  let next = 0;
  const user = async (): Promise<void> => {
    while (performance.now() < until) took.push(await timed(() => ask(next++)));
  };
  await ask(next++);
  await Promise.all(Array.from({ length: users }, user));
  return timesOf(took);
}

async function keystrokes(search: PaperSearch, questions: readonly string[]): Promise<Times> {
  const took: number[] = [];
  for (let i = 0; took.length < KEYSTROKES; i++) {
    const question = questions[i % questions.length] as string;
    for (let length = 1; length <= question.length; length++) took.push(await timed(async () => void (await search.suggest(question.slice(0, length), 8))));
  }
  return timesOf(took);
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}
