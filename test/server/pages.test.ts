import type { Hono } from "hono";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestApp } from "./support/open-app.ts";
import type { OpenedApp } from "./support/open-app.ts";
import { SITE, Visitor } from "./support/visitor.ts";
import { upsertPapers } from "../../src/papers/store/papers.ts";
import { paper } from "../papers/support/paper.ts";

let opened: OpenedApp;
let app: Hono;
let visitor: Visitor;
beforeAll(async () => {
  opened = await openTestApp();
  ({ app, visitor } = opened);
});
afterAll(() => opened.close());

test("the first page introduces itself: papers that run, families with their counts", async () => {
  const html = await visitor.text("/");
  expect(html).toContain("<h1>Find a paper and run it</h1>");
  expect(html).toContain('<a href="/papers/crossmae">');
  expect(html).toMatch(/Retrieval and ranking<\/a> <span class="quiet">15</);
});

test("a search works without scripts: words in any order, a misspelling, filters of the form", async () => {
  expect(await visitor.text("/?q=attention+that+reads+the+query+only+once")).toMatch(/<ol class="hits"><li><article class="paper-line"><h2><a href="\/papers\/mixencoder">/);
  expect(await visitor.text("/?q=maskd+autoencodr+cross+atention")).toContain('href="/papers/crossmae"');
  const filtered = await visitor.text("/?family=masked&status=runs&from=&to=&modality=&code=");
  expect([...filtered.matchAll(/<h2><a href="\/papers\/([^"]+)">/g)].map(([, slug]) => slug)).toEqual(["crossmae", "multimae"]);
  expect(await visitor.text("/?q=zzzzqqq")).toContain("No paper found");
});

test("filters that make no sense are left out instead of failing", async () => {
  const response = await visitor.get("/?family=masked&from=banana&modality=smell");
  expect(response.status).toBe(200);
  expect(await response.text()).toContain("7 papers");
});

test("a paper's page has its card, its method as a drawing and in words, and how to run it", async () => {
  const html = await visitor.text("/papers/crossmae");
  expect(html).toContain("Take self-attention out of the decoder.");
  expect(html).toContain('aria-label="The method: its stages and what each reads, in words below"');
  expect(html).toContain("Cross-attention decoder (decoder), from: Positions of some hidden patches; Weighted sums of all layers");
  expect(html).toMatch(/<form method="post" action="\/runs"><input type="hidden" name="csrf" value="[\w-]{43}"\/><input type="hidden" name="slug" value="crossmae"\/>/);
  expect(html).toContain("npx reprise run crossmae");
  expect(html).toContain("direction only"); // its verdict in the ledger
});

test("a planned paper says so and offers no Run", async () => {
  const html = await visitor.text("/papers/mixencoder");
  expect(html).toContain("Its system is planned and does not run yet.");
  expect(html).not.toContain('action="/runs"');
});

test("script in a harvested title, abstract, author or address is shown as text", async () => {
  const evil = '<script>alert(1)</script><img src=x onerror=alert(2)>"\'';
  await upsertPapers(opened.services.database, [paper("arxiv:2601.00001", { title: `${evil} $x<y$`, abstract: `${evil}</script>`, authors: [evil], keywords: [evil], url: "javascript:alert(3)", code: "javascript:alert(4)" })]);
  const html = await visitor.text("/papers/arxiv%3A2601.00001");
  expect(html).toContain("&lt;script>alert(1)&lt;/script>");
  expect(html).not.toContain("<script>alert");
  expect(html).not.toContain("<img");
  expect(html).not.toContain('href="javascript:');
  expect(html).toContain("<math");
});

test("what was searched for cannot leave its attribute or the page's data", async () => {
  const html = await visitor.text(`/?q=${encodeURIComponent('"><script>alert(1)</script><!--')}`);
  expect(html).not.toContain("<script>alert");
  const data = /<script id="view" type="application\/json">(.*?)<\/script>/s.exec(html)?.[1] as string;
  expect((JSON.parse(data) as { view: { query: string } }).view.query).toBe('"><script>alert(1)</script><!--');
});

test("the ledger lists all papers, sorts and filters by its address", async () => {
  const html = await visitor.text("/ledger?family=masked&sort=paper&order=descending");
  expect(html).toContain("7 of 209 papers");
  expect([...html.matchAll(/<th scope="row"><a href="\/papers\/([^"]+)">/g)].map(([, slug]) => slug)).toEqual(["videomae-v2", "uta", "position-prediction", "multimae", "flexpredict", "crossmae", "croco"]);
  expect(html).toContain('aria-sort="descending"');
});

test("trending says why each paper has its place", async () => {
  expect(await visitor.text("/trending?window=month")).toContain("3 new upvotes in the last week (+2.00)");
});

test.each(["/about", "/api/docs", "/runs", "/trending", "/ledger"])("%s is a page", async (path) => {
  const response = await visitor.get(path);
  expect(response.status).toBe(200);
  expect(await response.text()).toContain("<h1>");
});

test("what is not there is a page that says so, and JSON below /api", async () => {
  const page = await visitor.get("/nothing");
  expect([page.status, await page.text()]).toEqual([404, expect.stringContaining("<h1>Nothing here</h1>")]);
  const json = await visitor.get("/api/nothing");
  expect([json.status, await json.json()]).toEqual([404, { error: { status: 404, message: "there is no such page", request: expect.stringMatching(/^[0-9a-f-]{36}$/) as string } }]);
});

test("pages allow nothing inline and nothing from elsewhere", async () => {
  const response = await visitor.get("/papers/crossmae");
  const policy = response.headers.get("content-security-policy") as string;
  expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
  expect(policy).not.toContain("unsafe");
  expect(response.headers.get("x-content-type-options")).toBe("nosniff");
  const html = await response.text();
  expect(html).not.toMatch(/<[^>]+ (?:style|on\w+)=/);
  expect([...html.matchAll(/(?:src|href)="(https?:[^"]+)"/g)].map(([, address]) => new URL(address as string).hostname).filter((host) => !["arxiv.org", "github.com"].includes(host))).toEqual([]);
});

test("the theme of the cookie is in the first byte of the page; other values are ignored", async () => {
  expect(await (await visitor.get("/about", { cookie: "theme=dark" })).text()).toContain('<html lang="en" data-theme="dark">');
  expect(await (await visitor.get("/about", { cookie: 'theme="><script>' })).text()).toContain('<html lang="en">');
});

test("another host name is refused, as a page elsewhere could have it point here", async () => {
  expect((await app.request("http://evil.example/")).status).toBe(421);
  expect((await app.request("http://localhost:8017/about")).status).toBe(200);
  expect((await app.request(`${SITE}/health`)).status).toBe(200);
});

test("the log has the route and the request's id, never the query", async () => {
  await visitor.get("/?q=something+private");
  await visitor.get("/papers/some-secret-paper");
  const lines = opened.logged.join("");
  expect(lines).not.toMatch(/private|some-secret/);
  expect(JSON.parse(opened.logged.at(-1) as string)).toMatchObject({ method: "GET", route: "/papers/:id", status: 404, request: expect.stringMatching(/^[0-9a-f-]{36}$/) as string });
});
