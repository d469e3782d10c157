import { beforeEach, expect, test } from "vitest";
import { CursorError } from "../../../src/papers/store/page-cursor.ts";
import { countPapers, listPapers, paperById, papersByIds, renamePaper, upsertPapers } from "../../../src/papers/store/papers.ts";
import { appendSignals, latestSignals } from "../../../src/papers/store/signals.ts";
import { describeDatabases, emptyTables } from "../support/databases.ts";
import { paper } from "../support/paper.ts";

describeDatabases("papers", (database) => {
  beforeEach(() => emptyTables(database()));

  const FULL = paper("masked-thing", {
    slug: "masked-thing",
    family: "masked",
    title: "Masked $L_2$ Things: \"quoted\", 50% & {braced}, \\ and 日本",
    abstract: "Line one.\nLine 'two'; drop table papers; --",
    authors: ["Ada O'Neil", "Bo, Jr.", "{Curly}", "NULL", ""],
    year: 2023,
    venue: "ICLR",
    published: new Date("2023-05-06T07:08:09.123Z"),
    updated: new Date("2024-01-01T00:00:00Z"),
    arxiv: "2305.00001",
    doi: "10.1/x",
    url: "https://example.org/?a=1&b=2",
    code: "https://example.org/code",
    categories: ["cs.CL"],
    keywords: ["masks"],
    modalities: ["image", "text"],
    runs: true,
  });

  test("come back as they were stored, whatever characters they hold", async () => {
    await upsertPapers(database(), [FULL, paper("bare")]);
    expect(await paperById(database(), "masked-thing")).toEqual(FULL);
    expect(await paperById(database(), "bare")).toEqual(paper("bare"));
    expect(await paperById(database(), "absent")).toBeUndefined();
    expect((await papersByIds(database(), ["bare", "absent", "masked-thing"])).map(({ id }) => id)).toEqual(["bare", "masked-thing"]);
  });

  test("are counted as added, changed or unchanged, and unchanged ones keep their time of change", async () => {
    expect(await upsertPapers(database(), [FULL, paper("a"), paper("b")])).toEqual({ added: 3, changed: 0, unchanged: 0 });
    const times = (): Promise<readonly { id: string; at: string }[]> => database().query("select id, changed_at::text as at from papers order by id");
    const before = await times();
    expect(await upsertPapers(database(), [FULL, paper("a"), paper("b", { venue: "ACL" }), paper("c")])).toEqual({ added: 1, changed: 1, unchanged: 2 });
    const after = await times();
    expect(after.find(({ id }) => id === "a")).toEqual(before.find(({ id }) => id === "a"));
    expect(after.find(({ id }) => id === "b")).not.toEqual(before.find(({ id }) => id === "b"));
  });

  test("lose only the characters Postgres cannot hold", async () => {
    await upsertPapers(database(), [paper("odd", { title: "a\0b\ud800c", authors: ["x\0"] })]);
    expect(await paperById(database(), "odd")).toMatchObject({ title: "ab\ufffdc", authors: ["x"] });
  });

  test("are refused whole when two would share an arXiv id", async () => {
    const twins = [paper("a", { arxiv: "2401.00001" }), paper("b", { arxiv: "2401.00001" })];
    await expect(database().transaction((connection) => upsertPapers(connection, twins))).rejects.toMatchObject({ code: "23505" });
    expect(await countPapers(database())).toMatchObject({ papers: 0 });
  });

  test("are listed newest first, page by page, each once, while others are added", async () => {
    const many = Array.from({ length: 25 }, (_, index) => paper(`p${index}`, { published: new Date(Date.UTC(2024, 0, 1 + Math.floor(index / 3))) }));
    await upsertPapers(database(), [...many, paper("year-only", { year: 2025 }), paper("undated")]);
    const seen: string[] = [];
    let after: string | undefined;
    for (let page = 0; page < 10; page++) {
      const { papers, next } = await listPapers(database(), {}, { limit: 4, ...(after !== undefined && { after }) });
      seen.push(...papers.map(({ id }) => id));
      await upsertPapers(database(), [paper(`late${page}`, { published: new Date("2026-01-01") })]);
      if (next === null) break;
      after = next;
    }
    expect(seen).toHaveLength(27);
    expect(seen.slice(0, 5)).toEqual(["year-only", "p24", "p21", "p22", "p23"]);
    expect(seen.at(-1)).toBe("undated");
    expect(new Set(seen).size).toBe(27);
  });

  test("are listed by title whatever the capitals, accents and formulas", async () => {
    await upsertPapers(database(), [paper("1", { title: "Zebra" }), paper("2", { title: "élan" }), paper("3", { title: "Apple" }), paper("4", { title: "$\\alpha$-Eland" })]);
    const first = await listPapers(database(), {}, { limit: 2, order: "title" });
    const second = await listPapers(database(), {}, { limit: 2, order: "title", after: first.next ?? "" });
    expect([...first.papers, ...second.papers].map(({ id }) => id)).toEqual(["3", "2", "4", "1"]);
    expect(second.next).toBeNull();
  });

  test("are filtered by family, years, modality, code, running and withdrawal", async () => {
    await upsertPapers(database(), [FULL, paper("code", { year: 2020, code: "https://example.org" }), paper("gone", { withdrawn: true, year: 2023 }), paper("sound", { modalities: ["audio"], year: 2021 })]);
    const ids = async (filters: Parameters<typeof listPapers>[1]): Promise<string[]> => (await listPapers(database(), filters, { limit: 10 })).papers.map(({ id }) => id);
    expect(await ids({})).toEqual(["masked-thing", "sound", "code"]);
    expect(await ids({ family: "masked" })).toEqual(["masked-thing"]);
    expect(await ids({ yearFrom: 2021, yearTo: 2023 })).toEqual(["masked-thing", "sound"]);
    expect(await ids({ modality: "audio" })).toEqual(["sound"]);
    expect(await ids({ hasCode: true, catalogued: false })).toEqual(["code"]);
    expect(await ids({ runs: false })).toEqual(["sound", "code"]);
    expect(await ids({ withdrawn: true })).toEqual(["gone"]);
    expect(await countPapers(database())).toEqual({
      papers: 3,
      catalogued: 1,
      running: 1,
      withCode: 2,
      families: [{ family: "masked", papers: 1, running: 1 }],
      years: [2020, 2021, 2023].map((year) => ({ year, papers: 1 })),
      modalities: ["audio", "image", "text"].map((modality) => ({ modality, papers: 1 })),
    });
  });

  test("refuse cursors that were made up or belong to another order", async () => {
    await upsertPapers(database(), [paper("a"), paper("b")]);
    const { next } = await listPapers(database(), {}, { limit: 1, order: "title" });
    for (const after of [next ?? "", "nonsense", "", Buffer.from('["newest","yesterday","a"]').toString("base64url")]) {
      await expect(listPapers(database(), {}, { limit: 1, after })).rejects.toThrow(CursorError);
    }
  });

  test("keep their signals when renamed; the latest of each source and kind is found at any time", async () => {
    await upsertPapers(database(), [paper("arxiv:1"), paper("other")]);
    const at = (day: number): Date => new Date(Date.UTC(2025, 5, day));
    const signal = (value: number, day: number, kind: "upvotes" | "stars" = "upvotes") => ({ paper: "arxiv:1", source: "hugging-face", kind, value, observedAt: at(day) });
    expect(await appendSignals(database(), [signal(3, 1), signal(9, 4), signal(5, 2), signal(2, 1, "stars")])).toBe(4);
    expect(await appendSignals(database(), [signal(3, 1), signal(11, 5)])).toBe(1);
    await renamePaper(database(), "arxiv:1", "renamed");
    expect(await latestSignals(database(), ["renamed", "other"])).toEqual([
      { ...signal(2, 1, "stars"), paper: "renamed" },
      { ...signal(11, 5), paper: "renamed" },
    ]);
    expect((await latestSignals(database(), ["renamed"], at(3))).map(({ value }) => value)).toEqual([2, 5]);
    await expect(appendSignals(database(), [{ ...signal(1, 1), paper: "absent" }])).rejects.toMatchObject({ code: "23503" });
  });
});
