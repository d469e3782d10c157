import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, readdir, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { Queue } from "../../../src/papers/queue/queue.ts";
import { BackupError } from "../../../src/papers/store/backup-file.ts";
import { RestoreRefused, backUp, restore } from "../../../src/papers/store/backup.ts";
import type { Database } from "../../../src/papers/store/database.ts";
import { migrate } from "../../../src/papers/store/migrate.ts";
import { MIGRATIONS } from "../../../src/papers/store/migrations/index.ts";
import type { Migration } from "../../../src/papers/store/migrations/migration.ts";
import { paperById, upsertPapers } from "../../../src/papers/store/papers.ts";
import { openPostgresql } from "../../../src/papers/store/postgresql.ts";
import { appendSignals } from "../../../src/papers/store/signals.ts";
import { databaseStatus } from "../../../src/papers/store/status.ts";
import { emptyTables } from "../support/databases.ts";
import { paper } from "../support/paper.ts";
import { openTestPglite } from "../support/pglite.ts";
import { startPostgresql, whyNoPostgresql } from "../support/postgresql.ts";
import type { TestServer } from "../support/postgresql.ts";

const SPECIMEN: Migration = { number: 8, name: "specimen", sql: "create table specimen (id bigint generated always as identity primary key, big bigint check (big <> 13), exact numeric, real double precision, bytes bytea, json jsonb, plain json, texts text[], moment timestamptz, twice text generated always as (id::text || id::text) stored)" };
const VECTORS: Migration = { number: 9, name: "vectors", sql: "create table vectors (paper text primary key references papers on update cascade, v vector(2))", needsVector: true };
const SCHEMA = [...MIGRATIONS, SPECIMEN, VECTORS];

let directory: string;
let file: string;
let pglite: Database;
beforeAll(async () => {
  pglite = await openTestPglite(SCHEMA);
});
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "backup-"));
  file = join(directory, "backup.jsonl.gz");
  await emptyTables(pglite);
});
afterEach(() => rm(directory, { recursive: true, force: true }));
afterAll(() => pglite.close());

async function fill(database: Database): Promise<void> {
  const papers = Array.from({ length: 1100 }, (_, n) => paper(`p${n}`, { title: `Title ${n} "quoted"\n\\ { } 日本 \u2028`, authors: ["A, B", 'C"D'], year: 2000 + (n % 20) }));
  await upsertPapers(database, papers);
  await appendSignals(database, [{ paper: "p7", source: "s", kind: "stars", value: 0.1 + 0.2, observedAt: new Date("2025-01-02T03:04:05.678Z") }]);
  await database.query(
    `insert into specimen (big, exact, real, bytes, json, plain, texts, moment)
     values (9007199254740993, 123456789012345678901234567890.123, 'NaN', '\\x00ff0a', '{"a": [1e400, "\\n"]}', E'{\\n"b":1}', '{a,NULL,"x,y"}', '2024-02-29 23:59:59.999999+00'), (null, null, 5e-324, null, null, null, null, 'infinity')`,
  );
  if (database.hasVector) await database.query("insert into vectors values ('p3', '[0.1,2]')");
  await new Queue(database).send("encode", { paper: "p7" }, { key: "p7" });
}

/** Everything stored, as text; of the column `plain` only what it says, as a backup may space JSON differently. */
async function content(database: Database): Promise<unknown> {
  const tables = ["papers", "paper_signals", "jobs", "(select id, big, exact, real, bytes, json, plain::jsonb, texts, moment, twice from specimen)"];
  return Promise.all(tables.map((table) => database.query(`select stored::text as row from ${table} as stored order by 1`)));
}

