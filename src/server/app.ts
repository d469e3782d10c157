/** The server as one application: what every request passes, then the routes of each area. */
import { Hono } from "hono";
import type { MiddlewareHandler } from "hono";
import { compress } from "hono/compress";
import { HTTPException } from "hono/http-exception";
import { requestId } from "hono/request-id";
import { hostNames } from "./config.ts";
import { notFound, onError } from "./errors.ts";
import { accessLog } from "./middleware/access-log.ts";
import { allowedHosts } from "./middleware/allowed-hosts.ts";
import { bodySize } from "./middleware/body-size.ts";
import { csrfProtection } from "./middleware/csrf.ts";
import { inFlight } from "./middleware/in-flight.ts";
import { rateLimit } from "./middleware/rate-limit.ts";
import { securityHeaders } from "./middleware/security-headers.ts";
import { apiDocument, apiRoutes } from "./routes/api.ts";
import { assembleRoutes } from "./routes/assemble.ts";
import { assetRoutes } from "./routes/assets.ts";
import { ledgerRoutes } from "./routes/ledger.ts";
import { operationsRoutes } from "./routes/operations.ts";
import { paperRoutes } from "./routes/papers.ts";
import { plainPages } from "./routes/plain-pages.ts";
import { runRoutes } from "./routes/runs.ts";
import { searchRoutes } from "./routes/search.ts";
import type { Services } from "./services.ts";
import { deriveKey } from "../papers/people/secret.ts";

/** Routes of an area. */
export type RouteModule = (services: Services) => Hono;

export interface AppOptions {
  /** Further areas. */
  readonly modules?: readonly RouteModule[];
  /**
   * Areas whose requests prove by themselves that they are meant, as a signed token in an unsubscribe link does: mail
   * programs send those from outside, so they are not asked where they come from.
   */
  readonly selfProving?: readonly RouteModule[];
}

export function createApp(services: Services, { modules = [], selfProving = [] }: AppOptions = {}): Hono {
  const { config, log, metrics, secret } = services;
  const { publicUrl } = config;
  const app = new Hono();
  app.use(requestId({ generator: () => crypto.randomUUID(), headerName: "" })); // ids are ours: one that is sent could be made to mislead
  app.use(accessLog(log, metrics));
  app.use(securityHeaders({ https: publicUrl?.startsWith("https:") ?? false }));
  app.use(compressed);
  app.route("/", operationsRoutes(services));
  app.use(allowedHosts(hostNames(config), "see REPRISE_PUBLIC_URL"));
  app.route("/", assetRoutes(services));
  app.use(inFlight(config.requestsAtOnce));
  app.use(rateLimit({ ...config, key: deriveKey(secret, "rate limit") }));
  app.use(bodySize(config.bodyBytes, () => { throw new HTTPException(413, { message: `a request may carry ${config.bodyBytes / 1024} KiB` }); }));
  for (const module of selfProving) app.route("/", module(services));
  app.use(csrfProtection(deriveKey(secret, "csrf"), publicUrl === null ? null : new URL(publicUrl).origin));

  const api = apiRoutes(services);
  app.route("/", plainPages(services, () => apiDocument(api, services.version)));
  app.route("/", api);
  for (const routes of [searchRoutes, paperRoutes, ledgerRoutes, assembleRoutes, runRoutes, ...modules]) app.route("/", routes(services));
  app.notFound(notFound(services));
  app.onError(onError(services));
  return app;
}

const compression = compress();

/** Everything but streams of events, which must arrive one by one. */
const compressed: MiddlewareHandler = (c, next) => (c.req.path.endsWith("/events") ? next() : compression(c, next));
