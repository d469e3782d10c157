import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestApp } from "./support/open-app.ts";
import type { OpenedApp } from "./support/open-app.ts";
import { Visitor } from "./support/visitor.ts";
import { compileFixture, removeFixture } from "../cli/compiled-fixture.ts";
import { createApp } from "../../src/server/app.ts";
import type { RunState } from "../../src/server/pages/views.ts";

let main: string;
let opened: OpenedApp;
let visitor: Visitor;
beforeAll(async () => {
  main = await compileFixture("api", join(import.meta.dirname, "fixture/main.ts"));
  opened = await openTestApp({ main, milliseconds: 100 });
  ({ visitor } = opened);
});
afterAll(async () => {
  await opened.close();
  await removeFixture(main);
});

const body = async <T>(response: Promise<Response>): Promise<T> => (await (await response).json()) as T;

interface Sent {
  readonly id?: string;
  readonly event?: string;
  readonly data?: string;
}

/** Reads server-sent events until the stream ends. */
async function events(path: string, headers: Record<string, string> = {}): Promise<Sent[]> {
  const text = await (await visitor.get(path, headers)).text();
  return text.trim().split("\n\n").filter((block) => !block.startsWith(":")).map((block) => Object.fromEntries(block.split("\n").map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 2)])) as Sent);
}

test("search gives hits with scores and passages whose marks are where the words stand", async () => {
  const { hits, took, leftOut } = await body<{ hits: { id: string; slug: string; title: string; score: number; stages: Record<string, number>; why: { text: string; marks: [number, number][] }[] }[]; took: number; leftOut: string[] }>(visitor.get("/api/search?q=cross-attention+masked+autoencoder&limit=3&status=runs"));
  expect(hits[0]).toMatchObject({ id: "crossmae", slug: "crossmae", title: "Rethinking Patch Dependence for Masked Autoencoders", stages: { lexical: expect.any(Number) as number } });
  expect(hits.map(({ score }) => score)).toEqual(hits.map(({ score }) => score).sort((a, b) => b - a));
  expect(leftOut).toEqual([]);
  expect(hits.length).toBeLessThanOrEqual(3);
  expect(took).toBeGreaterThan(0);
  const words = hits[0]?.why.flatMap(({ text, marks }) => marks.map(([from, to]) => text.slice(from, to).toLowerCase())) ?? [];
  expect(words.length).toBeGreaterThan(0);
  expect(words.filter((word) => !/^(cross|attention|mask|autoencod)/.test(word))).toEqual([]);
});

test.each(["limit=0", "limit=101", "limit=x", "from=1", "modality=smell", "status=maybe", "q=too-long"])("search refuses %s and says what is wrong", async (word) => {
  const query = word === "q=too-long" ? `q=${"x".repeat(301)}` : word;
  const response = await visitor.get(`/api/search?${query}`);
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ error: { status: 400, message: expect.stringContaining(query.slice(0, query.indexOf("="))) as string } });
});

test("facets count what each filter would leave, each under the other filters", async () => {
  type Counts = Record<"families" | "years" | "statuses" | "code", { value: string; papers: number }[]>;
  const all = await body<Counts>(visitor.get("/api/facets"));
  const sum = (counts: { papers: number }[]): number => counts.reduce((total, { papers }) => total + papers, 0);
  for (const counts of [all.families, all.years, all.statuses, all.code]) expect(sum(counts)).toBe(209);
  expect(all.statuses.find(({ value }) => value === "runs")?.papers).toBe(Object.keys(opened.services.systems).length);
  const masked = await body<Counts>(visitor.get("/api/facets?family=masked"));
  expect(masked.families).toEqual(all.families);
  expect(sum(masked.statuses)).toBe(all.families.find(({ value }) => value === "masked")?.papers);
});

