/**
 * Background jobs in the explorer's database, taken by workers on any number of machines.
 *
 * A worker holds a job by a lease, which it renews while it works; when it dies, the lease runs out and another worker gets
 * the job. So a job is done at least once, and handlers must be idempotent: a job can be done twice when its worker lives
 * but cannot reach the database. All times are the database's, so clocks of workers need not agree.
 *
 * Our own instead of pg-boss 10: there a job's lease is a fixed time from its start that cannot be renewed, so a killed
 * worker's job, with runs of hours, would come back only after hours; and its outcome is accepted without the lease.
 */
import { randomUUID } from "node:crypto";
import type { Database, Queryable } from "../store/database.ts";
import { PermanentFailure } from "./job.ts";
import type { Job, JobKind, JobState, JsonValue } from "./job.ts";

const RETRY_LIMIT = 5;
const LEASE = 60; // seconds
const FIRST_DELAY = 10; // seconds before the second attempt
const LONGEST_DELAY = 3600; // seconds
const ERROR_LENGTH = 2000; // characters kept of an error
const REMEMBERED = 30; // days a finished job is kept

export interface SendOptions {
  /** A job is not added while an unfinished one of its kind has the same key. Left out: a key of its own. */
  readonly key?: string;
  /** Nor when a finished one had it, as far as finished ones are remembered (30 days). */
  readonly once?: boolean;
  /** Not before this time. */
  readonly startAfter?: Date;
  /** Attempts beyond the first. */
  readonly retryLimit?: number;
  /** A transaction the job is part of: it is there if the transaction is. */
  readonly connection?: Queryable;
}

export interface QueueOptions {
  /** Seconds a worker may be silent before its jobs are given to others. */
  readonly lease?: number;
  /** Seconds before the second attempt; each further wait is twice as long, up to an hour, and varied by up to a quarter. */
  readonly retryDelay?: number;
}

/** How many jobs there are of a kind and state. */
export interface JobCount {
  readonly kind: string;
  readonly state: JobState;
  readonly jobs: number;
  /** Seconds since the first of them could have started (waiting) or was sent (others). */
  readonly oldest: number;
}

/** A job that was given up. */
export interface DeadJob {
  readonly id: number;
  readonly kind: string;
  readonly key: string;
  readonly attempts: number;
  readonly error: string;
  readonly finishedAt: Date;
}

export class Queue {
  readonly #database: Database;
  /** Seconds. */
  readonly lease: number;
  readonly #retryDelay: number;

  constructor(database: Database, { lease = LEASE, retryDelay = FIRST_DELAY }: QueueOptions = {}) {
    this.#database = database;
    this.lease = lease;
    this.#retryDelay = retryDelay;
  }

  /** Adds a job; returns its id, or undefined when its key says that it is there already. */
  async send(kind: JobKind, payload: JsonValue, { key = randomUUID(), once = false, startAfter, retryLimit = RETRY_LIMIT, connection = this.#database }: SendOptions = {}): Promise<number | undefined> {
    const rows = await connection.query<{ id: number }>(
      `insert into jobs (kind, key, once, payload, retry_limit, start_after) select $1::text, $2::text, $3::boolean, $4::jsonb, $5::integer, coalesce($6::timestamptz, now())
       where not ($3 and exists (select from jobs where kind = $1 and key = $2)) on conflict do nothing returning id`,
      [kind, key, once, JSON.stringify(payload), retryLimit, startAfter ?? null],
    );
    return rows[0]?.id;
  }

  /** Takes the job of `kinds` that has waited longest, if there is one. `worker` names who takes it, for people. */
  async take(kinds: readonly JobKind[], worker: string): Promise<Job | undefined> {
    const [job] = await this.#database.query<{ id: number; kind: JobKind; key: string; payload: unknown; attempt: number; lease: string }>(
      `update jobs set state = 'running', attempts = attempts + 1, worker = $2, lease = gen_random_uuid(), leased_until = now() + $3::double precision * interval '1 second'
       where id = (select id from jobs where state = 'waiting' and start_after <= now() and kind = any($1::text[]) order by start_after, id limit 1 for update skip locked)
       returning id, kind, key, payload, attempts as attempt, lease`,
      [kinds, worker, this.lease],
    );
    return job;
  }

