/**
 * Feeds and the site map.
 *
 *     GET /feeds/trending-day|week|month.atom|json
 *     GET /feeds/families/<family>.atom|json
 *     GET /feeds/searches/<id>.atom|json
 *     GET /sitemap.xml
 */
import { Hono } from "hono";
import type { Context } from "hono";
import { ContentHistory, isUnchanged } from "../../papers/feeds/conditional.ts";
import type { FeedDocument } from "../../papers/feeds/feed-document.ts";
import { FEED_TYPES, writeFeed } from "../../papers/feeds/formats.ts";
import type { FeedFormat } from "../../papers/feeds/formats.ts";
import { sitemap } from "../../papers/feeds/sitemap.ts";
import { familyFeed, searchFeed, trendingFeed } from "../../papers/feeds/sources.ts";
import type { FeedServices } from "../../papers/feeds/sources.ts";
import { TRENDING_WINDOWS } from "../../papers/ranking/trending.ts";

/** Seconds a reader or proxy may use an answer without asking again. */
const FRESH = 300;

export function feedRoutes(services: FeedServices): Hono {
  const history = new ContentHistory();
  const answer = (c: Context, content: string, type: string): Response => {
    const validators = history.validators(c.req.path, content, services.clock());
    c.header("ETag", validators.etag);
    c.header("Last-Modified", validators.lastModified.toUTCString());
    c.header("Cache-Control", `public, max-age=${FRESH}`);
    if (isUnchanged(validators, c.req.header("if-none-match"), c.req.header("if-modified-since"))) return c.body(null, 304);
    return c.body(content, 200, { "Content-Type": type });
  };
  const feed = async (c: Context, load: (name: string) => Promise<FeedDocument | undefined>): Promise<Response> => {
    const [, name = "", format] = /^(.+)\.(atom|json)$/.exec(c.req.param("file") ?? "") ?? [];
    const document = format === undefined ? undefined : await load(name);
    if (document === undefined) return c.text("there is no such feed\n", 404);
    return answer(c, writeFeed(document, format as FeedFormat), FEED_TYPES[format as FeedFormat]);
  };
  return new Hono()
    .get("/feeds/families/:file", (c) => feed(c, (family) => familyFeed(services, family)))
    .get("/feeds/searches/:file", (c) => feed(c, (id) => searchFeed(services, id)))
    .get("/feeds/:file", (c) =>
      feed(c, async (name) => {
        const window = TRENDING_WINDOWS.find((one) => name === `trending-${one}`);
        return window === undefined ? undefined : trendingFeed(services, window);
      }),
    )
    .get("/sitemap.xml", async (c) => answer(c, await sitemap(services.database, services.baseUrl), "application/xml; charset=utf-8"));
}
