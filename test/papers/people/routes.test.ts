import { Hono } from "hono";
import { afterEach, beforeAll, afterAll, beforeEach, expect, test } from "vitest";
import { addPapers, servicesFor } from "../digest/fixture.ts";
import { readMail } from "../digest/read-mail.ts";
import { startSmtpRecorder } from "../digest/smtp-recorder.ts";
import type { Behaviour, SmtpRecorder } from "../digest/smtp-recorder.ts";
import { emptyTables } from "../support/databases.ts";
import { openTestPglite } from "../support/pglite.ts";
import { digestHandler, runDigests } from "../../../src/papers/digest/index.ts";
import type { DigestServices } from "../../../src/papers/digest/index.ts";
import { sendLetterSoon } from "../../../src/papers/digest/jobs.ts";
import { People } from "../../../src/papers/people/people.ts";
import { Tokens } from "../../../src/papers/people/tokens.ts";
import { subscriberByAddress } from "../../../src/papers/people/subscribers.ts";
import { Queue } from "../../../src/papers/queue/queue.ts";
import type { PgliteDatabase } from "../../../src/papers/store/pglite.ts";
import { peopleRoutes, subscribeRoutes } from "../../../src/server/routes/people.ts";
import type { PeopleRouteServices, PeopleView } from "../../../src/server/routes/people.ts";

let database: PgliteDatabase;
let server: SmtpRecorder;
let behaviour: Behaviour = "accept";
let now = new Date("2026-03-09T10:00:00Z");
let services: DigestServices;
let app: Hono;
let queue: Queue;
beforeAll(async () => {
  database = await openTestPglite();
});
afterAll(() => database.close());
beforeEach(async () => {
  await emptyTables(database);
  behaviour = "accept";
  now = new Date("2026-03-09T10:00:00Z");
  server = await startSmtpRecorder(() => behaviour);
  services = servicesFor(database, server.url, { clock: () => now });
  queue = new Queue(database);
  const { tokens, suppressions, clock } = services;
  const people = new People({ database, tokens, suppressions, clock, sendLetter: (connection, subscriber) => sendLetterSoon(queue, connection, subscriber) });
  const routes: PeopleRouteServices = {
    people,
    database,
    suppressions,
    clock,
    mailWorks: true,
    bounceSecret: "reports-secret",
    visitor: () => "127.0.0.1",
    show: (c, view, status) => c.json(view, status),
  };
  app = new Hono().route("/", peopleRoutes(routes)).route("/", subscribeRoutes(routes));
});
afterEach(() => server.close());

const get = (path: string) => app.request(path);
const post = (path: string, fields: Record<string, string> = {}) => app.request(path, { method: "POST", body: new URLSearchParams(fields) });
const view = async (response: Response | Promise<Response>): Promise<PeopleView> => (await (await response).json()) as PeopleView;
const statusOf = async (address = "a@example.org") => (await subscriberByAddress(database, address))?.status;

/** Does the jobs that wait, as a worker does. */
async function work(): Promise<void> {
  const handler = digestHandler(() => Promise.resolve(services));
  for (;;) {
    const job = await queue.take(["digest"], "test");
    if (job === undefined) return;
    await handler(job.payload, { database, queue, job, signal: new AbortController().signal });
    await queue.finish(job);
  }
}

/** The link with `path` in the last mail, as a path. */
function linkIn(path: string): string {
  const text = readMail(server.mails.at(-1)?.raw ?? "").parts.get("text/plain") ?? "";
  const link = new RegExp(`https://papers\\.example\\.org(/${path}\\?token=\\S+)`).exec(text)?.[1];
  if (link === undefined) throw new Error(`no link to ${path} in ${text}`);
  return link;
}
const tokenIn = (link: string): string => new URL(link, "http://x").searchParams.get("token") ?? "";

async function subscribed(): Promise<void> {
  await post("/subscribe", { address: "a@example.org" });
  await work();
  await post("/people/confirm", { token: tokenIn(linkIn("people/confirm")) });
}

