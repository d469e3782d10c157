/**
 * Addresses that get no mail any more, whatever happens: they bounced, their owner complained, or the operator said so. The
 * list holds keyed hashes, so it can outlive a subscriber who had all data deleted. It depends on the secret: keep both.
 */
import { createHmac } from "node:crypto";
import { deriveKey } from "./secret.ts";
import { subscriberByAddress } from "./subscribers.ts";
import type { Queryable } from "../store/database.ts";
import { escapePattern } from "../../data/text/escape-pattern.ts";

export const SUPPRESSION_REASONS = ["bounce", "complaint", "operator"] as const;
export type SuppressionReason = (typeof SUPPRESSION_REASONS)[number];

/** Characters kept of what a server said. */
const LONGEST_DETAIL = 500;

export class Suppressions {
  readonly #key: Buffer;

  constructor(secret: Buffer) {
    this.#key = deriveKey(secret, "suppression");
  }

  /** Stops all mail to a normalised address at once. The first reason stays. Whether it was a subscriber's. */
  async add(connection: Queryable, address: string, reason: SuppressionReason, detail: string, now: Date): Promise<boolean> {
    await connection.query("insert into mail_suppressions (address_key, reason, detail, suppressed_at) values ($1, $2, $3, $4) on conflict do nothing", [
      this.#addressKey(address),
      reason,
      withoutAddress(detail, address).slice(0, LONGEST_DETAIL),
      now,
    ]);
    const subscriber = await subscriberByAddress(connection, address);
    await connection.query("update subscribers set status = 'suppressed' where address = $1", [address]);
    return subscriber !== undefined;
  }

  /** Takes an address off the list; its owner can then subscribe again. Whether it was on it. */
  async lift(connection: Queryable, address: string): Promise<boolean> {
    await connection.query("update subscribers set status = 'unsubscribed' where address = $1 and status = 'suppressed'", [address]);
    return (await connection.query("delete from mail_suppressions where address_key = $1 returning address_key", [this.#addressKey(address)])).length > 0;
  }

  /** Why an address gets no mail, if so. */
  async find(connection: Queryable, address: string): Promise<{ reason: SuppressionReason; detail: string; suppressedAt: Date } | undefined> {
    const rows = await connection.query<{ reason: SuppressionReason; detail: string; suppressed_at: Date }>(
      "select reason, detail, suppressed_at from mail_suppressions where address_key = $1",
      [this.#addressKey(address)],
    );
    return rows.map(({ reason, detail, suppressed_at: suppressedAt }) => ({ reason, detail, suppressedAt }))[0];
  }

  #addressKey(address: string): string {
    return createHmac("sha256", this.#key).update(address).digest("hex");
  }
}

/** What a server says often names the mailbox. */
export function withoutAddress(text: string, address: string): string {
  return text.replaceAll(new RegExp(escapePattern(address), "gi"), "(address)");
}
