/**
 * What people can do without an account: subscribe, confirm, change, follow, star, leave, take their data along, have them
 * deleted. Who may do what is proved by tokens from mails; the answers never tell whether an address is known.
 */
import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { normaliseAddress } from "./address.ts";
import { exportSubscriber } from "./export.ts";
import type { SubscriberExport } from "./export.ts";
import { followAuthors, followFamilies, saveSearches, starPaper } from "./follow.ts";
import { changePreferences } from "./subscriber.ts";
import type { Following, Preferences, Subscriber } from "./subscriber.ts";
import { activateSubscriber, deleteSubscriber, ensureSubscriber, following, storePreferences, subscriberById, unsubscribe } from "./subscribers.ts";
import type { Suppressions } from "./suppression.ts";
import type { TokenFault, TokenPurpose, Tokens } from "./tokens.ts";
import { FAMILY_NAMES } from "../ranking/family-title.ts";
import type { Database, Queryable } from "../store/database.ts";

export interface PeopleServices {
  readonly database: Database;
  readonly tokens: Tokens;
  readonly suppressions: Suppressions;
  readonly clock: () => Date;
  /** Has a letter sent to a subscriber soon (see digest/letter.ts). Called in the transaction `connection`. */
  readonly sendLetter: (connection: Queryable, subscriber: string) => Promise<void>;
  readonly limits?: Partial<SubscribeLimits>;
}

/** Subscriptions an hour. */
export interface SubscribeLimits {
  /** From one network address; more are refused. */
  readonly perVisitor: number;
  /** For one mail address; more are answered as usual and ignored. */
  readonly perAddress: number;
}

export const SUBSCRIBE_LIMITS: SubscribeLimits = { perVisitor: 20, perAddress: 3 };
const HOUR = 3600; // seconds

/** A visitor subscribes too many addresses. */
export class TooManySubscriptions extends Error {
  override readonly name = "TooManySubscriptions";
  /** Seconds. */
  readonly retryAfter: number;

  constructor(retryAfter: number) {
    super("too many subscriptions from here; try again later");
    this.retryAfter = retryAfter;
  }
}

/** A token that does not allow what is asked. */
export class TokenRefused extends Error {
  override readonly name = "TokenRefused";
  readonly fault: TokenFault;

  constructor(fault: TokenFault) {
    super(WORDS[fault]);
    this.fault = fault;
  }
}

const WORDS: Readonly<Record<TokenFault, string>> = {
  malformed: "this link is not complete; open it from the mail, or copy all of it",
  forged: "this link is not valid",
  "wrong purpose": "this link is not valid",
  expired: "this link is too old; subscribe again to get a new one",
  used: "this link was used already",
};

/** What a subscriber may see and change; parts left out of a change stay as they are. */
export interface Profile {
  readonly preferences: Preferences;
  readonly following: Following;
}

export interface ProfileChanges extends Partial<Preferences> {
  readonly families?: readonly string[];
  readonly authors?: readonly string[];
  readonly searches?: readonly string[];
}

export class People {
  readonly #services: PeopleServices;
  readonly #visitors: RateLimiterMemory;
  readonly #addresses: RateLimiterMemory;

  constructor(services: PeopleServices) {
    const { perVisitor, perAddress } = { ...SUBSCRIBE_LIMITS, ...services.limits };
    this.#services = services;
    this.#visitors = new RateLimiterMemory({ points: perVisitor, duration: HOUR });
    this.#addresses = new RateLimiterMemory({ points: perAddress, duration: HOUR });
  }

  /**
   * Asks the owner of an address, by mail, to confirm; an active subscriber gets the link to the preferences instead, a
   * suppressed address nothing. The wishes are kept until then; they never change those of a confirmed subscriber, as anybody
   * can type an address. Throws AddressError, PreferenceError, TooManySubscriptions; otherwise says nothing.
   */
  async subscribe(address: string, visitor: string, wishes: ProfileChanges = {}): Promise<void> {
    const { database, suppressions, clock, sendLetter } = this.#services;
    await consume(this.#visitors, visitor, (wait) => new TooManySubscriptions(wait));
    const normal = normaliseAddress(address);
    const allowed = await this.#addresses.consume(normal).then(
      () => true,
      () => false,
    );
    await database.transaction(async (connection) => {
      if (!allowed || (await suppressions.find(connection, normal)) !== undefined) return;
      const subscriber = await ensureSubscriber(connection, normal, clock());
      if (subscriber.status === "pending") await applyChanges(connection, subscriber, wishes);
      await sendLetter(connection, subscriber.id);
    });
  }