test("suggestions go on as typed and say where they lead", async () => {
  const { suggestions } = await body<{ suggestions: { kind: string; text: string; href: string }[] }>(visitor.get("/api/suggest?q=rethinking+pat"));
  expect(suggestions).toEqual([{ kind: "paper", text: "Rethinking Patch Dependence for Masked Autoencoders", href: "/papers/crossmae" }]);
  const { suggestions: words } = await body<{ suggestions: { kind: string; text: string; href: string }[] }>(visitor.get("/api/suggest?q=masked+im"));
  const keyword = words.find(({ kind }) => kind === "keyword");
  expect(new URL(keyword?.href ?? "", "http://localhost").searchParams.get("q")).toBe(keyword?.text);
  expect((await body<{ suggestions: unknown[] }>(visitor.get("/api/suggest?q=")))["suggestions"]).toEqual([]);
});

test("a paper, papers like it, the ledger and what trends are JSON", async () => {
  expect(await body(visitor.get("/api/papers/crossmae"))).toMatchObject({ id: "crossmae", arxiv: "2401.14391", runs: true, card: { problem: [expect.any(String), expect.any(String)] } });
  expect((await visitor.get("/api/papers/none")).status).toBe(404);
  const { hits } = await body<{ hits: { id: string }[] }>(visitor.get("/api/papers/crossmae/similar?limit=4"));
  expect(hits).toHaveLength(4);
  expect(hits.map(({ id }) => id)).not.toContain("crossmae");
  const { systems } = await body<{ systems: { slug: string; result: { verdict: string } | null }[] }>(visitor.get("/api/ledger"));
  expect(systems).toHaveLength(209);
  expect(systems.find(({ slug }) => slug === "crossmae")?.result?.verdict).toBe("direction only");
  expect(await body(visitor.get("/api/trending?window=day"))).toMatchObject({ window: "day", places: [{ id: "crossmae", score: 1.5 }] });
});

