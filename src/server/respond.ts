/** Answers that many routes give. */
import type { Context } from "hono";
import { getCookie } from "hono/cookie";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { csrfToken } from "./middleware/csrf.ts";
import { SERVED } from "./pages/views.ts";
import type { Shell, View } from "./pages/views.ts";
import type { Services } from "./services.ts";
import { deriveKey } from "../papers/people/secret.ts";

export const SITE = "Reprise";
export const DESCRIPTION = "Find a paper, run the system it describes on your own machine, and see its headline claim checked.";

export interface PageOptions {
  readonly title?: string;
  readonly description?: string;
  readonly status?: ContentfulStatusCode;
}

/** A page. Everything in the view is escaped where it is drawn. */
export function page(c: Context, { pages, secret }: Pick<Services, "pages" | "secret">, view: View, { title, description = DESCRIPTION, status = 200 }: PageOptions = {}): Response {
  const shell: Shell = {
    title: documentTitle(title),
    description,
    path: new URL(c.req.url).pathname,
    csrf: csrfToken(c, deriveKey(secret, "csrf")),
    theme: themeOf(c),
    site: SERVED,
  };
  c.header("Cache-Control", "private, no-cache");
  return c.html(pages.render(view, shell), status);
}

/** The title of a document; without one of its own, what the site is. */
export function documentTitle(title: string | undefined): string {
  return title === undefined ? `${SITE}: papers that run` : `${title} · ${SITE}`;
}

function themeOf(c: Context): Shell["theme"] {
  const theme = getCookie(c, "theme");
  return theme === "light" || theme === "dark" ? theme : null;
}
