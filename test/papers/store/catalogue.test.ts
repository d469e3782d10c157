import { beforeEach, expect, test } from "vitest";
import type { Family, Paper } from "../../../src/papers/catalogue/family.ts";
import { loadCatalogue } from "../../../src/papers/store/catalogue.ts";
import { countPapers, paperById, upsertPapers } from "../../../src/papers/store/papers.ts";
import { appendSignals, latestSignals } from "../../../src/papers/store/signals.ts";
import { describeDatabases, emptyTables } from "../support/databases.ts";
import { paper } from "../support/paper.ts";

const TINY: Paper = {
  slug: "tiny",
  arxiv: "2401.00001",
  title: "A Tiny Method",
  year: 2024,
  keywords: ["tiny"],
  modality: ["text"],
  card: { problem: ["It was large."], idea: ["Make it small.", "Then smaller."], claims: ["It is 3 times smaller."], checks: ["Sizes are compared."] },
  diagram: [],
};
const family = (...papers: Paper[]): Family[] => [{ name: "sizes", title: "Sizes", papers }];

describeDatabases("the catalogue", (database) => {
  beforeEach(() => emptyTables(database()));

  test("is stored with all 209 papers, and storing it again changes nothing", async () => {
    expect(await loadCatalogue(database(), ["crossmae"])).toEqual({ added: 209, changed: 0, unchanged: 0 });
    expect(await loadCatalogue(database(), ["crossmae"])).toEqual({ added: 0, changed: 0, unchanged: 209 });
    expect(await countPapers(database())).toMatchObject({ papers: 209, catalogued: 209, running: 1 });
    expect(await paperById(database(), "crossmae")).toMatchObject({ family: "masked", runs: true, arxiv: "2401.14391", url: "https://arxiv.org/abs/2401.14391" });
  });

  test("marks as running what runs now", async () => {
    await loadCatalogue(database(), ["tiny"], family(TINY));
    expect(await loadCatalogue(database(), [], family(TINY))).toMatchObject({ changed: 1 });
    expect(await paperById(database(), "tiny")).toMatchObject({ runs: false });
  });

  test("has the card as the text, its four parts as paragraphs", async () => {
    await loadCatalogue(database(), [], family(TINY));
    expect((await paperById(database(), "tiny"))?.abstract).toBe("It was large.\n\nMake it small. Then smaller.\n\nIt is 3 times smaller.\n\nSizes are compared.");
  });

  test("takes over a paper harvested before, with what the harvest knew and its signals", async () => {
    const harvested = paper("arxiv:2401.00001", { arxiv: "2401.00001", title: "a tiny method", authors: ["Ada"], published: new Date("2024-01-02"), doi: "10.1/tiny", categories: ["cs.LG"], abstract: "As published." });
    await upsertPapers(database(), [harvested]);
    const signal = { source: "openalex", kind: "citations", value: 7, observedAt: new Date("2025-01-01") } as const;
    await appendSignals(database(), [{ ...signal, paper: "arxiv:2401.00001" }]);
    await loadCatalogue(database(), ["tiny"], family(TINY));
    expect(await countPapers(database())).toMatchObject({ papers: 1, catalogued: 1 });
    expect(await paperById(database(), "tiny")).toMatchObject({ slug: "tiny", title: "A Tiny Method", authors: ["Ada"], published: new Date("2024-01-02"), doi: "10.1/tiny", categories: ["cs.LG"], runs: true });
    expect(await latestSignals(database(), ["tiny"])).toEqual([{ ...signal, paper: "tiny" }]);
    expect(await loadCatalogue(database(), ["tiny"], family(TINY))).toMatchObject({ unchanged: 1 });
  });

  test("keeps a paper that left it, as one of no family", async () => {
    await loadCatalogue(database(), ["tiny"], family(TINY));
    await loadCatalogue(database(), [], family({ ...TINY, slug: "other", arxiv: "2401.00002" }));
    expect(await paperById(database(), "tiny")).toMatchObject({ slug: null, family: null, runs: false, title: "A Tiny Method" });
    expect(await countPapers(database())).toMatchObject({ papers: 2, catalogued: 1 });
  });

  test("can correct an arXiv id that another stored paper has", async () => {
    await loadCatalogue(database(), [], family(TINY));
    await upsertPapers(database(), [paper("arxiv:2401.00009", { arxiv: "2401.00009" })]);
    await loadCatalogue(database(), [], family({ ...TINY, arxiv: "2401.00009" }));
    expect(await paperById(database(), "tiny")).toMatchObject({ arxiv: "2401.00009" });
    expect(await paperById(database(), "arxiv:2401.00009")).toMatchObject({ arxiv: null });
  });

  test("is stored once by two processes that start together", async () => {
    const counts = await Promise.all([loadCatalogue(database(), [], family(TINY)), loadCatalogue(database(), [], family(TINY))]);
    expect(counts.map(({ added }) => added).sort()).toEqual([0, 1]);
  });
});