test("from the form to the letter, the confirmation, the digest and the one-click end", async () => {
  await addPapers(database, 3);
  const asked = await post("/subscribe", { address: "A@Example.org", hour: "8", timeZone: "UTC", families: "", searches: "masks\nscans" });
  expect([asked.status, await view(asked)]).toEqual([202, expect.objectContaining({ page: "message", heading: "Look into your mail" })]);
  expect(server.mails).toHaveLength(0);
  await work();
  const link = linkIn("people/confirm");
  // looking at the page, as mail filters do, confirms nothing
  expect(await view(get(link))).toMatchObject({ page: "message", action: { label: "Confirm", path: "/people/confirm", fields: { token: tokenIn(link) } } });
  expect(await statusOf()).toBe("pending");
  expect((await post("/people/confirm", { token: tokenIn(link) })).status).toBe(200);
  expect(await statusOf()).toBe("active");
  expect((await post("/people/confirm", { token: tokenIn(link) })).status).toBe(403);

  now = new Date("2026-03-10T08:30:00Z");
  expect(await runDigests(services)).toMatchObject({ ended: { sent: 1 } });
  const digest = readMail(server.mails.at(-1)?.raw ?? "");
  const oneClick = new URL((digest.headers.get("list-unsubscribe") ?? "").slice(1, -1));
  expect(await view(get(oneClick.pathname + oneClick.search))).toMatchObject({ action: { label: "Unsubscribe" } });
  expect(await statusOf()).toBe("active");
  // RFC 8058 3.2: no cookie, no login, this body
  for (let i = 0; i < 2; i++) {
    const response = await app.request(oneClick.pathname + oneClick.search, { method: "POST", headers: { "content-type": "application/x-www-form-urlencoded" }, body: "List-Unsubscribe=One-Click" });
    expect(response.status).toBe(200);
  }
  expect(await statusOf()).toBe("unsubscribed");
  now = new Date("2026-03-11T08:30:00Z");
  expect(await runDigests(services)).toMatchObject({ planned: 0 });
});

test("one-click unsubscription also as multipart, as some mail programs send it", async () => {
  await subscribed();
  const id = (await subscriberByAddress(database, "a@example.org"))?.id ?? "";
  const body = new FormData();
  body.set("List-Unsubscribe", "One-Click");
  expect((await app.request(`/people/unsubscribe?token=${services.tokens.issue("unsubscribe", id, now)}`, { method: "POST", body })).status).toBe(200);
  expect(await statusOf()).toBe("unsubscribed");
});

test("preferences are shown and changed with the token of a mail; a mistake keeps what was typed", async () => {
  await subscribed();
  await post("/subscribe", { address: "a@example.org" });
  await work();
  const link = linkIn("people/preferences");
  expect(await view(get(link))).toMatchObject({ page: "preferences", entered: { frequency: "daily", hour: 7, searches: [] } });
  const token = tokenIn(link);
  const good = { token, frequency: "weekly", weekday: "3", hour: "20", timeZone: "Europe/Berlin", paperCount: "7", families: "video", authors: "Ada", searches: "masks" };
  expect(await view(post("/people/preferences", good))).toMatchObject({ notice: { kind: "done" }, entered: { frequency: "weekly", weekday: 3, hour: 20, timeZone: "Europe/Berlin", paperCount: 7, families: ["video"], authors: ["Ada"], searches: ["masks"] } });
  const bad = await post("/people/preferences", { ...good, timeZone: "Mars/Olympus", searches: "new one" });
  expect([bad.status, await view(bad)]).toEqual([422, expect.objectContaining({ notice: { kind: "problem", text: expect.stringContaining("Mars/Olympus") }, entered: expect.objectContaining({ searches: ["new one"] }) })]);
  expect(await view(get(link))).toMatchObject({ entered: { timeZone: "Europe/Berlin", searches: ["masks"] } });
  expect(await view(post("/people/preferences", { token, families: "" }))).toMatchObject({ entered: { families: [], authors: ["Ada"] } });
});

test("data can be taken along and, after a question, deleted", async () => {
  await subscribed();
  const id = (await subscriberByAddress(database, "a@example.org"))?.id ?? "";
  const token = services.tokens.issue("manage", id, now);
  const data = await get(`/people/export?token=${token}`);
  expect(data.headers.get("content-disposition")).toContain("attachment");
  expect(await data.json()).toMatchObject({ subscriber: { address: "a@example.org" } });
  const question = await view(post("/people/delete", { token }));
  expect(await statusOf()).toBe("active");
  if (question.page !== "message" || question.action === null) throw new Error("no question");
  expect((await post(question.action.path, { ...question.action.fields })).status).toBe(200);
  expect(await statusOf()).toBe(undefined);
  expect((await get(`/people/preferences?token=${token}`)).status).toBe(403);
});

