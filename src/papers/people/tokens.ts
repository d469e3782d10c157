/**
 * Tokens in links: `<payload>.<signature>`, both base64url. The payload says purpose, subject, expiry and a random number;
 * the signature is HMAC-SHA256 under a key derived for that purpose. Nothing is stored for a token until a single-use one is
 * used: then its hash is kept until it would have expired.
 */
import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { deriveKey } from "./secret.ts";
import type { Queryable } from "../store/database.ts";

/**
 * - confirm: the address is right and its owner wants the mail; single-use
 * - manage: see and change preferences, from links in mails
 * - unsubscribe: stop the mail; works more than once, since mail programs repeat requests
 * - delete: remove everything known of a subscriber; single-use, made by the preferences page
 */
export const TOKEN_PURPOSES = ["confirm", "manage", "unsubscribe", "delete"] as const;
export type TokenPurpose = (typeof TOKEN_PURPOSES)[number];

const HOUR = 3_600_000;
/** Milliseconds. An unsubscribe link has to work as long as the mail may lie in a mailbox. */
export const TOKEN_LIFETIME: Readonly<Record<TokenPurpose, number>> = {
  confirm: 48 * HOUR,
  manage: 30 * 24 * HOUR,
  unsubscribe: 400 * 24 * HOUR,
  delete: HOUR,
};
const SINGLE_USE: ReadonlySet<TokenPurpose> = new Set(["confirm", "delete"]);
/** Characters; far above what is made here. */
const LONGEST = 512;

/** Why a token was refused. Callers show the same words for all but `expired` and `used`. */
export type TokenFault = "malformed" | "forged" | "wrong purpose" | "expired" | "used";

export type TokenReading = { readonly ok: true; readonly subject: string } | { readonly ok: false; readonly fault: TokenFault };

interface Payload {
  readonly p: TokenPurpose;
  readonly s: string;
  /** Milliseconds since 1970. */
  readonly e: number;
  readonly n: string;
}

export class Tokens {
  readonly #secret: Buffer;

  constructor(secret: Buffer) {
    this.#secret = secret;
  }

  issue(purpose: TokenPurpose, subject: string, now: Date): string {
    const payload: Payload = { p: purpose, s: subject, e: now.getTime() + TOKEN_LIFETIME[purpose], n: randomBytes(9).toString("base64url") };
    const text = Buffer.from(JSON.stringify(payload)).toString("base64url");
    return `${text}.${this.#sign(purpose, text).toString("base64url")}`;
  }

  /** Checks signature, purpose and expiry; changes nothing. */
  read(token: string, purpose: TokenPurpose, now: Date): TokenReading {
    const parsed = this.#parse(token, purpose, now);
    return "fault" in parsed ? { ok: false, fault: parsed.fault } : { ok: true, subject: parsed.s };
  }

  /**
   * As `read`, and uses a single-use token up. Run it in the transaction of what the token allows: of two requests with the
   * same token one waits for the other and is then refused.
   */
  async redeem(connection: Queryable, token: string, purpose: TokenPurpose, now: Date): Promise<TokenReading> {
    const parsed = this.#parse(token, purpose, now);
    if ("fault" in parsed) return { ok: false, fault: parsed.fault };
    if (SINGLE_USE.has(purpose)) {
      const hash = createHash("sha256").update(token).digest("hex");
      const rows = await connection.query("insert into used_tokens (token_hash, expires_at) values ($1, $2) on conflict do nothing returning token_hash", [hash, new Date(parsed.e)]);
      if (rows.length === 0) return { ok: false, fault: "used" };
    }
    return { ok: true, subject: parsed.s };
  }

  #parse(token: string, purpose: TokenPurpose, now: Date): Payload | { readonly fault: TokenFault } {
    const [, text = "", signature = ""] = (token.length <= LONGEST && /^([\w-]+)\.([\w-]+)$/.exec(token)) || [];
    if (text === "") return { fault: "malformed" };
    const claimed = parsePayload(text);
    if (claimed === undefined) return { fault: "malformed" };
    // The comparison re-encodes, so that a signature has one spelling only and a used token cannot be respelled.
    const expected = Buffer.from(this.#sign(claimed.p, text).toString("base64url"));
    const given = Buffer.from(signature);
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return { fault: "forged" };
    if (claimed.p !== purpose) return { fault: "wrong purpose" };
    if (!(now.getTime() < claimed.e)) return { fault: "expired" };
    return claimed;
  }

  #sign(purpose: TokenPurpose, text: string): Buffer {
    return createHmac("sha256", deriveKey(this.#secret, `token ${purpose}`)).update(text).digest();
  }
}

/** Removes what is kept of tokens that have expired. */
export async function forgetExpiredTokens(connection: Queryable, now: Date): Promise<void> {
  await connection.query("delete from used_tokens where expires_at < $1", [now]);
}

function parsePayload(text: string): Payload | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
    if (typeof value !== "object" || value === null) return undefined;
    const { p, s, e, n } = value as Record<string, unknown>;
    const known = TOKEN_PURPOSES.find((purpose) => purpose === p);
    return known !== undefined && typeof s === "string" && typeof e === "number" && typeof n === "string" ? { p: known, s, e, n } : undefined;
  } catch {
    return undefined;
  }
}
