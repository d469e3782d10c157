/** Refuses bodies that are too large, said or not. */
import type { Context, MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";

/** Bodies of at most `bytes`; `refuse` answers others, or throws. The connection ends then: what is left of the body is not read, so nothing can follow it. */
export function bodySize(bytes: number, refuse: (c: Context) => Response): MiddlewareHandler {
  return bodyLimit({
    maxSize: bytes,
    onError: (c) => {
      c.header("Connection", "close");
      return refuse(c);
    },
  });
}
