import { Hono } from "hono";
import { HTTPException } from "hono/http-exception";
import { expect, test } from "vitest";
import { inFlight } from "../../src/server/middleware/in-flight.ts";

test("requests beyond those that can be answered are told to come back, and find room later", async () => {
  let finish = (): void => undefined;
  const held = new Promise<void>((done) => (finish = done));
  const app = new Hono()
    .use(inFlight(2))
    .get("/slow", async (c) => (await held, c.text("done")))
    .get("/broken", () => { throw new Error("broken"); })
    .get("/quick", (c) => c.text("quick"));
  app.onError((error, c) => c.text(error.message, error instanceof HTTPException ? error.status : 500));
  for (let i = 0; i < 5; i++) expect((await app.request("/broken")).status).toBe(500); // failures give their places back
  const slow = [app.request("/slow"), app.request("/slow")];
  const refused = await app.request("/quick");
  expect(refused.status).toBe(503);
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  finish();
  expect((await Promise.all(slow)).map(({ status }) => status)).toEqual([200, 200]);
  expect((await app.request("/quick")).status).toBe(200);
});
