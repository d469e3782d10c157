/** A process that writes numbers to the PGlite database of a directory for ever and prints each after it is stored. */
import { openPgliteDirectory } from "../../../src/papers/store/pglite.ts";

const database = await openPgliteDirectory(process.argv[2] ?? "");
await database.execute("create table if not exists numbers (n bigint primary key, filler text not null)");
const [last] = await database.query<{ n: number }>("select coalesce(max(n), -1) as n from numbers");
for (let n = (last?.n ?? -1) + 1; ; n++) {
  await database.query("insert into numbers values ($1, $2)", [n, "x".repeat(300)]);
  process.stdout.write(`${n}\n`);
}
