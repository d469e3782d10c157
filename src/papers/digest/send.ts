/** Sends the digests that are planned: claims one, prepares it, hands it to the mail server, and stores how that ended. */
import { setTimeout as delay } from "node:timers/promises";
import { ClaimLost, claimDigest, finish, giveUpLost, markSending } from "./digests.ts";
import type { Claim, DigestState, Outcome } from "./digests.ts";
import type { Mailer } from "./mailer.ts";
import { planDigests } from "./plan.ts";
import { digestPapers, trendingSource } from "./prepare.ts";
import type { SearchPapers, TrendingSource } from "./prepare.ts";
import { render } from "./render.ts";
import { meaningOf } from "./smtp-failure.ts";
import type { SmtpError } from "./smtp-failure.ts";
import { subscriberById } from "../people/subscribers.ts";
import type { Subscriber } from "../people/subscriber.ts";
import type { Suppressions } from "../people/suppression.ts";
import type { Tokens } from "../people/tokens.ts";
import type { Database, Queryable } from "../store/database.ts";

export interface DigestServices {
  readonly database: Database;
  readonly mailer: Mailer;
  readonly tokens: Tokens;
  readonly suppressions: Suppressions;
  readonly search: SearchPapers;
  /** The explorer's address as readers see it. */
  readonly baseUrl: string;
  readonly clock: () => Date;
  readonly settings?: Partial<SendSettings>;
}

export interface SendSettings {
  /** Seconds a digest belongs to the process that took it; longer than any delivery takes. */
  readonly leaseSeconds: number;
  /** Attempts before a digest is given up as failed. */
  readonly maxAttempts: number;
  /** Seconds to wait after the first failed attempt; doubled after each further one, up to an hour. */
  readonly firstDelaySeconds: number;
  /** Deliveries at once. */
  readonly concurrency: number;
}

export const SEND_SETTINGS: SendSettings = { leaseSeconds: 300, maxAttempts: 8, firstDelaySeconds: 60, concurrency: 4 };
const LONGEST_DELAY = 3600;
/** Tries to store an outcome, which a short break of the database should not turn into "unknown". */
const STORE_TRIES = 3;

/** What a run did. */
export interface DigestRun {
  readonly planned: number;
  /** Digests given up because their process died while sending. */
  readonly lost: number;
  /** Attempts of this run by how they ended; "planned" is one that will be tried again. */
  readonly ended: Readonly<Partial<Record<DigestState, number>>>;
}

/** Plans what is due and sends until nothing is left to do now, or `signal` asks to stop between two mails. */
export async function runDigests(services: DigestServices, signal?: AbortSignal): Promise<DigestRun> {
  const { database, clock } = services;
  const settings = { ...SEND_SETTINGS, ...services.settings };
  const lost = await giveUpLost(database);
  const planned = await planDigests(database, clock());
  const trending = trendingSource(database, clock());
  const ended: Partial<Record<DigestState, number>> = {};
  const sender = async (): Promise<void> => {
    while (!signal?.aborted) {
      const claim = await claimDigest(database, settings.leaseSeconds);
      if (claim === undefined) return;
      const { state } = await sendClaimed(services, settings, claim, trending);
      ended[state] = (ended[state] ?? 0) + 1;
    }
  };
  const senders = await Promise.allSettled(Array.from({ length: settings.concurrency }, sender));
  for (const result of senders) if (result.status === "rejected") throw result.reason;
  return { planned, lost, ended };
}

/** One attempt at one digest, its outcome stored. */
async function sendClaimed(services: DigestServices, settings: SendSettings, claim: Claim, trending: TrendingSource): Promise<Outcome> {
  const { database, suppressions, clock } = services;
  const subscriber = await subscriberById(database, claim.subscriber);
  const { outcome, suppress } = await attempt(services, settings, claim, subscriber, trending);
  await persist(() =>
    database.transaction(async (connection) => {
      await finish(connection, claim, outcome);
      if (suppress && subscriber !== undefined) await suppressions.add(connection, subscriber.address, "bounce", outcome.detail, clock());
    }),
  );
  return outcome;
}

interface Attempted {
  readonly outcome: Outcome;
  readonly suppress?: boolean;
}

async function attempt(services: DigestServices, settings: SendSettings, claim: Claim, subscriber: Subscriber | undefined, trending: TrendingSource): Promise<Attempted> {
  const { database, mailer, clock, search } = services;
  let dataStarted = false;
  try {
    if (claim.attempt > settings.maxAttempts) return { outcome: { state: "failed", detail: `${settings.maxAttempts} attempts ended without a result` } };
    if (subscriber === undefined || !(await wantsMail(services, database, subscriber))) return { outcome: { state: "skipped", detail: "the reader unsubscribed or gets no mail any more" } };
    const papers = await digestPapers(database, subscriber, claim.localDate, clock(), trending, search);
    if (papers.length === 0) return { outcome: { state: "skipped", detail: "there was no paper the reader has not had yet" } };
    const message = render(readerOf(services, subscriber), papers, claim.localDate, services.baseUrl);
    const { response } = await mailer.deliver(message, async () => {
      await markSending(database, claim, settings.leaseSeconds);
      dataStarted = true;
    });
    return { outcome: { state: "sent", detail: response } };
  } catch (error) {
    return afterFailure(error, dataStarted, claim, settings);
  }
}

function afterFailure(error: unknown, dataStarted: boolean, { attempt: number }: Claim, { maxAttempts, firstDelaySeconds }: SendSettings): Attempted {
  const { kind, suppress, reason } = meaningOf(error instanceof Error ? (error as SmtpError) : { message: String(error) }, dataStarted);
  if (kind === "unknown") return { outcome: { state: "unknown", detail: reason } };
  if (kind === "refused") return { outcome: { state: "failed", detail: reason }, suppress };
  if (number >= maxAttempts) return { outcome: { state: "failed", detail: `given up after ${number} attempts; the last: ${reason}` } };
  return { outcome: { state: "planned", detail: reason, retryInSeconds: error instanceof ClaimLost ? 0 : Math.min(LONGEST_DELAY, firstDelaySeconds * 2 ** (number - 1)) } };
}

async function wantsMail({ suppressions }: DigestServices, connection: Queryable, { status, address }: Subscriber): Promise<boolean> {
  return status === "active" && (await suppressions.find(connection, address)) === undefined;
}

/** The reader with fresh tokens for the links of a mail. */
export function readerOf({ tokens, clock }: Pick<DigestServices, "tokens" | "clock">, { id, address }: Subscriber): Parameters<typeof render>[0] {
  return { id, address, unsubscribeToken: tokens.issue("unsubscribe", id, clock()), manageToken: tokens.issue("manage", id, clock()) };
}

async function persist(store: () => Promise<void>): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      return await store();
    } catch (error) {
      if (tries === STORE_TRIES) throw error;
      await delay(200 * tries);
    }
  }
}
