/** The document around every page. No script or style stands in it: the policy of the server would refuse them. */
import type { JSX } from "preact";
import { Footer } from "./parts/footer.tsx";
import { Header } from "./parts/header.tsx";
import { Page } from "./page.tsx";
import { SiteContext } from "./site.tsx";
import type { PageAssets } from "../src/server/pages/renderer.ts";
import type { Shell, View } from "../src/server/pages/views.ts";

export interface DocumentProps {
  readonly view: View;
  readonly shell: Shell;
  readonly assets: PageAssets;
}

/** What the explorer says in headers, as far as a document can say it. */
const STATIC_POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'";

/** Pages that go on in the browser from the data they were drawn from. */
const LIVE: ReadonlySet<View["page"]> = new Set(["search", "run", "ledger", "assemble"]);

const ICON =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E%3Crect width='32' height='32' rx='7' fill='%231f4fbf'/%3E%3Cpath d='M10 8v16M14 8v16' stroke='white' stroke-width='2.4'/%3E%3Ccircle cx='20' cy='12.5' r='1.9' fill='white'/%3E%3Ccircle cx='20' cy='19.5' r='1.9' fill='white'/%3E%3C/svg%3E";

export function Document({ view, shell, assets }: DocumentProps): JSX.Element {
  const { site } = shell;
  return (
    <html lang="en" data-theme={shell.theme ?? undefined}>
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        {site.kind === "static" && <meta http-equiv="Content-Security-Policy" content={STATIC_POLICY} />}
        <meta name="color-scheme" content="light dark" />
        <meta name="description" content={shell.description} />
        <title>{shell.title}</title>
        <link rel="icon" href={ICON} />
        {assets.styles.map((href) => (
          <link key={href} rel="stylesheet" href={site.base + href} />
        ))}
        <script type="module" src={site.base + assets.script} />
      </head>
      <body>
        <a class="skip" href="#page">
          Skip to the page
        </a>
        <SiteContext.Provider value={site}>
          <Header path={shell.path} />
          <main id="page" tabIndex={-1} data-page={view.page}>
            <Page view={view} shell={shell} />
          </main>
          <Footer />
        </SiteContext.Provider>
        {LIVE.has(view.page) && <script id="view" type="application/json" dangerouslySetInnerHTML={{ __html: jsonForHtml({ view, shell }) }} />}
      </body>
    </html>
  );
}

/** JSON that cannot end the element it stands in. */
function jsonForHtml(value: unknown): string {
  return JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