  /** Renews the lease; false when the job is no longer this worker's. */
  async renew({ id, lease }: Job): Promise<boolean> {
    const rows = await this.#database.query("update jobs set leased_until = now() + $3::double precision * interval '1 second' where id = $1 and lease = $2 returning id", [id, lease, this.lease]);
    return rows.length === 1;
  }

  /** Marks a job done; false when it is no longer this worker's. */
  async finish({ id, lease }: Job): Promise<boolean> {
    const rows = await this.#database.query("update jobs set state = 'done', lease = null, leased_until = null, error = null, finished_at = now() where id = $1 and lease = $2 returning id", [id, lease]);
    return rows.length === 1;
  }

  /** Says that an attempt failed: the job waits for its next one, or is dead after its last, or at once for a `PermanentFailure`. */
  async fail({ id, lease, attempt }: Job, error: unknown): Promise<JobState | undefined> {
    const [row] = await this.#database.query<{ state: JobState }>(
      `update jobs set lease = null, leased_until = null, error = $3,
         state = case when attempts > retry_limit or $5 then 'dead' else 'waiting' end,
         finished_at = case when attempts > retry_limit or $5 then now() end,
         start_after = now() + $4::double precision * interval '1 second'
       where id = $1 and lease = $2 returning state`,
      [id, lease, messageOf(error), this.#delay(attempt), error instanceof PermanentFailure],
    );
    return row?.state;
  }

  /** Gives a job back undone, as a worker that stops does; the attempt does not count. */
  async giveBack({ id, lease }: Job): Promise<void> {
    await this.#database.query("update jobs set state = 'waiting', lease = null, leased_until = null, attempts = attempts - 1, start_after = now() where id = $1 and lease = $2", [id, lease]);
  }

  /** Takes jobs away from workers whose lease ran out; returns how many. A job that took down its last worker too is dead. */
  async recover(): Promise<number> {
    const rows = await this.#database.query(
      `update jobs set lease = null, leased_until = null, error = 'its worker ' || worker || ' was silent for too long: killed, or out of reach',
         state = case when attempts > retry_limit then 'dead' else 'waiting' end,
         finished_at = case when attempts > retry_limit then now() end,
         start_after = now()
       where id in (select id from jobs where state = 'running' and leased_until < now() for update skip locked) returning id`,
    );
    return rows.length;
  }

  /** Lets dead jobs try again from the start: those of `ids`, or all, except where another job has the key by now; returns how many. */
  async revive(ids?: readonly number[]): Promise<number> {
    const rows = await this.#database.query(
      `update jobs set state = 'waiting', attempts = 0, finished_at = null, start_after = now()
       where state = 'dead' and ($1::bigint[] is null or id = any($1))
         and not exists (select from jobs other where other.kind = jobs.kind and other.key = jobs.key and other.id <> jobs.id and (other.state in ('waiting', 'running') or other.once or (other.state = 'dead' and other.id > jobs.id)))
       returning id`,
      [ids ?? null],
    );
    return rows.length;
  }

  /** Forgets jobs that finished more than 30 days ago; returns how many. */
  async prune(): Promise<number> {
    return (await this.#database.query("delete from jobs where state in ('done', 'dead') and finished_at < now() - $1::integer * interval '1 day' returning id", [REMEMBERED])).length;
  }

  async counts(): Promise<readonly JobCount[]> {
    return this.#database.query<{ kind: string; state: JobState; jobs: number; oldest: number }>(
      `select kind, state, count(*) as jobs, greatest(0, extract(epoch from now() - min(case state when 'waiting' then start_after else created_at end)))::double precision as oldest
       from jobs group by kind, state order by kind, state`,
    );
  }

  /** The jobs given up last, latest first. */
  async dead(limit: number): Promise<readonly DeadJob[]> {
    return this.#database.query<{ id: number; kind: string; key: string; attempts: number; error: string; finishedAt: Date }>(
      `select id, kind, key, attempts, error, finished_at as "finishedAt" from jobs where state = 'dead' order by finished_at desc, id desc limit $1`,
      [limit],
    );
  }

  /** Seconds to wait after the nth attempt; varied so that jobs that failed together do not return together. */
  #delay(attempt: number): number {
    return Math.min(this.#retryDelay * 2 ** (attempt - 1), LONGEST_DELAY) * (0.75 + Math.random() / 2);
  }
}

function messageOf(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return text.toWellFormed().replaceAll("\0", "").slice(0, ERROR_LENGTH);
}
