/** The last resort under load: of more requests at once than can be answered soon, the later ones are told to come back. */
import type { MiddlewareHandler } from "hono";
import { HTTPException } from "hono/http-exception";

/** Seconds after which to come back. */
const PAUSE = 2;

/** Answers 503 with Retry-After while `most` requests are being answered. Streams count until they have begun. */
export function inFlight(most: number): MiddlewareHandler {
  let now = 0;
  return async (c, next) => {
    if (now >= most) {
      c.header("Retry-After", String(PAUSE));
      throw new HTTPException(503, { message: "too many are asking at this moment; try again in a few seconds" });
    }
    now++;
    try {
      await next();
    } finally {
      now--;
    }
  };
}