test("a backup restores everything, to the last digit", async () => {
  await fill(pglite);
  const before = await content(pglite);
  expect(await backUp(pglite, file)).toBe(1105);
  await emptyTables(pglite);
  expect(await restore(pglite, file, { migrations: SCHEMA })).toBe(1105);
  expect(await content(pglite)).toEqual(before);
  expect(await pglite.query("select paper, v from vectors")).toEqual([{ paper: "p3", v: "[0.1,2]" }]);
  expect(await pglite.query("insert into specimen default values returning id, twice")).toEqual([{ id: 3, twice: "33" }]);
  expect(await readdir(directory)).toEqual(["backup.jsonl.gz"]);
});

test("a database that is not empty is replaced only by force", async () => {
  await upsertPapers(pglite, [paper("old")]);
  await backUp(pglite, file);
  await upsertPapers(pglite, [paper("new")]);
  await expect(restore(pglite, file, { migrations: SCHEMA })).rejects.toThrow(/not empty \(there are rows in papers\); add --force/);
  expect(await paperById(pglite, "new")).toBeDefined();
  await restore(pglite, file, { migrations: SCHEMA, force: true });
  expect(await paperById(pglite, "new")).toBeUndefined();
  expect(await paperById(pglite, "old")).toBeDefined();
});

