/** What the world thinks of papers, as it was seen over time. Nothing is overwritten. */
import type { Queryable } from "./database.ts";
import type { PaperSignal } from "./paper-record.ts";

const BATCH = 1000;

/** Keeps signals; one that is stored already (paper, source, kind and time alike) stays as it is. Returns how many are new. Rejects when a paper is not there (code 23503). */
export async function appendSignals(connection: Queryable, signals: readonly PaperSignal[]): Promise<number> {
  let added = 0;
  for (let start = 0; start < signals.length; start += BATCH) {
    const rows = signals.slice(start, start + BATCH);
    const stored = await connection.query(
      `insert into paper_signals (paper, source, kind, value, observed_at)
       select paper, source, kind, value, "observedAt" from jsonb_to_recordset($1::jsonb) as given (paper text, source text, kind text, value double precision, "observedAt" timestamptz)
       on conflict do nothing returning paper`,
      [JSON.stringify(rows)],
    );
    added += stored.length;
  }
  return added;
}

/** For each of the papers `ids`, source and kind, the last signal seen by `until` (left out: ever). */
export async function latestSignals(connection: Queryable, ids: readonly string[], until?: Date): Promise<readonly PaperSignal[]> {
  return connection.query<{ paper: string; source: string; kind: PaperSignal["kind"]; value: number; observedAt: Date }>(
    `select distinct on (paper, source, kind) paper, source, kind, value, observed_at as "observedAt" from paper_signals
     where paper = any($1::text[]) and ($2::timestamptz is null or observed_at <= $2) order by paper, source, kind, observed_at desc`,
    [ids, until ?? null],
  );
}
