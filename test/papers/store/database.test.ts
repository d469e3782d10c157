import { expect, test } from "vitest";
import type { Queryable } from "../../../src/papers/store/database.ts";
import { SchemaMismatch, appliedMigrations, migrate } from "../../../src/papers/store/migrate.ts";
import type { Migration } from "../../../src/papers/store/migrations/migration.ts";
import { describeDatabases } from "../support/databases.ts";

const FIRST: Migration = { number: 1, name: "notes", sql: "create table notes (id bigint primary key, text text not null); create index notes_text on notes (text)" };

describeDatabases(
  "the database",
  (database) => {
    test("gives values of the same types on every host", async () => {
      const [row] = await database().query(
        "select 9007199254740991::bigint as big, date '2024-02-29' as day, timestamptz '2024-02-29 12:00:00+02' as moment, 1.10::numeric as exact, jsonb '{\"a\":[1]}' as json, '\\x00ff'::bytea as bytes, array['a,b','c\"d',null] as texts, array[1.5,2]::real[] as reals, null as nothing, true as yes, 1.25::double precision as real",
      );
      expect({ ...row, bytes: [...(row?.["bytes"] as Uint8Array)] }).toEqual({ big: 9007199254740991, day: "2024-02-29", moment: new Date("2024-02-29T10:00:00Z"), exact: "1.10", json: { a: [1] }, bytes: [0, 255], texts: ["a,b", 'c"d', null], reals: [1.5, 2], nothing: null, yes: true, real: 1.25 });
      await expect(database().query("select 9007199254740993::bigint")).rejects.toThrow(/9007199254740993.*cast it to text/);
    });

    test("takes parameters of the same types on every host", async () => {
      const moment = new Date("2024-05-06T07:08:09.123Z");
      const [row] = await database().query("select $1::text as text, $2::text[] as texts, $3::jsonb as json, $4::timestamptz as moment, $5::real[] as reals, $6::bigint as big, $7::bytea as bytes, $8::text as nothing", ["$1 'x'", ["a", 'b"c,'], JSON.stringify([{ a: 1 }]), moment, [1.5, -2], 2 ** 52, new Uint8Array([0, 255]), null]);
      expect({ ...row, bytes: [...(row?.["bytes"] as Uint8Array)] }).toEqual({ text: "$1 'x'", texts: ["a", 'b"c,'], json: [{ a: 1 }], moment, reals: [1.5, -2], big: 2 ** 52, bytes: [0, 255], nothing: null });
    });

    test("stores all of a transaction or nothing", async () => {
      await database().transaction((connection) => connection.query("insert into notes values (1, 'kept')"));
      await expect(
        database().transaction(async (connection) => {
          await connection.query("insert into notes values (2, 'lost')");
          throw new Error("no");
        }),
      ).rejects.toThrow("no");
      await expect(database().transaction((connection) => connection.execute("insert into notes values (3, 'lost'); insert into notes values (1, 'twice')"))).rejects.toMatchObject({ code: "23505" });
      expect(await database().query("select id from notes")).toEqual([{ id: 1 }]);
    });

    test("refuses a connection whose transaction is over", async () => {
      let kept: Queryable | undefined;
      await database().transaction((connection) => Promise.resolve((kept = connection)));
      await expect(kept?.query("select 1")).rejects.toThrow(/transaction that is over/);
    });

    test("applies migrations once, also when two processes start together, and waits with those that need pgvector", async () => {
      const steps: Migration[] = [FIRST, { number: 3, name: "vectors", sql: "create table vectors (v vector(3))", needsVector: true }, { number: 2, name: "more", sql: "alter table notes add more text" }];
      const done = await Promise.all([migrate(database(), steps), migrate(database(), steps)]);
      const expected = database().hasVector ? ["more", "vectors"] : ["more"];
      expect(done.flat().map(({ name }) => name).sort()).toEqual(expected);
      expect((await appliedMigrations(database())).map(({ name }) => name)).toEqual(["notes", ...expected]);
      expect(await migrate(database(), steps)).toEqual([]);
    });

    test("keeps nothing of a migration that fails", async () => {
      const broken: Migration = { number: 4, name: "broken", sql: "create table half (a int); select no_such_function()" };
      await expect(migrate(database(), [FIRST, { number: 2, name: "more", sql: "alter table notes add more text" }, ...(database().hasVector ? [{ number: 3, name: "vectors", sql: "create table vectors (v vector(3))", needsVector: true }] : []), broken])).rejects.toThrow(/no_such_function/);
      expect(await database().query("select to_regclass('half') as half")).toEqual([{ half: null }]);
    });

    test("refuses to be opened by older code, or by code whose migrations were edited", async () => {
      await expect(migrate(database(), [FIRST])).rejects.toThrow(/migration 2 \(more\).*newer version; update Reprise/);
      await expect(migrate(database(), [{ ...FIRST, sql: "create table notes (id int)" }])).rejects.toThrow(SchemaMismatch);
      await expect(migrate(database(), [FIRST, { ...FIRST, name: "again" }])).rejects.toThrow(/two migrations have the number 1/);
    });

    test("has pgvector where it says so", async () => {
      const query = database().query<{ distance: number }>("select '[1,2]'::vector <-> '[1,4]'::vector as distance");
      if (database().hasVector) expect(await query).toEqual([{ distance: 2 }]);
      else await expect(query).rejects.toMatchObject({ code: "42704" });
    });
  },
  [FIRST],
);
