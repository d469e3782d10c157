/** The connection a transaction's work gets: it refuses to be used once the transaction is over. */
import type { Queryable, Row } from "./database.ts";

/** A connection that passes everything to `inner` until `end` is called. */
export function guardedConnection(inner: Queryable): { connection: Queryable; end: () => void } {
  let over = false;
  const check = (): void => {
    if (over) throw new Error("this connection belongs to a transaction that is over; use it only inside the transaction's function, and await everything there");
  };
  return {
    connection: {
      async query<R extends Row>(sql: string, parameters?: readonly unknown[]) {
        check();
        return inner.query<R>(sql, parameters);
      },
      async execute(sql) {
        check();
        await inner.execute(sql);
      },
    },
    end: () => {
      over = true;
    },
  };
}
