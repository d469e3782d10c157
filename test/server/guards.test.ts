import { Agent, request } from "node:http";
import type { Hono } from "hono";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestApp } from "./support/open-app.ts";
import type { OpenedApp } from "./support/open-app.ts";
import { SITE, Visitor } from "./support/visitor.ts";
import { createApp } from "../../src/server/app.ts";
import { ConfigError, configOf } from "../../src/server/config.ts";
import { listen } from "../../src/server/listen.ts";

let opened: OpenedApp;
let app: Hono;
let visitor: Visitor;
beforeAll(async () => {
  opened = await openTestApp();
  ({ app, visitor } = opened);
});
afterAll(() => opened.close());

// a slug that is refused later: what a request gets past the guards
const PASSED = 404;
const FORM = { slug: "no-such-paper" };

test("a form with cookie and token from here passes", async () => {
  expect((await visitor.form("/runs", FORM)).status).toBe(PASSED);
  expect((await visitor.form("/runs", FORM, { "sec-fetch-site": "same-origin", origin: SITE })).status).toBe(PASSED);
  expect((await visitor.json("/api/runs", FORM)).status).toBe(PASSED);
});

test.each([
  ["another site, by what the browser says", { "sec-fetch-site": "cross-site" }],
  ["a sister site", { "sec-fetch-site": "same-site" }],
  ["another origin", { origin: "https://evil.example" }],
  ["a sandboxed frame", { origin: "null" }],
  ["another port", { origin: `${SITE}:9999` }],
  ["no cookie", { cookie: "" }],
  ["a cookie of somebody else", { cookie: "reprise-visit=AAAAAAAAAAAAAAAAAAAAAA" }],
  ["a cookie that is none of ours", { cookie: "reprise-visit=x" }],
])("a form from %s is refused", async (_, headers) => {
  expect((await visitor.form("/runs", FORM, headers)).status).toBe(403);
});

test.each(["", "forged", "A".repeat(43)])("the token %j is refused", async (csrf) => {
  expect((await visitor.form("/runs", { ...FORM, csrf })).status).toBe(403);
  expect((await visitor.json("/api/runs", FORM, { "x-csrf-token": csrf })).status).toBe(403);
});

test("a body that is no form cannot bring its token along, and other methods that change something are guarded too", async () => {
  expect((await visitor.form("/runs", FORM, { "content-type": "text/plain" })).status).toBe(403);
  expect((await app.request(`${SITE}/runs`, { method: "DELETE" })).status).toBe(403);
});

test("media types are told alike in capitals", async () => {
  expect((await visitor.json("/api/runs", FORM, { "content-type": "Application/JSON" })).status).toBe(PASSED);
  expect((await visitor.form("/runs", FORM, { "content-type": "Application/X-WWW-Form-URLEncoded" })).status).toBe(PASSED);
});

test("after a body that is too large the connection is closed, so that the next request goes through another", async () => {
  const server = await listen(app, { host: "127.0.0.1", port: 0 });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const ask = (path: string, body?: string): Promise<number | undefined> => new Promise((resolve, reject) => {
    const asked = request(server.url + path, { method: body === undefined ? "GET" : "POST", agent, headers: { "content-type": "application/json" } }, (answer) => answer.resume().on("end", () => resolve(answer.statusCode)));
    asked.on("error", reject).end(body);
  });
  expect([await ask("api/runs", "x".repeat(3_000_000)), await ask("about"), await ask("api/runs", "x".repeat(3_000_000)), await ask("about")]).toEqual([413, 200, 413, 200]);
  agent.destroy();
  await server.stop(1000);
});

test("a body beyond the limit is refused, said or not", async () => {
  const large = "x".repeat(70_000);
  expect((await visitor.form("/runs", { slug: large })).status).toBe(413);
  const stream = new ReadableStream({ start: (controller) => { controller.enqueue(new TextEncoder().encode(large)); controller.close(); } });
  const unsaid = new Request(`${SITE}/api/runs`, { method: "POST", body: stream, duplex: "half", headers: { "content-type": "application/json" } } as RequestInit & { duplex: "half" });
  expect((await app.request(unsaid)).status).toBe(413);
});

test("a body that is no JSON, or has other fields, is refused with the reason", async () => {
  const response = await visitor.json("/api/runs", { slug: "crossmae", profile: "full" });
  expect([response.status, await response.text()]).toEqual([400, expect.stringContaining("profile")]);
});

test("who asks too often waits: reads and writes apart, with the time to wait", async () => {
  const limited = createApp(opened.configured({ REPRISE_READS_PER_MINUTE: "3", REPRISE_WRITES_PER_MINUTE: "2" }));
  const eager = await new Visitor(limited).arrive(); // one read
  expect([(await eager.get("/about")).status, (await eager.get("/about")).status, (await eager.get("/about")).status]).toEqual([200, 200, 429]);
  expect([(await eager.form("/runs", FORM)).status, (await eager.form("/runs", FORM)).status]).toEqual([PASSED, PASSED]);
  const refused = await eager.form("/runs", FORM);
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
});

test("behind a trusted proxy the last address it names counts, and without trust none that is sent does", async () => {
  const asking = async (settings: Record<string, string>, forwarded: string[]): Promise<number[]> => {
    const limited = createApp(opened.configured({ REPRISE_READS_PER_MINUTE: "1", ...settings }));
    const statuses: number[] = [];
    for (const address of forwarded) statuses.push((await limited.request(`${SITE}/about`, { headers: { "x-forwarded-for": address } })).status);
    return statuses;
  };
  expect(await asking({ REPRISE_TRUST_PROXY: "on" }, ["1.1.1.1", "2.2.2.2", "9.9.9.9, 1.1.1.1"])).toEqual([200, 200, 429]);
  expect(await asking({}, ["1.1.1.1", "2.2.2.2"])).toEqual([200, 429]);
});

test("a server for others starts no runs and shows no metrics unless its owner allows it", async () => {
  const open = createApp(opened.configured({ REPRISE_PUBLIC_URL: "https://papers.example.org", REPRISE_HOST: "0.0.0.0" }));
  const ask = (path: string): Promise<Response> => Promise.resolve(open.request(`https://papers.example.org${path}`));
  expect((await ask("/metrics")).status).toBe(404);
  expect(await (await ask("/papers/crossmae")).text()).toContain("This server starts no runs.");
  const page = await ask("/about");
  expect(page.headers.get("strict-transport-security")).toBe("max-age=31536000");
  expect(page.headers.get("set-cookie")).toContain("Secure");
  expect((await open.request("http://127.0.0.1/about")).status).toBe(421);
});

test("settings are checked at once, and an error does not repeat them", () => {
  expect(() => configOf({ REPRISE_HOST: "0.0.0.0" })).toThrow("REPRISE_PUBLIC_URL");
  expect(() => configOf({ REPRISE_PORT: "80a", REPRISE_SECRET: "short", REPRISE_DATABASE_URL: "mysql://user:password@host/x" })).toThrow(ConfigError);
  try {
    configOf({ REPRISE_PORT: "80a", REPRISE_SECRET: "short", REPRISE_DATABASE_URL: "mysql://user:password@host/x" });
  } catch (error) {
    expect(String(error)).toMatch(/REPRISE_PORT.*REPRISE_DATABASE_URL.*REPRISE_SECRET/);
    expect(String(error)).not.toMatch(/short|password/);
  }
  expect(configOf({ REPRISE_DATA: "/d" })).toMatchObject({ host: "127.0.0.1", port: 8017, runsEnabled: true, metrics: true, readsPerMinute: 0 });
});
