/** Errors as answers: JSON below /api, a page elsewhere. What went wrong inside stays in the log. */
import type { Context, ErrorHandler, NotFoundHandler } from "hono";
import { HTTPException } from "hono/http-exception";
import { page } from "./respond.ts";
import type { PageOptions } from "./respond.ts";
import type { Services } from "./services.ts";
import { QueueFull, RunConflict } from "../papers/runs/run.ts";
import { QueryError } from "../papers/search/port.ts";

type Status = NonNullable<PageOptions["status"]>;

const HEADINGS: Readonly<Record<number, string>> = {
  400: "That was not understood",
  403: "Refused",
  404: "Nothing here",
  409: "Not possible now",
  413: "Too large",
  421: "Another name",
  422: "Not possible",
  429: "Too fast",
  503: "Not now",
};

/** Answers an error in the form the path asks for. */
export function answerError(c: Context, services: Services, status: Status, message: string): Response {
  if (c.req.path.startsWith("/api/")) return c.json({ error: { status, message, request: c.get("requestId") as string } }, status);
  return page(c, services, { page: "message", heading: HEADINGS[status] ?? "Something went wrong", text: sentence(message), action: null }, { title: HEADINGS[status] ?? "Error", status });
}

export function notFound(services: Services): NotFoundHandler {
  return (c) => answerError(c, services, 404, "there is no such page");
}

export function onError(services: Services): ErrorHandler {
  return (error, c) => {
    if (error instanceof HTTPException) return answerError(c, services, error.status as Status, error.message);
    if (error instanceof QueryError) return answerError(c, services, 400, error.message);
    if (error instanceof RunConflict) return answerError(c, services, 409, error.message);
    if (error instanceof QueueFull) return answerError(c, services, 503, error.message);
    services.log.error({ request: c.get("requestId"), err: error }, "failed");
    return answerError(c, services, 500, `the server failed at this; its log says more under ${c.get("requestId") as string}`);
  };
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.?!]$/.test(text) ? "" : "."}`;
}
