/** Scripts and styles of the pages. Their names carry a hash of what is in them, so browsers may keep them for ever. */
import { serveStatic } from "@hono/node-server/serve-static";
import { Hono } from "hono";
import type { Services } from "../services.ts";

export function assetRoutes({ pages }: Pick<Services, "pages">): Hono {
  return new Hono().get(
    "/assets/*",
    serveStatic({
      root: pages.assetDirectory,
      rewriteRequestPath: (path) => path.replace(/^\/assets/, ""),
      onFound: (_path, c) => c.header("Cache-Control", "public, max-age=31536000, immutable"),
    }),
  );
}
