import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { harvest, sourceNamed } from "../../../src/papers/harvest/index.ts";
import type { Database, Queryable } from "../../../src/papers/store/database.ts";
import { openDatabase } from "../../../src/papers/store/open.ts";
import { openPgliteDirectory } from "../../../src/papers/store/pglite.ts";
import { startChild } from "../support/child.ts";
import { emptyTables } from "../support/databases.ts";
import { emptyCluster, withPglite } from "../support/pglite.ts";
import { arxivPage } from "./support/formats.ts";
import type { FakePaper } from "./support/formats.ts";
import { quickFetcher, send, withServer } from "./support/server.ts";
import type { Answer } from "./support/server.ts";

const NOW = new Date("2024-04-01T12:00:00Z");
const PAPERS: readonly FakePaper[] = Array.from({ length: 17 }, (_, index) => ({ id: `2403.${10_000 + index}`, title: `An entirely invented result number ${index}`, published: `2024-03-${String(1 + index).padStart(2, "0")}T10:00:00Z` }));

const answer: Answer = ({ url }, response) => {
  const start = Number(url.searchParams.get("start"));
  send(response, arxivPage(PAPERS.slice(start, start + Number(url.searchParams.get("max_results"))), { total: PAPERS.length, start }));
};

/** `database`, whose statement number `last` and all after it fail, as if the process had died. */
function dyingAt(database: Database, last: number): Database & { readonly statements: () => number } {
  let count = 0;
  const dying = (connection: Queryable): Queryable => ({
    query: (sql, parameters) => {
      if (++count >= last) throw new Error("killed");
      return connection.query(sql, parameters);
    },
    execute: (sql) => connection.execute(sql),
  });
  return { ...dying(database), host: database.host, hasVector: database.hasVector, transaction: (work) => database.transaction((connection) => work(dying(connection))), close: () => database.close(), statements: () => count };
}

async function contents(database: Database): Promise<unknown> {
  return {
    papers: await database.query("select id, title, published, categories from papers order by id"),
    sources: await database.query("select source, external_id, paper, facts from paper_sources order by source, external_id"),
    cursors: await database.query("select state_key, cursor, finished from harvest_cursors"),
  };
}

test("stopped at any statement and run again, a harvest loses nothing and stores nothing twice", async () => {
  await withServer(answer, async ({ base }) => {
    await withPglite(async (database) => {
      const run = (target: Database) => harvest(target, quickFetcher(), sourceNamed("arxiv"), { base, pause: 0, pageSize: 9 }, { now: () => NOW });
      const whole = dyingAt(database, Infinity);
      await run(whole);
      const expected = await contents(database);
      expect(expected).toMatchObject({ papers: { length: PAPERS.length }, cursors: [{ finished: true }] });
      expect(whole.statements()).toBeGreaterThan(15);
      for (let step = 1; step <= whole.statements(); step++) {
        await emptyTables(database);
        await expect(run(dyingAt(database, step)), `statement ${step}`).rejects.toThrow("killed");
        await run(database);
        expect(await contents(database), `killed at statement ${step}`).toEqual(expected);
      }
    });
  });
});

test("a process killed between two pages has stored the first, and the next one asks only for the rest", async () => {
  const directory = await mkdtemp(join(tmpdir(), "reprise-harvest-"));
  try {
    await (await openPgliteDirectory(directory, await emptyCluster())).close();
    let hang = true;
    const slow: Answer = (request, response) => {
      if (hang && request.url.searchParams.get("start") === "10") return; // the process is killed while it waits
      answer(request, response);
    };
    await withServer(slow, async ({ base, requests }) => {
      const child = startChild(new URL("support/harvester.ts", import.meta.url), [directory, base]);
      await child.says("page 2\n");
      await child.end("SIGKILL");
      hang = false;
      const before = requests.length;
      const database = await openDatabase({ directory });
      expect(await database.query("select count(*) as papers from papers")).toEqual([{ papers: 10 }]);
      const report = await harvest(database, quickFetcher(), sourceNamed("arxiv"), { base, pause: 0, pageSize: 5 }, { now: () => NOW });
      expect(report).toMatchObject({ pages: 2, records: 7, added: 7, finished: true });
      expect(requests.slice(before).map((request) => new URL(request, base).searchParams.get("start"))).toEqual(["10", "15"]);
      expect(await database.query("select count(*) as papers, count(distinct arxiv) as different from papers")).toEqual([{ papers: 17, different: 17 }]);
      await database.close();
    });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
});
