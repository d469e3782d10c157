/** Refuses requests that name another host: a page elsewhere may have its own name point at this machine (DNS rebinding). */
import type { MiddlewareHandler } from "hono";
import { HTTPException } from "hono/http-exception";

/** Answers 421 unless the request's host, without port, is one of `names`; `hint` says what allows another. */
export function allowedHosts(names: ReadonlySet<string>, hint: string): MiddlewareHandler {
  return async (c, next) => {
    const { hostname } = new URL(c.req.url);
    if (!names.has(hostname.toLowerCase())) throw new HTTPException(421, { message: `this server does not answer under that name; ${hint}` });
    await next();
  };
}
