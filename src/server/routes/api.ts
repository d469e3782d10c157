/** The JSON API: papers, search, trending and the ledger. Runs are in api-runs.ts. */
import { OpenAPIHono, createRoute, z } from "@hono/zod-openapi";
import { HTTPException } from "hono/http-exception";
import { runApi, token } from "./api-runs.ts";
import { assembleApi } from "./assemble.ts";
import { subscriptionShape } from "./preference-form.ts";
import { ledgerRows } from "./ledger.ts";
import { suggestionView } from "../pages/hit-views.ts";
import { answerTo } from "../pages/paper-views.ts";
import type { Answer } from "../pages/views.ts";
import { csrfToken } from "../middleware/csrf.ts";
import { LONGEST_QUERY, filterQuery, filtersOf } from "../query.ts";
import type { Services } from "../services.ts";
import { findCard } from "../../papers/catalogue/catalogue.ts";
import { deriveKey } from "../../papers/people/secret.ts";
import { TRENDING_WINDOWS } from "../../papers/ranking/trending.ts";
import type { SearchHit } from "../../papers/search/port.ts";

const json = (description: string, schema: z.ZodType): { description: string; content: { "application/json": { schema: z.ZodType } } } => ({ description, content: { "application/json": { schema } } });
const problem = json("what is wrong, in words", z.object({ error: z.object({ status: z.int(), message: z.string(), request: z.string() }) }));
const limit = (most: number, usual: number): z.ZodType<number> => z.coerce.number().int().min(1).max(most).default(usual).openapi({ description: `at most so many; ${usual} when left out` });
const id = z.object({ id: z.string().max(200).openapi({ description: "slug of a catalogued paper, or arxiv:..., doi:..., title:..." }) });

const passage = z.object({ field: z.string(), text: z.string(), marks: z.array(z.tuple([z.int(), z.int()])) });
const hit = z.object({ id: z.string(), slug: z.string().nullable(), title: z.string(), score: z.number(), stages: z.record(z.string(), z.number()), why: z.array(passage), explanation: z.string().optional().openapi({ description: "why it stands where it stands" }) });
const paper = z.object({
  id: z.string(),
  slug: z.string().nullable(),
  family: z.string().nullable(),
  title: z.string(),
  authors: z.array(z.string()),
  year: z.int().nullable(),
  venue: z.string().nullable(),
  arxiv: z.string().nullable(),
  doi: z.string().nullable(),
  url: z.string().nullable(),
  code: z.string().nullable(),
  keywords: z.array(z.string()),
  modalities: z.array(z.string()),
  runs: z.boolean(),
  abstract: z.string(),
  card: z.object({ problem: z.array(z.string()), idea: z.array(z.string()), claims: z.array(z.string()), checks: z.array(z.string()) }).nullable(),
});

const searched = filterQuery.extend({ q: z.string().max(LONGEST_QUERY).default("").openapi({ description: "what to look for; left out, papers are listed" }) });
const searchRoute = createRoute({
  method: "get",
  path: "/api/search",
  summary: "Search papers",
  request: { query: searched.extend({ limit: limit(100, 20) }) },
  responses: { 200: json("papers, best first; took is in milliseconds, notices say how the query was read, leftOut which stages a busy server left out", z.object({ hits: z.array(hit), took: z.number(), notices: z.array(z.string()), leftOut: z.array(z.enum(["dense", "rerank"])) })), 400: problem },
});
const facetCounts = z.array(z.object({ value: z.string(), papers: z.int() }));
const facetsRoute = createRoute({
  method: "get",
  path: "/api/facets",
  summary: "How many papers each filter would leave",
  request: { query: searched },
  responses: { 200: json("counts over papers with a word of the query; each passes the other filters", z.object({ families: facetCounts, years: facetCounts, modalities: facetCounts, statuses: facetCounts, code: facetCounts })), 400: problem },
});
const suggestRoute = createRoute({
  method: "get",
  path: "/api/suggest",
  summary: "What goes on as somebody types",
  request: { query: z.object({ q: z.string().max(LONGEST_QUERY).default(""), limit: limit(20, 8) }) },
  responses: { 200: json("titles, keywords and authors with a word that begins as typed; href is where each leads", z.object({ suggestions: z.array(z.object({ kind: z.enum(["paper", "keyword", "author"]), text: z.string(), href: z.string() })) })), 400: problem },
});
const paperRoute = createRoute({ method: "get", path: "/api/papers/{id}", summary: "A paper", request: { params: id }, responses: { 200: json("the paper, with its card where it is catalogued", paper), 404: problem } });
const similarRoute = createRoute({
  method: "get",
  path: "/api/papers/{id}/similar",
  summary: "Papers like one",
  request: { params: id, query: z.object({ limit: limit(50, 10) }) },
  responses: { 200: json("papers, most alike first", z.object({ hits: z.array(hit) })), 404: problem },
});
const trendingRoute = createRoute({
  method: "get",
  path: "/api/trending",
  summary: "Papers people talk about",
  request: { query: z.object({ window: z.enum(TRENDING_WINDOWS).default("week"), limit: limit(100, 50) }) },
  responses: { 200: json("first place first; why says what led to the score", z.object({ window: z.string(), places: z.array(z.object({ id: z.string(), title: z.string(), score: z.number(), why: z.array(z.string()) })) })) },
});
const ledgerRoute = createRoute({ method: "get", path: "/api/ledger", summary: "What every system showed", responses: { 200: json("all papers of the catalogue; result is null while there is no full run", z.object({ systems: z.array(z.looseObject({ slug: z.string() })) })) } });
const tokenRoute = createRoute({ method: "get", path: "/api/token", summary: "A token for requests that change something", responses: { 200: json("goes into the header x-csrf-token, with the cookie that comes with it", z.object({ token: z.string() })) } });

