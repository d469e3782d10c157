/**
 * The life of a digest in the database, which makes it exactly once as far as SMTP allows.
 *
 *     planned --claim--> planned (leased) --markSending--> sending --finish--> sent | failed | unknown
 *        ^                      |                             |
 *        +------- retry --------+-----------------------------+ (the server refused for now)
 *
 * Only the step from planned to sending allows message data to leave, and it succeeds once: it is one conditional update that
 * names the claim. It is stored before the data go out. Whoever dies before it leaves a lease that ends, and the digest is
 * claimed again; whoever dies after it leaves `sending`, which becomes `unknown` when the lease ends and is never sent again.
 *
 * Leases and backoff use the database's clock, which all schedulers share.
 */
import { randomId } from "../people/subscribers.ts";
import type { Database, Queryable, Row } from "../store/database.ts";

export type DigestState = "planned" | "sending" | "sent" | "failed" | "unknown" | "skipped";

export interface Claim {
  readonly subscriber: string;
  /** YYYY-MM-DD. */
  readonly localDate: string;
  /** This attempt, from 1. */
  readonly attempt: number;
  /** Random; whoever holds it may work on the digest until the lease ends. */
  readonly claim: string;
}

/** How a digest ends, or what comes next. */
export type Outcome =
  | { readonly state: "sent"; readonly detail: string }
  | { readonly state: "failed" | "unknown" | "skipped"; readonly detail: string }
  | { readonly state: "planned"; readonly detail: string; readonly retryInSeconds: number };

/** Another process took the digest over, or its reader left, before anything was sent. */
export class ClaimLost extends Error {
  override readonly name = "ClaimLost";
}

interface ClaimRow extends Row {
  readonly subscriber: string;
  readonly local_date: string;
  readonly attempts: number;
}

/** Takes the next digest that may be worked on, for `leaseSeconds`; undefined when there is none. Two callers never get the same. */
export async function claimDigest(database: Database, leaseSeconds: number): Promise<Claim | undefined> {
  const claim = randomId();
  const rows = await database.query<ClaimRow>(
    `with next as materialized (
       select subscriber, local_date from digests
       where state = 'planned' and next_attempt_at <= now() and (lease_until is null or lease_until < now())
       order by next_attempt_at limit 1 for update skip locked)
     update digests d set claim = $1, lease_until = now() + make_interval(secs => $2), attempts = attempts + 1
     from next where d.subscriber = next.subscriber and d.local_date = next.local_date
     returning d.subscriber, d.local_date, d.attempts`,
    [claim, leaseSeconds],
  );
  return rows.map(({ subscriber, local_date: localDate, attempts: attempt }) => ({ subscriber, localDate, attempt, claim }))[0];
}

/**
 * The step that allows sending; when it returns, it is stored for good. Throws ClaimLost when the lease ended, another process
 * holds the digest or the reader is not active any more: then nothing may be sent.
 */
export async function markSending(database: Database, { subscriber, localDate, claim }: Claim, leaseSeconds: number): Promise<void> {
  await database.transaction(async (connection) => {
    await connection.query("set local synchronous_commit to on");
    const rows = await connection.query(
      `update digests d set state = 'sending', lease_until = now() + make_interval(secs => $4)
       where subscriber = $1 and local_date = $2::date and claim = $3 and state = 'planned' and lease_until >= now()
         and exists (select from subscribers s where s.id = d.subscriber and s.status = 'active')
       returning subscriber`,
      [subscriber, localDate, claim, leaseSeconds],
    );
    if (rows.length === 0) throw new ClaimLost("the lease ended, or the reader unsubscribed, before anything was sent");
    await logEvent(connection, subscriber, localDate, "sending", "");
  });
}

/**
 * Stores how an attempt ended, if the claim still holds; returns whether. An end that comes after the lease was given up
 * replaces `unknown`, because by then it is known.
 */
export async function finish(connection: Queryable, { subscriber, localDate, claim }: Claim, outcome: Outcome): Promise<boolean> {
  const retry = outcome.state === "planned" ? outcome.retryInSeconds : 0;
  const rows = await connection.query(
    `update digests set state = $4, reason = $5, claim = case when $4 = 'planned' then null else claim end, lease_until = null,
       next_attempt_at = now() + make_interval(secs => $6)
     where subscriber = $1 and local_date = $2::date and claim = $3 and state in ('planned', 'sending', 'unknown') returning subscriber`,
    [subscriber, localDate, claim, outcome.state, outcome.state === "sent" ? null : outcome.detail, retry],
  );
  if (rows.length === 0) return false;
  await logEvent(connection, subscriber, localDate, outcome.state === "planned" ? "retry" : outcome.state, outcome.detail);
  // papers of a digest that certainly did not arrive may come again
  if (outcome.state === "failed" || outcome.state === "skipped") await connection.query("delete from digest_papers where subscriber = $1 and local_date = $2::date", [subscriber, localDate]);
  return true;
}

/** Digests whose process died while sending become unknown: the server may have taken them. Returns how many. */
export async function giveUpLost(database: Database): Promise<number> {
  return database.transaction(async (connection) => {
    const rows = await connection.query<{ subscriber: string; local_date: string }>(
      `update digests set state = 'unknown', lease_until = null, reason = 'the sending process ended before it could store the answer of the mail server'
       where state = 'sending' and lease_until < now() returning subscriber, local_date`,
    );
    for (const { subscriber, local_date: localDate } of rows) await logEvent(connection, subscriber, localDate, "unknown", "lease ended");
    return rows.length;
  });
}

/** How many digests are in each state; states without digests are left out. */
export async function countDigests(connection: Queryable): Promise<Partial<Record<DigestState, number>>> {
  const rows = await connection.query<{ state: DigestState; n: number }>("select state, count(*) as n from digests group by state");
  return Object.fromEntries(rows.map(({ state, n }) => [state, n]));
}

async function logEvent(connection: Queryable, subscriber: string, localDate: string, event: string, detail: string): Promise<void> {
  await connection.query("insert into digest_events (subscriber, local_date, event, detail) values ($1, $2::date, $3, $4)", [subscriber, localDate, event, detail.slice(0, 1000)]);
}
