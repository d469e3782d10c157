/** Pages that need little: trending, about, and the reader's guide to the API. */
import { Hono } from "hono";
import { apiView } from "../pages/api-views.ts";
import { briefOf } from "../pages/paper-views.ts";
import type { TrendingView } from "../pages/views.ts";
import { page } from "../respond.ts";
import type { Services } from "../services.ts";
import { TRENDING_WINDOWS } from "../../papers/ranking/trending.ts";
import type { TrendingWindow } from "../../papers/ranking/trending.ts";

const PLACES = 50;

/** `document` gives the OpenAPI document that the guide is drawn from. */
export function plainPages(services: Services, document: () => object): Hono {
  const { papers, version } = services;
  return new Hono()
    .get("/trending", async (c) => page(c, services, await trendingView(services, windowOf(c.req.query("window"))), { title: "Trending" }))
    .get("/about", (c) => page(c, services, { page: "about", version, papers: papers.catalogued.length, running: papers.catalogued.filter(({ runs }) => runs).length }, { title: "About" }))
    .get("/api/docs", (c) => page(c, services, apiView(document()), { title: "API" }));
}

export async function trendingView({ trending, papers }: Services, window: TrendingWindow): Promise<TrendingView> {
  const places = await trending.list(window, PLACES);
  const known = await papers.papers(places.map(({ id }) => id));
  return { page: "trending", window, places: places.flatMap(({ id, score, why }) => { const paper = known.get(id); return paper ? [{ ...briefOf(paper), score, why }] : []; }) };
}

export function windowOf(value: string | undefined): TrendingWindow {
  return TRENDING_WINDOWS.find((window) => window === value) ?? "week";
}