/** Every route below /api but the page of documentation. */
export function apiRoutes(services: Services): OpenAPIHono {
  const { search, papers, trending, metrics, secret } = services;
  const app = newApi();

  app.openapi(searchRoute, async (c) => {
    const { q, limit: most, ...filters } = c.req.valid("query");
    const { hits, took, notices = [], leftOut = [] } = await search.search(q, filtersOf(filters), most);
    metrics.searched(took / 1000);
    return c.json({ hits: hits.map(plainHit), took, notices: [...notices], leftOut: [...leftOut] }, 200);
  });
  app.openapi(facetsRoute, async (c) => {
    const { q, ...filters } = c.req.valid("query");
    const { families, years, modalities, statuses, code } = await search.facets(q, filtersOf(filters));
    return c.json({ families: [...families], years: [...years], modalities: [...modalities], statuses: [...statuses], code: [...code] }, 200);
  });
  app.openapi(suggestRoute, async (c) => {
    const { q, limit: most } = c.req.valid("query");
    return c.json({ suggestions: (await search.suggest(q, most)).map(suggestionView) }, 200);
  });
  app.openapi(paperRoute, async (c) => {
    const record = await papers.paper(c.req.valid("param").id);
    if (!record) throw new HTTPException(404, { message: "no paper is known under that name" });
    const { published: _, updated: __, withdrawn: ___, categories: ____, ...shown } = record;
    return c.json({ ...shown, authors: [...record.authors], keywords: [...record.keywords], modalities: [...record.modalities], card: cardOf(record.slug) }, 200);
  });
  app.openapi(similarRoute, async (c) => {
    const record = await papers.paper(c.req.valid("param").id);
    if (!record) throw new HTTPException(404, { message: "no paper is known under that name" });
    return c.json({ hits: (await search.similar(record.id, c.req.valid("query").limit)).map(plainHit) }, 200);
  });
  app.openapi(trendingRoute, async (c) => {
    const { window, limit: most } = c.req.valid("query");
    const places = await trending.list(window, most);
    const known = await papers.papers(places.map((place) => place.id));
    return c.json({ window, places: places.map(({ id: placed, score, why }) => ({ id: placed, title: known.get(placed)?.title ?? placed, score, why: [...why] })) }, 200);
  });
  app.openapi(ledgerRoute, (c) => c.json({ systems: ledgerRows(services).map(({ title: _, href: __, ...row }) => ({ ...row })) }, 200));
  app.openapi(tokenRoute, (c) => c.json({ token: csrfToken(c, deriveKey(secret, "csrf")) }, 200));
  // what pages draw when somebody has typed: hits with formulas of their titles already set
  app.get("/api/instant", async (c) => {
    const parsed = searchRoute.request.query.safeParse(Object.fromEntries(Object.entries(c.req.query()).filter(([, value]) => value !== "")));
    if (!parsed.success) throw new HTTPException(400, { message: z.prettifyError(parsed.error) });
    const { q, limit: most, ...filters } = parsed.data;
    const { took, ...answer } = await answerTo(services, q, filtersOf(filters), most);
    metrics.searched(took / 1000);
    return c.json(answer satisfies Answer);
  });
  runApi(app, services);
  assembleApi(app, services);
  // answered by the routes of people, which pages share
  app.openAPIRegistry.registerPath({
    method: "post",
    path: "/api/subscriptions",
    summary: "Ask for the digest by mail; the address is asked to confirm",
    request: { headers: token, body: { required: true, content: { "application/json": { schema: subscriptionShape } } } },
    responses: { 202: json("a mail is on its way", z.object({ message: z.string() })), 400: problem, 403: problem, 413: problem, 422: problem, 429: problem, 503: problem },
  });
  app.get("/api/openapi.json", (c) => c.json(apiDocument(app, services.version)));
  return app;
}

export function apiDocument(app: OpenAPIHono, version: string): object {
  return app.getOpenAPI31Document({ openapi: "3.1.0", info: { title: "Reprise", version, description: "Papers that run: search them, run them, follow their runs." } });
}

/** An API whose bad requests say what is wrong in the form of all its errors. */
function newApi(): OpenAPIHono {
  return new OpenAPIHono({
    defaultHook: (result) => {
      if (!result.success) throw new HTTPException(400, { message: z.prettifyError(result.error) });
    },
  });
}

function plainHit({ id: found, slug, title, score, stages, why, explanation }: SearchHit): z.output<typeof hit> {
  return { id: found, slug, title, score, stages: { ...stages }, why: why.map(({ field, text, marks }) => ({ field, text, marks: marks.map(([start, end]): [number, number] => [start, end]) })), ...(explanation !== undefined && { explanation }) };
}

function cardOf(slug: string | null): z.output<typeof paper>["card"] {
  const card = slug === null ? undefined : findCard(slug)?.card;
  return card ? { problem: [...card.problem], idea: [...card.idea], claims: [...card.claims], checks: [...card.checks] } : null;
}
