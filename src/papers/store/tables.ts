/** The explorer's tables as the database describes them. */
import type { Queryable } from "./database.ts";
import { RECORD_TABLE } from "./migrate.ts";

export interface Table {
  readonly name: string;
  /** Those that are stored as given; what Postgres computes itself is not among them. */
  readonly columns: readonly string[];
  /** Columns numbered by a sequence. */
  readonly numbered: readonly string[];
}

/** All tables except the record of migrations, each after those it refers to. */
export async function readTables(connection: Queryable): Promise<readonly Table[]> {
  const tables = await connection.query<{ name: string; columns: string[]; numbered: string[] }>(
    `select c.relname as name,
       coalesce(array_agg(a.attname::text order by a.attnum) filter (where a.attgenerated = ''), '{}') as columns,
       coalesce(array_agg(a.attname::text) filter (where pg_get_serial_sequence(quote_ident(c.relname), a.attname) is not null), '{}') as numbered
     from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace and c.relname <> $1
       and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
     group by c.relname order by c.relname`,
    [RECORD_TABLE],
  );
  const references = await connection.query<{ from: string; to: string }>(
    `select a.relname as "from", b.relname as "to" from pg_constraint k join pg_class a on a.oid = k.conrelid join pg_class b on b.oid = k.confrelid
     where k.contype = 'f' and a.oid <> b.oid and a.relnamespace = 'public'::regnamespace`,
  );
  return referredFirst(tables, references);
}

/** A name as it stands in a statement. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function referredFirst(tables: readonly Table[], references: readonly { from: string; to: string }[]): readonly Table[] {
  const ordered: Table[] = [];
  let left = [...tables];
  while (left.length > 0) {
    const names = new Set(left.map(({ name }) => name));
    const free = left.filter(({ name }) => !references.some(({ from, to }) => from === name && names.has(to)));
    if (free.length === 0) throw new Error(`the tables ${[...names].join(", ")} refer to each other in a circle; a backup needs an order in which to restore them`);
    ordered.push(...free);
    left = left.filter((table) => !free.includes(table));
  }
  return ordered;
}
