/** The model server as an application: guards that every request passes, then the routes. */
import { createHash, timingSafeEqual } from "node:crypto";
import { OpenAPIHono } from "@hono/zod-openapi";
import type { Context, MiddlewareHandler } from "hono";
import { HTTPException } from "hono/http-exception";
import { requestId } from "hono/request-id";
import { Overloaded } from "./batcher.ts";
import { docsPage } from "./docs-page.ts";
import type { Log } from "../log.ts";
import { accessLog } from "../middleware/access-log.ts";
import { allowedHosts } from "../middleware/allowed-hosts.ts";
import { bodySize } from "../middleware/body-size.ts";
import type { ModelService } from "./model-service.ts";
import { addRoutes } from "./routes.ts";

type Status = 400 | 401 | 404 | 413 | 415 | 421 | 422 | 429 | 500;

const TYPES: Readonly<Record<Status, string>> = { 400: "malformed", 401: "unauthorized", 404: "not_found", 413: "too_large", 415: "unsupported_media_type", 421: "other_host", 422: "invalid", 429: "overloaded", 500: "failed" };

const EXPECTED_TYPE = "expected Content-Type: application/json";

const answerError = (c: Context, status: Status, message: string): Response => c.json({ error: { status, type: TYPES[status], message } }, status);

/** What fails inside goes to the log; answers say nothing of it. */
export function createModelApp(service: ModelService, log: Log): OpenAPIHono {
  const { config, metrics, model } = service;
  const app = new OpenAPIHono({
    defaultHook: (result, c) => {
      if (result.success) return undefined;
      const problems = result.error.issues.map(({ path, message }) => `${path.map(String).join(".") || "body"}: ${message}`);
      return answerError(c, 422, problems.slice(0, 5).join("; "));
    },
  });
  app.use(requestId({ generator: () => crypto.randomUUID(), headerName: "" }));
  app.use(accessLog(log, metrics));
  app.get("/health", (c) => c.json({ status: "ok" }));
  if (config.hosts !== null) app.use(allowedHosts(config.hosts, "see --host"));
  if (config.token !== null) app.use(bearer(config.token));
  app.use(bodySize(config.bodyBytes, (c) => answerError(c, 413, `a request may have ${config.bodyBytes} bytes`)));
  app.use(jsonOnly);
  addRoutes(app, service);
  app.get("/metrics", async (c) => c.body(await metrics.registry.metrics(), 200, { "Content-Type": metrics.registry.contentType }));
  app.doc31("/openapi.json", { openapi: "3.1.0", info: { title: `${config.name}: ${model.pretrained.architecture.modelType} for ${model.pretrained.task}`, version: config.version } });
  app.get("/docs", (c) => c.html(docsPage(app.getOpenAPI31Document({ openapi: "3.1.0", info: { title: config.name, version: config.version } }))));
  app.notFound((c) => answerError(c, 404, `there is no ${c.req.method} ${c.req.path}; see /docs`));
  app.onError((error, c) => {
    if (error instanceof Overloaded) {
      c.header("Retry-After", "1");
      return answerError(c, 429, error.message);
    }
    if (error instanceof HTTPException) return answerError(c, error.status as Status, error.status === 415 ? EXPECTED_TYPE : error.message);
    if ((error as NodeJS.ErrnoException).code === "ECONNRESET") return answerError(c, 400, "the request broke off"); // nobody reads it
    log.error({ request: c.get("requestId") as string, err: error }, "failed");
    return answerError(c, 500, "the server failed at this; its log says more");
  });
  return app;
}

/** Asks for a token; compared by hash, in constant time. */
function bearer(token: string): MiddlewareHandler {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  const expected = digest(`Bearer ${token}`);
  return async (c, next) => {
    if (!timingSafeEqual(digest(c.req.header("authorization") ?? ""), expected)) {
      c.header("WWW-Authenticate", "Bearer");
      return answerError(c, 401, "expected the header Authorization: Bearer TOKEN");
    }
    await next();
    return undefined;
  };
}

/** Bodies are JSON and say so: a page of another site cannot send that without asking first. */
const jsonOnly: MiddlewareHandler = async (c, next) => {
  if (c.req.method === "POST" && !/^application\/(\w+\+)?json\b/i.test(c.req.header("content-type") ?? "")) return answerError(c, 415, EXPECTED_TYPE);
  await next();
  return undefined;
};
