import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { encodePapers } from "../../../src/papers/search/encode-papers.ts";
import { openDatabase } from "../../../src/papers/store/open.ts";
import { upsertPapers } from "../../../src/papers/store/papers.ts";
import { startChild } from "../support/child.ts";
import { paper } from "../support/paper.ts";
import { seedDirectory } from "../support/pglite.ts";
import { wordEncoder } from "./support/models.ts";

const COUNT = 60;

test("a killed encoder leaves whole papers behind, and the next goes on from there", async () => {
  const directory = await mkdtemp(join(tmpdir(), "reprise-encode-"));
  try {
    await seedDirectory(directory);
    const before = await openDatabase({ directory });
    await upsertPapers(before, Array.from({ length: COUNT }, (_, i) => paper(`p${i}`, { abstract: "One.\n\nTwo." })));
    await before.close();

    const child = startChild(new URL("./encoder-process.ts", import.meta.url), [directory]);
    await child.says("stored 10;");
    await child.end("SIGKILL");

    const after = await openDatabase({ directory });
    const [counts] = await after.query<{ papers: number; vectors: number }>("select (select count(*) from search_encodings) as papers, (select count(*) from search_vectors) as vectors");
    const done = counts?.papers ?? 0;
    expect(done).toBeGreaterThanOrEqual(10);
    expect(done).toBeLessThan(COUNT);
    expect(counts?.vectors).toBe(3 * done);
    const encoder = wordEncoder();
    expect(await encodePapers(after, encoder)).toMatchObject({ papers: COUNT - done, kept: 0 });
    expect(await after.query("select count(*)::int as vectors from search_vectors")).toEqual([{ vectors: 3 * COUNT }]);
    await after.close();
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}, 300_000);
