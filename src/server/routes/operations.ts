/** What whoever runs the server asks: is it alive, is it ready, what does it count. */
import { Hono } from "hono";
import type { Services } from "../services.ts";

export function operationsRoutes({ database, metrics, config, closing, log }: Services): Hono {
  const app = new Hono()
    .get("/health", (c) => c.json({ status: "alive" }))
    .get("/ready", async (c) => {
      if (closing.aborted) return c.json({ status: "stopping" }, 503);
      try {
        await database.query("select 1");
        return c.json({ status: "ready" });
      } catch (error) {
        log.error({ err: error }, "the database does not answer");
        return c.json({ status: "the database does not answer" }, 503);
      }
    });
  if (!config.metrics) return app;
  return app.get("/metrics", async (c) => {
    c.header("Content-Type", metrics.registry.contentType);
    return c.body(await metrics.registry.metrics());
  });
}
