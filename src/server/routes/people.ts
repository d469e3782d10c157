/**
 * Subscribing and everything after it, as forms and as JSON.
 *
 * `subscribeRoutes` change something in a visitor's name and belong behind the server's protection against forged requests.
 * `peopleRoutes` are reached from mails: a signed token in the request proves what may be done, no cookie counts, so they
 * stand outside of it; mail programs send the one-click unsubscription of RFC 8058 from anywhere. Nothing changes by GET: a
 * GET shows a page with a button.
 */
import { Hono } from "hono";
import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { z } from "zod";
import { preferenceFields, preferenceForm, subscriptionOf, wishesOf } from "./preference-form.ts";
import type { PreferenceFields } from "./preference-form.ts";
import { applyReports, readReports, sameSecret, ReportError } from "../../papers/digest/bounces.ts";
import { AddressError } from "../../papers/people/address.ts";
import { TokenRefused, TooManySubscriptions } from "../../papers/people/people.ts";
import type { People } from "../../papers/people/people.ts";
import { PreferenceError } from "../../papers/people/subscriber.ts";
import type { Suppressions } from "../../papers/people/suppression.ts";
import type { Database } from "../../papers/store/database.ts";

export interface PeopleRouteServices {
  readonly people: People;
  readonly database: Database;
  readonly suppressions: Suppressions;
  readonly clock: () => Date;
  /** Whether this server sends mail. */
  readonly mailWorks: boolean;
  /** What reports of bounces must carry; without it they are not accepted. */
  readonly bounceSecret?: string;
  /** Who asks, for limits. */
  readonly visitor: (c: Context) => string;
  /** Draws a page. */
  readonly show: (c: Context, view: PeopleView, status: ContentfulStatusCode) => Response | Promise<Response>;
}

export interface Notice {
  readonly kind: "done" | "problem";
  readonly text: string;
}

export type PeopleView =
  | { readonly page: "subscribe"; readonly notice: Notice | null; readonly entered: PreferenceFields & { readonly address: string }; readonly mailWorks: boolean }
  | { readonly page: "preferences"; readonly notice: Notice | null; readonly entered: PreferenceFields; readonly token: string; readonly unsubscribeToken: string }
  | { readonly page: "message"; readonly heading: string; readonly text: string; readonly action: { readonly label: string; readonly path: string; readonly fields: Readonly<Record<string, string>> } | null };

const ASKED = "If that address can get mail from us, a letter is on its way: open it and confirm. It may take a few minutes.";
const NO_MAIL = "This server sends no mail.";
const tokenShape = z.object({ token: z.string().max(1000).default("") });
const starShape = z.object({ token: z.string(), paper: z.string().max(300), starred: z.union([z.boolean(), z.enum(["yes", "no"]).transform((word) => word === "yes")]) });

/** GET and POST /subscribe, POST /api/subscriptions. */
export function subscribeRoutes({ people, mailWorks, visitor, show }: PeopleRouteServices): Hono {
  return new Hono()
    .get("/subscribe", (c) => show(c, { page: "subscribe", notice: null, entered: { address: "", ...preferenceForm() }, mailWorks }, 200))
    .post("/subscribe", async (c) => {
      const fields = await fieldsOf(c);
      const address = String(fields["address"] ?? "");
      const again = (notice: Notice, status: ContentfulStatusCode) => show(c, { page: "subscribe", notice, entered: { address, ...preferenceForm(fields) }, mailWorks }, status);
      if (!mailWorks) return again({ kind: "problem", text: NO_MAIL }, 503);
      try {
        await people.subscribe(address, visitor(c), wishesOf(fields));
        return await show(c, { page: "message", heading: "Look into your mail", text: ASKED, action: null }, 202);
      } catch (error) {
        return again({ kind: "problem", text: problemOf(c, error) }, statusOf(error));
      }
    })
    .post("/api/subscriptions", async (c) =>
      answered(c, async () => {
        if (!mailWorks) return c.json({ error: NO_MAIL }, 503);
        const { csrf: _, ...fields } = await fieldsOf(c); // forms bring it
        const { address, ...wished } = subscriptionOf(fields);
        await people.subscribe(address, visitor(c), wished);
        return c.json({ message: ASKED }, 202);
      }),
    );
}