test("no token, a forged one, one of another purpose and an old one change nothing", async () => {
  await subscribed();
  const id = (await subscriberByAddress(database, "a@example.org"))?.id ?? "";
  const forged = new Tokens(Buffer.alloc(32, 9));
  const old = new Date(now.getTime() - 500 * 86_400_000);
  for (const purpose of ["confirm", "manage", "unsubscribe", "delete"] as const) {
    for (const token of ["", "x", forged.issue(purpose, id, now), services.tokens.issue(purpose, id, old), services.tokens.issue(purpose === "manage" || purpose === "delete" ? "unsubscribe" : "manage", id, now)]) {
      const path = { confirm: "/people/confirm", manage: "/people/preferences", unsubscribe: "/people/unsubscribe", delete: "/people/delete" }[purpose];
      const response = await post(path, { token, hour: "3" });
      expect([response.status, path]).toEqual([403, path]);
    }
  }
  expect(await subscriberByAddress(database, "a@example.org")).toMatchObject({ status: "active", hour: 7 });
});

test("floods of subscriptions are limited and answered alike", async () => {
  const statuses: number[] = [];
  for (let i = 0; i < 25; i++) statuses.push((await post("/subscribe", { address: `flood${i}@example.org` })).status);
  expect(statuses).toEqual([...Array<number>(20).fill(202), ...Array<number>(5).fill(429)]);
  const refused = await app.request("/api/subscriptions", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ address: "x@example.org" }) });
  expect([refused.status, Number(refused.headers.get("retry-after"))]).toEqual([429, expect.toSatisfy((seconds: number) => seconds > 0 && seconds <= 3600)]);
});

test("mistakes in the form come back with what was typed", async () => {
  const response = await post("/subscribe", { address: "nonsense", hour: "9" });
  expect([response.status, await view(response)]).toEqual([422, expect.objectContaining({ page: "subscribe", entered: expect.objectContaining({ address: "nonsense", hour: 9 }) })]);
  expect((await app.request("/api/subscriptions", { method: "POST", headers: { "content-type": "application/json" }, body: "{" })).status).toBe(400);
});

test("a subscription with a field that nobody knows is refused by its name, not half stored", async () => {
  const response = await app.request("/api/subscriptions", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ address: "zone@example.org", zone: "Europe/Berlin" }) });
  expect(response.status).toBe(422);
  expect(await response.text()).toContain('\\"zone\\"');
  expect(await subscriberByAddress(database, "zone@example.org")).toBeUndefined();
});

test("reports of bounces and complaints need the secret and stop the mail at once", async () => {
  await subscribed();
  const report = (secret: string, body: string) => app.request("/api/mail/reports", { method: "POST", headers: { authorization: `Bearer ${secret}` }, body });
  const complaint = JSON.stringify([{ address: "A@example.org", kind: "complaint" }, { address: "stranger@example.org", kind: "bounce", detail: "550" }]);
  expect((await report("wrong", complaint)).status).toBe(401);
  expect(await statusOf()).toBe("active");
  expect((await report("reports-secret", '[{"address":"a@example.org","kind":"praise"}]')).status).toBe(422);
  const done = await report("reports-secret", complaint);
  expect(await done.json()).toEqual({ reports: 2, subscribers: 1 });
  expect(await statusOf()).toBe("suppressed");
  await post("/subscribe", { address: "a@example.org" });
  const before = server.mails.length;
  await work();
  expect(server.mails).toHaveLength(before);
});

test("a letter to an address that does not exist suppresses it; one refused for now is tried again", async () => {
  behaviour = { at: "recipient", reply: 451, text: "4.2.0 later" };
  await post("/subscribe", { address: "a@example.org" });
  await expect(work()).rejects.toThrow("4.2.0 later");
  behaviour = { at: "recipient", reply: 550, text: "5.1.1 no such user" };
  await post("/subscribe", { address: "b@example.org" });
  await work();
  expect(await services.suppressions.find(database, "b@example.org")).toMatchObject({ reason: "bounce" });
  expect(await services.suppressions.find(database, "a@example.org")).toBe(undefined);
});