test("a file that is cut, changed or something else is refused before anything is touched", async () => {
  await upsertPapers(pglite, Array.from({ length: 300 }, (_, n) => paper(`p${n}`)));
  await backUp(pglite, file);
  const whole = await readFile(file);
  const lines = gunzipSync(whole).toString();
  const damaged: [string, () => Promise<void>][] = [
    ["cut in the middle", () => truncate(file, Math.floor(whole.length / 2))],
    ["cut by a byte", () => truncate(file, whole.length - 1)],
    ["empty", () => truncate(file, 0)],
    ["without its end", () => writeFile(file, gzipSync(lines.slice(0, lines.lastIndexOf('{"end"'))))],
    ["without a row", () => writeFile(file, gzipSync(lines.replace(/\{"papers":.*\n/, "")))],
    ["with a changed letter", () => writeFile(file, gzipSync(lines.replace("Title of p9", "Title of q9")))],
    ["with a row after its end", () => writeFile(file, gzipSync(`${lines}{"papers":{}}\n`))],
    ["of a newer format", () => writeFile(file, gzipSync(lines.replace('"version":1', '"version":2')))],
    ["not gzip", () => writeFile(file, "once upon a time")],
    ["not ours", () => writeFile(file, gzipSync('{"hello":1}\n'))],
  ];
  for (const [name, damage] of damaged) {
    await writeFile(file, whole);
    await damage();
    await expect(restore(pglite, file, { migrations: SCHEMA, force: true }), name).rejects.toThrow(BackupError);
  }
  expect((await pglite.query("select count(*) as rows from papers"))[0]).toEqual({ rows: 300 });
  await expect(restore(pglite, join(directory, "absent"), { migrations: SCHEMA })).rejects.toThrow(/no such file/);
});

test("a restore that fails on the way leaves everything as it was", async () => {
  await upsertPapers(pglite, [paper("kept")]);
  await pglite.query("insert into specimen (big) values (12)");
  await backUp(pglite, file);
  // a whole file with a row the table refuses
  const body = gunzipSync(await readFile(file)).toString().replace('"big":12', '"big":13').replace('"id":"kept"', '"id":"other"').replace(/\{"end".*\n/, "");
  await writeFile(file, gzipSync(`${body}${JSON.stringify({ end: { rows: 2, sha256: createHash("sha256").update(body).digest("hex") } })}\n`));
  await expect(restore(pglite, file, { migrations: SCHEMA, force: true })).rejects.toMatchObject({ code: "23514" });
  expect((await pglite.query("select id from papers")).map(({ id }) => id)).toEqual(["kept"]);
});

test("an older backup goes into an empty database, which is then brought up to date, not into a newer one", async () => {
  const later: Migration = { number: 9999, name: "later", sql: "alter table papers add shout text; update papers set shout = upper(title)" };
  await upsertPapers(pglite, [paper("a", { title: "quiet" })]);
  await backUp(pglite, file);
  const newer = await openTestPglite([...SCHEMA, later]);
  await expect(restore(newer, file, { migrations: [...SCHEMA, later] })).rejects.toThrow(/differ in the migrations 9999 \(later\); restore the backup into an empty database/);
  await newer.close();
  const fresh = await openTestPglite([]);
  await restore(fresh, file, { migrations: [...SCHEMA, later] });
  expect(await fresh.query("select id, shout from papers")).toEqual([{ id: "a", shout: "QUIET" }]);
  await backUp(fresh, file);
  await fresh.close();
  await expect(restore(pglite, file, { migrations: SCHEMA, force: true })).rejects.toThrow(RestoreRefused);
});

test("a folder that cannot be written is an error, and nothing hangs", async () => {
  await upsertPapers(pglite, Array.from({ length: 1200 }, (_, n) => paper(`p${n}`, { abstract: "word ".repeat(300) })));
  await writeFile(join(directory, "not-a-folder"), "");
  await expect(backUp(pglite, join(directory, "not-a-folder", "backup"))).rejects.toThrow(/not-a-folder cannot be a folder: a file is in its place or above it/);
  expect(existsSync(join(directory, "not-a-folder", "backup"))).toBe(false);
  expect(await pglite.query("select 1 as one")).toEqual([{ one: 1 }]);
});

describe.skipIf(whyNoPostgresql() !== undefined)(`between PGlite and PostgreSQL${whyNoPostgresql() === undefined ? "" : ` (skipped: ${whyNoPostgresql()})`}`, () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startPostgresql();
  });
  afterAll(() => server.stop());

  test("a backup of PGlite restores on a server without pgvector and back, only the vectors missing", async () => {
    await fill(pglite);
    const before = await content(pglite);
    await backUp(pglite, file);
    const postgresql = await openPostgresql(await server.createDatabase());
    expect(await restore(postgresql, file, { migrations: SCHEMA })).toBe(1104);
    expect(await content(postgresql)).toEqual(before);
    const there = await databaseStatus(postgresql);
    expect(there).toMatchObject({ host: "postgresql", hasVector: false });
    expect(there.tables.filter(({ rows }) => rows > 0).map(({ name, rows }) => `${name} ${rows}`).sort()).toEqual(["jobs 1", "paper_signals 1", "papers 1100", "specimen 2"]);
    const withoutVectors = SCHEMA.filter(({ needsVector }) => needsVector !== true).sort((a, b) => a.number - b.number);
    expect(there.migrations.map(({ name }) => name)).toEqual(withoutVectors.map(({ name }) => name));

    await backUp(postgresql, file);
    await postgresql.close();
    await restore(pglite, file, { migrations: SCHEMA, force: true });
    expect(await content(pglite)).toEqual(before);
    expect(await pglite.query("select count(*) as rows from vectors")).toEqual([{ rows: 0 }]);
  });

  test("a backup holds one moment, though others write meanwhile", async () => {
    const url = await server.createDatabase();
    const database = await openPostgresql(url);
    const writer = await openPostgresql(url);
    await migrate(database, SCHEMA);
    await upsertPapers(database, Array.from({ length: 2000 }, (_, n) => paper(`p${n}`)));
    let writing = true;
    const writes = (async () => {
      for (let n = 0; writing; n++) {
        await writer.transaction(async (connection) => {
          await upsertPapers(connection, [paper(`late${n}`)]);
          await appendSignals(connection, [{ paper: `late${n}`, source: "s", kind: "stars", value: n, observedAt: new Date() }]);
        });
      }
    })();
    await backUp(database, file);
    writing = false;
    await writes;
    await restore(database, file, { migrations: SCHEMA, force: true });
    // each late paper has its signal or is not there at all
    const [rows] = await database.query("select (select count(*) from papers where id like 'late%') - (select count(*) from paper_signals) as difference");
    expect(rows).toEqual({ difference: 0 });
    await Promise.all([database.close(), writer.close()]);
  });
});
