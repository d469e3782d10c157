import { beforeEach, expect, test } from "vitest";
import { encodePapers } from "../../../src/papers/search/encode-papers.ts";
import { PaperSearch } from "../../../src/papers/search/paper-search.ts";
import { findModel, vectorsOf } from "../../../src/papers/search/vector-store.ts";
import type { StoredModel } from "../../../src/papers/search/vector-store.ts";
import { renamePaper, upsertPapers } from "../../../src/papers/store/papers.ts";
import type { Database } from "../../../src/papers/store/database.ts";
import { describeDatabases, emptyTables } from "../support/databases.ts";
import { paper } from "../support/paper.ts";
import { wordEncoder } from "./support/models.ts";

const FIRST = paper("a", { title: "First", abstract: "One sentence about masks.\n\nAnother paragraph about views." });
const SECOND = paper("b", { title: "Second", keywords: ["speech"], abstract: "A sentence about sounds." });

describeDatabases("encoding", (database) => {
  beforeEach(() => emptyTables(database()));

  const model = async (name = "words-of-tests"): Promise<StoredModel> => {
    const found = await findModel(database(), name);
    if (!found) throw new Error(`no vectors of ${name} were stored`);
    return found;
  };

  test("each paper gets a vector for its title and one for each passage; again, nothing is left to do", async () => {
    await upsertPapers(database(), [FIRST, SECOND]);
    const encoder = wordEncoder();
    const progress: number[] = [];
    expect(await encodePapers(database(), encoder, { batch: 1, onProgress: ({ papers, total }) => progress.push(papers / total) })).toEqual({ model: "words-of-tests", papers: 2, encoded: 5, kept: 0 });
    expect(progress).toEqual([0.5, 1]);
    expect(encoder.encoded).toEqual(["First", "One sentence about masks.", "Another paragraph about views.", "Second. speech", "A sentence about sounds."]);
    const [expected] = await encoder.encode(["Another paragraph about views."], "query");
    const stored = await vectorsOf(database(), await model(), ["a"]);
    expect(stored.map(({ position }) => position)).toEqual([0, 1, 2]);
    expect(stored[2]?.vector).toEqual(expected);
    expect(await encodePapers(database(), encoder)).toMatchObject({ papers: 0, encoded: 0 });
  });

  test("of a changed paper only changed passages are encoded, and passages that are gone lose their vectors", async () => {
    await upsertPapers(database(), [FIRST, SECOND]);
    const encoder = wordEncoder();
    await encodePapers(database(), encoder);
    encoder.encoded.length = 0;
    await upsertPapers(database(), [{ ...FIRST, abstract: "One sentence about masks.\n\nA new one." }]);
    expect(await encodePapers(database(), encoder)).toMatchObject({ papers: 1, encoded: 1, kept: 2 });
    expect(encoder.encoded).toEqual(["A new one."]);
    await upsertPapers(database(), [{ ...FIRST, abstract: "" }]);
    await encodePapers(database(), encoder);
    expect(await vectorsOf(database(), await model(), ["a"])).toHaveLength(1);
  });

  test("another model encodes everything anew and leaves the vectors of the first alone", async () => {
    await upsertPapers(database(), [FIRST]);
    await encodePapers(database(), wordEncoder());
    expect(await encodePapers(database(), wordEncoder("other", 8))).toMatchObject({ papers: 1, encoded: 3 });
    expect((await vectorsOf(database(), await model("other"), ["a"]))[0]?.vector).toHaveLength(8);
    expect(await vectorsOf(database(), await model(), ["a"])).toHaveLength(3);
    await expect(encodePapers(database(), wordEncoder("other", 9))).rejects.toThrow(/"other" gives vectors of 9 numbers, but vectors of 8 are stored/);
  });

  test("vectors follow a paper that gets another id, and go with one that is withdrawn or deleted", async () => {
    await upsertPapers(database(), [FIRST, SECOND]);
    await encodePapers(database(), wordEncoder());
    await renamePaper(database(), "a", "z");
    expect(await vectorsOf(database(), await model(), ["z"])).toHaveLength(3);
    await upsertPapers(database(), [{ ...SECOND, withdrawn: true }]);
    await database().query("delete from papers where id = 'z'");
    await encodePapers(database(), wordEncoder());
    expect(await vectorsOf(database(), await model(), ["a", "b", "z"])).toEqual([]);
  });

  test("two papers that become one keep the vectors of the one that stays", async () => {
    await upsertPapers(database(), [{ ...FIRST, abstract: "One." }, { ...SECOND, abstract: "Two.\n\nThree.\n\nFour." }]);
    await encodePapers(database(), wordEncoder());
    await database().query("select absorb_paper('b', 'a')");
    const [own] = await wordEncoder().encode(["One."], "query");
    expect((await vectorsOf(database(), await model(), ["a", "b"])).map(({ paper: id, position }) => [id, position])).toEqual([["a", 0], ["a", 1]]);
    expect((await vectorsOf(database(), await model(), ["a"]))[1]?.vector).toEqual(own);
  });

  test("a paper that changes while it is encoded is encoded again before the end", async () => {
    await upsertPapers(database(), [FIRST]);
    const encoder = wordEncoder();
    let changed = false;
    const changing = {
      ...encoder,
      async encode(texts: readonly string[], role: "query" | "document") {
        if (!changed) await upsertPapers(database(), [{ ...FIRST, title: "Changed" }]);
        changed = true;
        return encoder.encode(texts, role);
      },
    };
    await upsertPapers(database(), [SECOND]);
    await encodePapers(database(), changing);
    const [title] = await encoder.encode(["Changed"], "query");
    expect((await vectorsOf(database(), await model(), ["a"]))[0]?.vector).toEqual(title);
  });

  test("stopped between batches, it keeps what was stored and goes on from there", async () => {
    await upsertPapers(database(), Array.from({ length: 6 }, (_, i) => paper(`p${i}`)));
    const stop = new AbortController();
    const encoder = wordEncoder();
    await expect(encodePapers(database(), encoder, { batch: 2, signal: stop.signal, onProgress: ({ papers }) => papers === 4 && stop.abort(new Error("stopped")) })).rejects.toThrow("stopped");
    expect(encoder.encoded).toHaveLength(4);
    expect(await encodePapers(database(), encoder)).toMatchObject({ papers: 2, encoded: 2 });
  });

  test("vectors that are not what the encoder promised are refused and nothing is stored", async () => {
    await upsertPapers(database(), [FIRST]);
    const broken = { ...wordEncoder(), encode: (texts: readonly string[]) => Promise.resolve(texts.map(() => new Float32Array(48).fill(NaN))) };
    await expect(encodePapers(database(), broken)).rejects.toThrow(/numbers that are not finite/);
    expect(await vectorsOf(database(), await model(), ["a"])).toEqual([]);
  });

  test("a search that was open all the time finds what was encoded, by meaning", async () => {
    const db: Database = database();
    await upsertPapers(db, [FIRST]);
    const search = await PaperSearch.open(db, { encoder: wordEncoder() });
    expect((await search.search("photograph", {}, 5)).notices).toEqual([expect.stringContaining("reprise papers index")]);
    await upsertPapers(db, [paper("c", { title: "Picture" })]);
    await encodePapers(db, wordEncoder());
    await search.refresh();
    expect(search.status()).toMatchObject({ papers: 2, vectors: 4, dense: "exact" });
    expect((await search.search("photograph", {}, 5)).hits[0]?.id).toBe("c");
    await search.close();
  });
});
