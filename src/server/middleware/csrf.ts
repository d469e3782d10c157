/**
 * Protection against requests that other sites make in a visitor's name. A request that changes something must
 *   1. come from a page of this server, as far as the browser says where it comes from (Sec-Fetch-Site, Origin), and
 *   2. carry a token that belongs to the visitor's cookie: HMAC of the cookie's random value under a key of the server.
 * The token is in every form (`csrf`) and goes in the header `x-csrf-token` from scripts.
 */
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { Context, MiddlewareHandler } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import { HTTPException } from "hono/http-exception";

const COOKIE = "reprise-visit";
const VISIT = /^[A-Za-z0-9_-]{22}$/;
const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);
const FORMS = /^(?:application\/x-www-form-urlencoded|multipart\/form-data)\b/i;

/** The token for this visitor's forms; sets the cookie on a first visit. */
export function csrfToken(c: Context, key: Buffer): string {
  const visit = visitOf(c) ?? newVisit(c);
  return tokenOf(visit, key);
}

/** Answers 403 to requests that change something and do not prove where they come from. `publicOrigin` is that of REPRISE_PUBLIC_URL. */
export function csrfProtection(key: Buffer, publicOrigin: string | null): MiddlewareHandler {
  return async (c, next) => {
    if (!SAFE.has(c.req.method)) {
      if (!comesFromHere(c, publicOrigin)) throw new HTTPException(403, { message: "the request comes from another site" });
      const visit = visitOf(c);
      const sent = await sentToken(c);
      if (visit === undefined || sent === undefined || !equal(sent, tokenOf(visit, key))) throw new HTTPException(403, { message: "the form's token is missing, forged or from an earlier visit; reload the page and try again" });
    }
    await next();
  };
}

function comesFromHere(c: Context, publicOrigin: string | null): boolean {
  const site = c.req.header("sec-fetch-site");
  if (site !== undefined && site !== "same-origin") return false;
  const origin = c.req.header("origin");
  return origin === undefined || origin === new URL(c.req.url).origin || origin === publicOrigin;
}

async function sentToken(c: Context): Promise<string | undefined> {
  const header = c.req.header("x-csrf-token");
  if (header !== undefined || !FORMS.test(c.req.header("content-type") ?? "")) return header;
  const field = (await c.req.parseBody())["csrf"];
  return typeof field === "string" ? field : undefined;
}

function visitOf(c: Context): string | undefined {
  const visit = getCookie(c, COOKIE);
  return visit !== undefined && VISIT.test(visit) ? visit : undefined;
}

function newVisit(c: Context): string {
  const visit = randomBytes(16).toString("base64url");
  setCookie(c, COOKIE, visit, { httpOnly: true, sameSite: "Lax", path: "/", secure: new URL(c.req.url).protocol === "https:" });
  return visit;
}

function tokenOf(visit: string, key: Buffer): string {
  return createHmac("sha256", key).update(visit).digest("base64url");
}

function equal(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
