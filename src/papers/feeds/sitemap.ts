/** The site map for search engines (sitemaps.org 0.9). */
import { escapeHtml } from "../../lab/report/html.ts";
import { paperUrl, siteUrl } from "../digest/links.ts";
import type { Queryable } from "../store/database.ts";

/** Addresses one file may have. */
const MOST = 50_000;
const PAGES = ["", "trending", "ledger", "subscribe", "about"];

/** Pages, then papers, catalogued ones first. */
export async function sitemap(connection: Queryable, baseUrl: string): Promise<string> {
  const papers = await connection.query<{ id: string; changed: Date }>("select id, changed_at as changed from papers where not withdrawn order by slug is null, id limit $1", [MOST - PAGES.length]);
  return siteMap([...PAGES.map((path) => ({ url: siteUrl(baseUrl, path) })), ...papers.map(({ id, changed }) => ({ url: paperUrl(baseUrl, { id }), changed }))]);
}

/** Whole addresses as a site map. */
export function siteMap(places: readonly { readonly url: string; readonly changed?: Date }[]): string {
  const lines = places.map(({ url, changed }) => `<url><loc>${escapeHtml(url)}</loc>${changed === undefined ? "" : `<lastmod>${changed.toISOString()}</lastmod>`}</url>`);
  return ['<?xml version="1.0" encoding="UTF-8"?>', '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">', ...lines, "</urlset>", ""].join("\n");
}