test("the OpenAPI document names every route", async () => {
  const document = await body<{ openapi: string; paths: Record<string, Record<string, unknown>> }>(visitor.get("/api/openapi.json"));
  expect(document.openapi).toBe("3.1.0");
  expect(document.paths["/api/subscriptions"]?.["post"]).toMatchObject({ requestBody: { content: { "application/json": { schema: { required: ["address"], additionalProperties: false, properties: { timeZone: { type: "string" }, searches: { anyOf: [{ type: "array" }, { type: "string" }] } } } } } } });
  expect(Object.entries(document.paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method} ${path}`))).toEqual([
    "get /api/search",
    "get /api/facets",
    "get /api/suggest",
    "get /api/papers/{id}",
    "get /api/papers/{id}/similar",
    "get /api/trending",
    "get /api/ledger",
    "get /api/token",
    "post /api/runs",
    "get /api/runs",
    "get /api/runs/{id}",
    "post /api/runs/{id}/cancel",
    "post /api/runs/{id}/resume",
    "get /api/runs/{id}/files",
    "get /api/runs/{id}/events",
    "get /api/assemble",
    "post /api/subscriptions",
  ]);
});

test("a run is started, followed to its end, followed again from the middle, and its files are fetched", async () => {
  const started = await visitor.json("/api/runs", { slug: "crossmae" });
  expect(started.status).toBe(201);
  const { run } = (await started.json()) as { run: RunState };
  expect((await visitor.json("/api/runs", { slug: "crossmae" })).status).toBe(200);

  const all = await events(`/api/runs/${run.id}/events`);
  expect(all[0]?.event).toBe("hello");
  expect(all.at(-1)?.event).toBe("end");
  const states = all.filter(({ event }) => event === "state").map(({ data }) => JSON.parse(data as string) as RunState);
  expect(states.at(-1)).toMatchObject({ status: "finished", outcome: { verdict: "reproduced" }, conditions: [{ name: "gain", expected: "≥ +0.05", measured: "+0.1", outcome: "held" }, { name: "cost" }] });
  const numbers = all.flatMap(({ id }) => (id === undefined ? [] : [Number(id)]));
  expect(numbers).toEqual(numbers.map((_, index) => index + 1));

  const middle = Math.floor(numbers.length / 2);
  const rest = await events(`/api/runs/${run.id}/events`, { "last-event-id": String(middle) });
  expect(rest.flatMap(({ id }) => (id === undefined ? [] : [Number(id)]))).toEqual(numbers.slice(middle));

  const { files } = await body<{ files: { name: string; href: string; bytes: number }[] }>(visitor.get(`/api/runs/${run.id}/files`));
  const report = files.find(({ name }) => name === "run/report.json");
  const fetched = await visitor.get(report?.href as string);
  expect(fetched.headers.get("content-disposition")).toBe('attachment; filename="report.json"');
  expect(fetched.headers.get("content-type")).toBe("application/octet-stream");
  expect(((await fetched.json()) as { slug: string }).slug).toBe("crossmae");

  const page = await visitor.text(`/runs/${run.id}`);
  expect(page).toContain(`<iframe class="report" title="Full report" src="/runs/${run.id}/report" sandbox="allow-popups allow-popups-to-escape-sandbox" loading="lazy">`);
  const own = await visitor.get(`/runs/${run.id}/report`);
  expect(own.headers.get("content-security-policy")).toContain("sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'");
  expect(await own.text()).toContain("<!doctype html>");
  expect(await visitor.text("/runs")).toContain("reproduced");

  for (const name of ["..%2f..%2fsecret", "%2e%2e/%2e%2e/secret", "run/..%2f..%2f..%2fsecret", "%2fetc%2fpasswd", "..%5c..%5csecret", "log.txt%00", ""]) {
    expect((await visitor.get(`/runs/${run.id}/files/${name}`)).status, name).toBe(404);
  }
});

test("a run that is cancelled while its process is being started ends as cancelled", async () => {
  const { run } = await opened.services.runs.submit("multimae");
  await opened.services.runs.nextChange(5000, new AbortController().signal); // taken from the queue
  await opened.services.runs.cancel(run.id);
  const last = (await events(`/api/runs/${run.id}/events`)).filter(({ event }) => event === "state").at(-1);
  expect(JSON.parse(last?.data as string)).toMatchObject({ status: "cancelled" });
});

test("a run is cancelled by form and continued by form; neither is possible twice", async () => {
  const { run } = await body<{ run: RunState }>(visitor.json("/api/runs", { slug: "multimae" }));
  const cancelled = await visitor.form(`/runs/${run.id}/cancel`);
  expect([cancelled.status, cancelled.headers.get("location")]).toEqual([303, `/runs/${run.id}`]);
  await events(`/api/runs/${run.id}/events`); // to its end
  expect((await visitor.form(`/runs/${run.id}/cancel`)).status).toBe(409);
  expect((await visitor.json(`/api/runs/${run.id}/resume`, {})).status).toBe(200);
  const last = (await events(`/api/runs/${run.id}/events`)).filter(({ event }) => event === "state").at(-1);
  expect(JSON.parse(last?.data as string)).toMatchObject({ status: "finished" });
});

test("what cannot run is refused: unknown, planned, forbidden", async () => {
  expect((await visitor.json("/api/runs", { slug: "none" })).status).toBe(404);
  expect((await visitor.json("/api/runs", { slug: "mixencoder" })).status).toBe(422);
  const closed = await new Visitor(createApp(opened.configured({ REPRISE_RUNS: "off" }))).arrive();
  expect((await closed.json("/api/runs", { slug: "crossmae" })).status).toBe(403);
  for (const path of ["", "/events", "/files"]) expect((await visitor.get(`/api/runs/none${path}`)).status).toBe(404);
});

test("the server says that it lives, that it is ready, and what it counted by route", async () => {
  expect(await body(visitor.get("/health"))).toEqual({ status: "alive" });
  expect(await body(visitor.get("/ready"))).toEqual({ status: "ready" });
  await visitor.get("/papers/crossmae");
  const metrics = await visitor.text("/metrics");
  expect(metrics).toMatch(/reprise_http_requests_total\{method="GET",route="\/papers\/:id",status="200"\} \d+/);
  expect(metrics).toContain('reprise_runs{status="running"} 0');
  expect(metrics).not.toContain("/papers/crossmae");
});

test("streams end and the server is not ready any more when it is about to stop", async () => {
  const { run } = await body<{ run: RunState }>(visitor.json("/api/runs", { slug: "crossmae" }));
  const stream = events(`/api/runs/${run.id}/events`);
  opened.closing.abort();
  expect((await stream).at(-1)?.event).not.toBe("end"); // the browser comes back
  expect((await visitor.get("/ready")).status).toBe(503);
});
