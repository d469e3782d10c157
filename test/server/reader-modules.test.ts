import type { Hono } from "hono";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestApp } from "./support/open-app.ts";
import type { OpenedApp } from "./support/open-app.ts";
import { SITE, Visitor } from "./support/visitor.ts";
import { readerModules } from "../../src/server/reader-modules.ts";

let opened: OpenedApp;
let app: Hono;
let visitor: Visitor;
beforeAll(async () => {
  opened = await openTestApp({}, (services) => readerModules(services, { mailWorks: true }));
  ({ app, visitor } = opened);
});
afterAll(() => opened.close());

const FIELDS = { address: "ada@example.org", frequency: "weekly", weekday: "2", hour: "6", timeZone: "Europe/Berlin", paperCount: "5", families: "masked", searches: "late interaction" };

test("the form of the page subscribes, and only with its token", async () => {
  expect(await visitor.text("/subscribe")).toContain('<form class="form" method="post" action="/subscribe">');
  expect((await visitor.form("/subscribe", { ...FIELDS, csrf: "forged" })).status).toBe(403);
  const done = await visitor.form("/subscribe", FIELDS);
  expect([done.status, await done.text()]).toEqual([202, expect.stringContaining("Look into your mail")]);
  expect(await opened.services.database.query("select status, frequency, hour from subscribers")).toMatchObject([{ status: "pending", frequency: "weekly", hour: 6 }]);
});

test("a mistake is said in the page and loses nothing that was entered", async () => {
  const html = await (await visitor.form("/subscribe", { ...FIELDS, address: "nobody", timeZone: "Nowhere/None" })).text();
  expect(html).toContain('role="alert"');
  expect(html).toContain('value="nobody"');
  expect(html).toContain("late interaction</textarea>");
});

test("one-click unsubscription comes from anywhere, and a forged token does nothing", async () => {
  const response = await app.request(`${SITE}/people/unsubscribe?token=forged.token`, { method: "POST", headers: { origin: "https://mail.example", "sec-fetch-site": "cross-site", "content-type": "application/x-www-form-urlencoded" }, body: "List-Unsubscribe=One-Click" });
  expect([response.status, await response.text()]).toEqual([403, expect.stringContaining("That did not work")]);
});

test("feeds and the site map answer", async () => {
  for (const path of ["/feeds/trending-week.atom", "/feeds/families/masked.json", "/sitemap.xml"]) expect((await visitor.get(path)).status, path).toBe(200);
});
