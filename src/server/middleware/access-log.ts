/** A line in the log and a count for each request, with its id. The route's pattern is written, never path, query or address. */
import type { Context, MiddlewareHandler } from "hono";
import { matchedRoutes } from "hono/route";
import type { Log } from "../log.ts";
import type { Metrics } from "../metrics.ts";

export function accessLog(log: Log, metrics: Pick<Metrics, "answered">): MiddlewareHandler {
  return async (c, next) => {
    const began = performance.now();
    await next();
    const seconds = (performance.now() - began) / 1000;
    const route = patternOf(c);
    metrics.answered(c.req.method, route, c.res.status, seconds);
    log.info({ request: c.get("requestId"), method: c.req.method, route, status: c.res.status, milliseconds: Math.round(seconds * 1000) }, "answered");
  };
}

/** The pattern that matched best; middleware matches everything and does not count. */
export function patternOf(c: Context): string {
  return matchedRoutes(c).findLast(({ path }) => !path.endsWith("/*") && path !== "*")?.path ?? "none";
}
