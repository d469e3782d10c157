/** Scripts and styles of the pages. Their names carry a hash of what is in them, so browsers may keep them for ever. */
import { serveStatic } from "@hono/node-server/serve-static";
import { Hono } from "hono";
import type { Services } from "../services.ts";

/** A worker goes by the policy of its own file: those that train compile WebAssembly, and fetch nothing but our files. */
const ASSET_POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; frame-ancestors 'none'";

export function assetRoutes({ pages }: Pick<Services, "pages">): Hono {
  return new Hono().get(
    "/assets/*",
    serveStatic({
      root: pages.assetDirectory,
      rewriteRequestPath: (path) => path.replace(/^\/assets/, ""),
      onFound: (_path, c) => {
        c.header("Cache-Control", "public, max-age=31536000, immutable");
        c.header("Content-Security-Policy", ASSET_POLICY);
      },
    }),
  );
}