/** /people/confirm, /people/unsubscribe, /people/preferences, /people/star, /people/export, /people/delete, /api/mail/reports. */
export function peopleRoutes({ people, database, suppressions, clock, bounceSecret, show }: PeopleRouteServices): Hono {
  const say = (c: Context, heading: string, text: string, status: ContentfulStatusCode = 200) => show(c, { page: "message", heading, text, action: null }, status);
  const ask = (c: Context, heading: string, text: string, label: string, path: string, token: string) => show(c, { page: "message", heading, text, action: { label, path, fields: { token } } }, 200);
  /** Runs `work` with the request's token; what cannot be done becomes a page that says so. */
  const withToken = async (c: Context, work: (token: string) => Response | Promise<Response>): Promise<Response> => {
    c.header("Cache-Control", "no-store");
    try {
      return await work(await tokenOf(c));
    } catch (error) {
      return say(c, "That did not work", problemOf(c, error), statusOf(error));
    }
  };
  const preferences = async (c: Context, token: string, notice: Notice | null, entered?: PreferenceFields, status: ContentfulStatusCode = 200) =>
    show(c, { page: "preferences", notice, entered: entered ?? preferenceFields(await people.profile(token)), token, unsubscribeToken: await people.unsubscribeToken(token) }, status);

  return new Hono()
    .get("/people/confirm", (c) =>
      withToken(c, (token) => {
        people.check(token, "confirm");
        return ask(c, "Confirm your subscription", "One more step, and the digest comes to this address.", "Confirm", "/people/confirm", token);
      }),
    )
    .post("/people/confirm", (c) =>
      withToken(c, async (token) => {
        await people.confirm(token);
        return say(c, "You are subscribed", "The first digest comes at your hour. Every mail has a link to change what you get, or to end it.");
      }),
    )
    .get("/people/unsubscribe", (c) =>
      withToken(c, (token) => {
        people.check(token, "unsubscribe");
        return ask(c, "Unsubscribe", "No more mail will come to this address.", "Unsubscribe", "/people/unsubscribe", token);
      }),
    )
    .post("/people/unsubscribe", (c) =>
      withToken(c, async (token) => {
        await people.unsubscribe(token);
        return say(c, "You are unsubscribed", "No more mail will come to this address.");
      }),
    )
    .get("/people/preferences", (c) => withToken(c, (token) => preferences(c, token, null)))
    .post("/people/preferences", (c) =>
      withToken(c, async (token) => {
        const fields = await fieldsOf(c);
        try {
          await people.change(token, wishesOf(fields));
          return await preferences(c, token, { kind: "done", text: "Stored." });
        } catch (error) {
          if (!(error instanceof PreferenceError)) throw error;
          return preferences(c, token, { kind: "problem", text: error.message }, preferenceForm(fields), 422);
        }
      }),
    )
    .post("/people/star", (c) =>
      answered(c, async () => {
        const { token, paper, starred } = starShape.parse(await fieldsOf(c));
        await people.star(token, paper, starred);
        return c.json({ paper, starred });
      }),
    )
    .get("/people/export", (c) =>
      withToken(c, async (token) => {
        const data = await people.exportData(token);
        c.header("Content-Disposition", 'attachment; filename="reprise-data.json"');
        return c.json(data);
      }),
    )
    .post("/people/delete", (c) =>
      withToken(c, async (token) => {
        if (!isFor(people, token)) return ask(c, "Delete all data", "Everything this server knows of you will be deleted, for good: address, preferences, stars and the record of mails.", "Delete everything", "/people/delete", await people.deletionToken(token));
        await people.deleteData(token);
        return say(c, "Deleted", "This server knows nothing of you any more.");
      }),
    )
    .post("/api/mail/reports", (c) =>
      answered(c, async () => {
        const sent = /^Bearer (.+)$/.exec(c.req.header("authorization") ?? "")?.[1] ?? "";
        if (bounceSecret === undefined || !sameSecret(sent, bounceSecret)) return c.json({ error: "reports need the header Authorization: Bearer with the value of REPRISE_BOUNCE_SECRET" }, 401);
        const reports = readReports(await c.req.text());
        return c.json({ reports: reports.length, subscribers: await applyReports(database, suppressions, reports, clock()) });
      }),
    );
}

/** Whether a token deletes; one for preferences only leads to the question. */
function isFor(people: People, token: string): boolean {
  try {
    people.check(token, "delete");
    return true;
  } catch (error) {
    if (error instanceof TokenRefused && error.fault === "wrong purpose") return false;
    throw error;
  }
}

async function answered(c: Context, work: () => Promise<Response>): Promise<Response> {
  try {
    return await work();
  } catch (error) {
    return c.json({ error: problemOf(c, error) }, statusOf(error));
  }
}

/** From the form, or, as mail programs send only `List-Unsubscribe=One-Click` there, from the address. */
async function tokenOf(c: Context): Promise<string> {
  const { token } = tokenShape.parse(c.req.method === "GET" ? c.req.query() : await fieldsOf(c));
  return token === "" ? (c.req.query("token") ?? "") : token;
}

/** The fields of a form or of a JSON object; several of one name are a list. */
async function fieldsOf(c: Context): Promise<Record<string, unknown>> {
  if (/^application\/json\b/i.test(c.req.header("content-type") ?? "")) return z.record(z.string(), z.unknown()).parse(await c.req.json());
  return c.req.parseBody({ all: true });
}

/** What to tell the person; what is no fault of theirs is thrown on. */
function problemOf(c: Context, error: unknown): string {
  if (error instanceof TooManySubscriptions) c.header("Retry-After", String(error.retryAfter));
  if (error instanceof z.ZodError) return z.prettifyError(error);
  if (error instanceof SyntaxError) return "the request's body is not JSON";
  if (error instanceof AddressError || error instanceof PreferenceError || error instanceof TokenRefused || error instanceof TooManySubscriptions || error instanceof ReportError) return error.message;
  throw error;
}

function statusOf(error: unknown): ContentfulStatusCode {
  if (error instanceof TooManySubscriptions) return 429;
  if (error instanceof TokenRefused) return 403;
  return error instanceof SyntaxError ? 400 : 422;
}