  /** Confirms an address; its mail starts. */
  async confirm(token: string): Promise<void> {
    await this.#redeemed(token, "confirm", async (connection, { id }) => {
      await activateSubscriber(connection, id, this.#services.clock());
    });
  }

  /** Stops the mail at once. Works any number of times, and also when the subscriber is not there any more. */
  async unsubscribe(token: string): Promise<void> {
    const reading = this.#services.tokens.read(token, "unsubscribe", this.#services.clock());
    if (!reading.ok) throw new TokenRefused(reading.fault);
    await unsubscribe(this.#services.database, reading.subject);
  }

  /** Whether a token would be accepted, without using it up: for pages that only show a button. Throws TokenRefused. */
  check(token: string, purpose: TokenPurpose): void {
    const reading = this.#services.tokens.read(token, purpose, this.#services.clock());
    if (!reading.ok) throw new TokenRefused(reading.fault);
  }

  async profile(token: string): Promise<Profile> {
    return this.#redeemed(token, "manage", profileOf);
  }

  /** Changes what is given. Throws PreferenceError, and then changes nothing. */
  async change(token: string, changes: ProfileChanges): Promise<Profile> {
    return this.#redeemed(token, "manage", async (connection, subscriber) => {
      await applyChanges(connection, subscriber, changes);
      const changed = await subscriberById(connection, subscriber.id);
      return profileOf(connection, changed ?? subscriber);
    });
  }

  async star(token: string, paper: string, starred: boolean): Promise<void> {
    await this.#redeemed(token, "manage", (connection, { id }) => starPaper(connection, id, paper, starred, this.#services.clock()));
  }

  /** Everything known of the subscriber. */
  async exportData(token: string): Promise<SubscriberExport> {
    return this.#redeemed(token, "manage", async (connection, { id }) => {
      const data = await exportSubscriber(connection, id);
      if (data === undefined) throw new TokenRefused("used");
      return data;
    });
  }

  /** A token that ends the mail, for the button in the preferences. */
  async unsubscribeToken(token: string): Promise<string> {
    return this.#redeemed(token, "manage", async (_, { id }) => this.#services.tokens.issue("unsubscribe", id, this.#services.clock()));
  }

  /** A token with which all data can be deleted, for the button that asks whether that is really meant. */
  async deletionToken(token: string): Promise<string> {
    return this.#redeemed(token, "manage", async (_, { id }) => this.#services.tokens.issue("delete", id, this.#services.clock()));
  }

  /** Deletes everything known of the subscriber, for good. */
  async deleteData(token: string): Promise<void> {
    await this.#redeemed(token, "delete", async (connection, { id }) => {
      await deleteSubscriber(connection, id);
    });
  }

  /** Runs `work` for the token's subscriber, in the transaction that uses the token up. */
  #redeemed<T>(token: string, purpose: TokenPurpose, work: (connection: Queryable, subscriber: Subscriber) => Promise<T>): Promise<T> {
    const { database, tokens, clock } = this.#services;
    return database.transaction(async (connection) => {
      const reading = await tokens.redeem(connection, token, purpose, clock());
      if (!reading.ok) throw new TokenRefused(reading.fault);
      const subscriber = await subscriberById(connection, reading.subject);
      if (subscriber === undefined) throw new TokenRefused("used"); // deleted meanwhile
      return work(connection, subscriber);
    });
  }
}

async function profileOf(connection: Queryable, subscriber: Subscriber): Promise<Profile> {
  const { frequency, weekday, hour, timeZone, paperCount } = subscriber;
  return { preferences: { frequency, weekday, hour, timeZone, paperCount }, following: await following(connection, subscriber.id) };
}

async function applyChanges(connection: Queryable, subscriber: Subscriber, { families, authors, searches, ...preferences }: ProfileChanges): Promise<void> {
  await storePreferences(connection, subscriber.id, changePreferences(subscriber, withoutUndefined(preferences)));
  if (families !== undefined) await followFamilies(connection, subscriber.id, families, FAMILY_NAMES);
  if (authors !== undefined) await followAuthors(connection, subscriber.id, authors);
  if (searches !== undefined) await saveSearches(connection, subscriber.id, searches);
}

function withoutUndefined(changes: Partial<Preferences>): Partial<Preferences> {
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
}

async function consume(limiter: RateLimiterMemory, key: string, refusal: (waitSeconds: number) => Error): Promise<void> {
  try {
    await limiter.consume(key);
  } catch (error) {
    if (!(error instanceof RateLimiterRes)) throw error;
    throw refusal(Math.max(1, Math.ceil(error.msBeforeNext / 1000)));
  }
}
