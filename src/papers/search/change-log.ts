/**
 * Follows what changes in the papers and their vectors, so that indexes in this process stay in step.
 *
 * The position is a transaction number: that of the oldest transaction that was still running at the last look. Whatever
 * such a transaction and later ones noted is read again, so nothing is missed whichever commits first; some of it is read
 * twice, which does no harm.
 */
import type { Queryable } from "../store/database.ts";

/** Days a change is kept. Whoever did not look for so long reads everything anew. */
const KEPT = 7;
const DAY = 86_400_000;

export interface Changes {
  /** Papers to read again. Those that are not found are gone. */
  readonly papers: readonly string[];
  /** Whether everything is to be read again. */
  readonly all: boolean;
}

export class ChangeLog {
  private position: string | null = null;
  private lookedAt = 0;

  /** What was noted since the last call; at the first: everything. */
  async next(connection: Queryable): Promise<Changes> {
    const before = this.position;
    const stale = Date.now() - this.lookedAt > (KEPT - 1) * DAY;
    if (before === null || stale) {
      // numbers above all that were given out come from another database, out of which this one was copied
      await connection.query("delete from search.changes where transaction >= pg_snapshot_xmax(pg_current_snapshot())");
      const [row] = await connection.query<{ position: string }>("select pg_snapshot_xmin(pg_current_snapshot())::text as position");
      this.advance(row?.position);
      return { papers: [], all: true };
    }
    const rows = await connection.query<{ position: string; paper: string | null }>(
      `select pg_snapshot_xmin(pg_current_snapshot())::text as position, noted.paper
       from (select 1) as always left join (select distinct paper from search.changes where transaction >= $1::text::xid8) as noted on true`,
      [before],
    );
    this.advance(rows[0]?.position);
    const papers = rows.flatMap(({ paper }) => (paper === null ? [] : [paper]));
    return { papers: papers.filter((paper) => paper !== ""), all: papers.includes("") };
  }

  /** The next call gives everything again, as when an index could not take in what it was given. */
  forget(): void {
    this.position = null;
  }

  private advance(position: string | undefined): void {
    if (position === undefined) throw new Error("the database gave no position of its transactions");
    this.position = position;
    this.lookedAt = Date.now();
  }
}

/** Drops changes that are too old for anyone to ask for. */
export async function pruneChanges(connection: Queryable): Promise<void> {
  await connection.query("delete from search.changes where noted_at < now() - make_interval(days => $1::integer)", [KEPT]);
}
