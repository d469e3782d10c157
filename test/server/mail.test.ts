import type { Hono } from "hono";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestApp } from "./support/open-app.ts";
import type { OpenedApp } from "./support/open-app.ts";
import { Visitor } from "./support/visitor.ts";
import { readMail } from "../papers/digest/read-mail.ts";
import { startSmtpRecorder } from "../papers/digest/smtp-recorder.ts";
import type { SmtpRecorder } from "../papers/digest/smtp-recorder.ts";
import { startJobs } from "../../src/server/jobs.ts";
import type { ServerJobs } from "../../src/server/jobs.ts";
import { readerModules } from "../../src/server/reader-modules.ts";

let opened: OpenedApp;
let smtp: SmtpRecorder;
let mail: ServerJobs;
let app: Hono;
let visitor: Visitor;
beforeAll(async () => {
  smtp = await startSmtpRecorder(() => "accept");
  opened = await openTestApp({}, async (services) => {
    const environment = { REPRISE_SMTP_URL: smtp.url, REPRISE_MAIL_FROM: "papers@example.org", REPRISE_PUBLIC_URL: "http://127.0.0.1", REPRISE_SECRET: services.secret.toString() };
    mail = await startJobs(services, { environment, patience: 1000 });
    return readerModules(services, mail);
  });
  ({ app, visitor } = opened);
});
afterAll(async () => {
  await mail.stop();
  await smtp.close();
  await opened.close();
});

/** The link to `path` in mail number `index`, once it has come. */
async function linkIn(index: number, path: string): Promise<string> {
  // Longer than the queue waits before a second attempt, which a busy machine can make necessary.
  await expect.poll(() => smtp.mails.length, { timeout: 60_000 }).toBeGreaterThan(index);
  const text = readMail(smtp.mails[index]?.raw ?? "").parts.get("text/plain") ?? "";
  return new RegExp(`/${path}\\?token=\\S+`).exec(text)?.[0] ?? `no link to ${path} in ${text}`;
}
const tokenIn = (link: string): string => new URL(link, "http://x").searchParams.get("token") ?? "";

/** What a browser sends for the form that goes to `action`, boxes as they are drawn or as `ticked` names them. These forms prove themselves by their token alone. */
function filled(html: string, action: string, ticked: readonly string[] | null = null): URLSearchParams {
  const form = new RegExp(`<form[^>]*action="${action}"[^>]*>(.*?)</form>`, "s").exec(html)?.[1];
  if (form === undefined) throw new Error(`no form to ${action}`);
  const fields = new URLSearchParams();
  const attribute = (tag: string, name: string): string => new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1] ?? "";
  for (const [tag] of form.matchAll(/<input[^>]*>/g)) {
    const isTicked = ticked === null ? /\bchecked\b/.test(tag) : ticked.includes(attribute(tag, "value"));
    if (attribute(tag, "type") !== "checkbox" || isTicked) fields.append(attribute(tag, "name"), attribute(tag, "value"));
  }
  for (const [, name = "", options = ""] of form.matchAll(/<select name="([^"]*)">(.*?)<\/select>/gs)) fields.append(name, attribute(/<option[^>]*selected[^>]*>/.exec(options)?.[0] ?? "", "value"));
  for (const [, tag = "", text = ""] of form.matchAll(/<textarea([^>]*)>(.*?)<\/textarea>/gs)) fields.append(attribute(tag, "name"), text);
  fields.delete("csrf");
  return fields;
}
const send = (path: string, fields: URLSearchParams): Promise<Response> => Promise.resolve(app.request(`http://127.0.0.1${path}`, { method: "POST", body: fields }));

test("the server mails by itself on the embedded database, and the preferences page keeps, empties and ends what it shows", async () => {
  expect(mail.mailWorks).toBe(true);
  const { database } = opened.services;
  expect(await database.query("select kind from jobs where key like 'digests %'")).toEqual([{ kind: "digest" }]);

  await visitor.form("/subscribe", { address: "ada@example.org", families: "masked", authors: "Ada Lovelace\nKurt Gödel", searches: "late interaction" });
  await send("/people/confirm", new URLSearchParams({ token: tokenIn(await linkIn(0, "people/confirm")) }));
  // the mail is here before its job is noted as done, and until then there is no second letter to the same reader
  await expect.poll(() => database.query("select state from jobs where key like 'letter %'"), { timeout: 60_000 }).toEqual([{ state: "done" }]);
  await visitor.form("/subscribe", { address: "ada@example.org" });
  const link = await linkIn(1, "people/preferences");
  const page = await visitor.text(link);
  expect(page).toContain("Ada Lovelace\nKurt Gödel</textarea>");

  const untouched = filled(page, "/people/preferences");
  expect(untouched.getAll("families")).toEqual(["", "masked"]);
  expect(filled(await (await send("/people/preferences", untouched)).text(), "/people/preferences").toString()).toBe(untouched.toString());

  const unticked = filled(page, "/people/preferences", []);
  expect(unticked.getAll("families")).toEqual([""]); // without the empty field a form could not say "none any more"
  unticked.set("authors", "");
  const emptied = filled(await (await send("/people/preferences", unticked)).text(), "/people/preferences");
  expect([emptied.getAll("families"), emptied.get("authors"), emptied.get("searches")]).toEqual([[""], "", "late interaction"]);

  expect((await send("/people/unsubscribe", filled(page, "/people/unsubscribe"))).status).toBe(200);
  expect(await database.query("select status from subscribers")).toEqual([{ status: "unsubscribed" }]);
});

test("without a mail server nothing is started", async () => {
  const silent = await startJobs(opened.services, { environment: {}, patience: 0 });
  expect(silent.mailWorks).toBe(false);
  await silent.stop();
});
