/** Bounds how often one address may ask. Addresses are kept in memory only, for a minute, and as keyed hashes. */
import { createHmac } from "node:crypto";
import { getConnInfo } from "@hono/node-server/conninfo";
import type { Context, MiddlewareHandler } from "hono";
import { HTTPException } from "hono/http-exception";
import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";

const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);

export interface RateLimits {
  /** Requests a minute that read, and that change something; 0 is no limit. */
  readonly readsPerMinute: number;
  readonly writesPerMinute: number;
  readonly trustProxy: boolean;
  readonly key: Buffer;
}

/** Answers 429 with Retry-After when an address asks too often. */
export function rateLimit({ readsPerMinute, writesPerMinute, trustProxy, key }: RateLimits): MiddlewareHandler {
  const reads = limiter(readsPerMinute);
  const writes = limiter(writesPerMinute);
  const visitor = visitorKey(key, trustProxy);
  return async (c, next) => {
    const chosen = SAFE.has(c.req.method) ? reads : writes;
    try {
      await chosen?.consume(visitor(c));
    } catch (refused) {
      if (!(refused instanceof RateLimiterRes)) throw refused;
      c.header("Retry-After", String(Math.max(1, Math.ceil(refused.msBeforeNext / 1000))));
      throw new HTTPException(429, { message: "too many requests; wait a moment and try again" });
    }
    await next();
  };
}

/** Who asks, as a keyed hash of the address. */
export function visitorKey(key: Buffer, trustProxy: boolean): (c: Context) => string {
  return (c) => createHmac("sha256", key).update(addressOf(c, trustProxy)).digest("base64url");
}

function limiter(perMinute: number): RateLimiterMemory | undefined {
  return perMinute === 0 ? undefined : new RateLimiterMemory({ points: perMinute, duration: 60 });
}

/** Who asks. A proxy appends the address it saw, so the last one is the proxy's word and those before it are anybody's. */
function addressOf(c: Context, trustProxy: boolean): string {
  const forwarded = trustProxy ? c.req.header("x-forwarded-for")?.split(",").at(-1)?.trim() : undefined;
  return forwarded ?? connectionAddress(c) ?? "unknown";
}

function connectionAddress(c: Context): string | undefined {
  return c.env !== undefined && "incoming" in (c.env as object) ? getConnInfo(c).remote.address : undefined;
}
