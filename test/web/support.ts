/** The explorer as people meet it: built pages, a listening server with stand-ins for systems, and a real browser. */
import { readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { chromium } from "playwright-core";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { build } from "vite";
import { browserPath } from "../browser/harness.ts";
import { compileFixture, removeFixture } from "../cli/compiled-fixture.ts";
import { openTestServices } from "../server/support/services.ts";
import { Hono } from "hono";
import { createApp } from "../../src/server/app.ts";
import type { RouteModule } from "../../src/server/app.ts";
import { listen } from "../../src/server/listen.ts";
import { loadPages } from "../../src/server/pages/renderer.ts";
import { filterChoices } from "../../src/server/pages/paper-views.ts";
import { page as answer } from "../../src/server/respond.ts";
import type { Services } from "../../src/server/services.ts";

const ROOT = join(import.meta.dirname, "../..");
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export interface Explorer {
  readonly services: Services;
  readonly url: string;
  readonly browser: Browser;
  /** A new page; whatever it complains of is collected. */
  visit(path: string, options?: BrowserContextOptions): Promise<Page>;
  /** Errors of scripts, refused resources, broken policies. */
  readonly complaints: string[];
  close(): Promise<void>;
}

export async function openExplorer(milliseconds: number): Promise<Explorer> {
  if (browserPath === null) throw new Error("found no Chromium; install it or set REPRISE_CHROMIUM to its path");
  const directory = await buildPages();
  const main = await compileFixture("web", join(ROOT, "test/server/fixture/main.ts"));
  const { services, closing, close } = await openTestServices({ main, pages: await loadPages(directory), milliseconds });
  const server = await listen(createApp(services, { modules: [mailPages] }), { host: "127.0.0.1", port: 0 });
  const browser = await chromium.launch({ executablePath: browserPath, args: ["--headless", "--no-sandbox", "--disable-gpu"] });
  const complaints: string[] = [];
  return {
    services,
    url: server.url.replace(/\/$/, ""),
    browser,
    complaints,
    async visit(path, options = {}) {
      const context = await browser.newContext({ viewport: { width: 1200, height: 900 }, baseURL: server.url, ...options });
      const page = await context.newPage();
      page.on("pageerror", (error) => complaints.push(`${path}: ${String(error)}`));
      page.on("console", (message) => message.type() === "error" && complaints.push(`${path}: ${message.text()}`));
      await page.goto(path);
      if (options.javaScriptEnabled !== false && (await page.locator("#view").count()) > 0) await page.waitForSelector("#page[data-live]");
      return page;
    },
    async close() {
      closing.abort();
      await browser.close();
      await server.stop(1000);
      await close();
      await removeFixture(main);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Builds the pages as `npm run build` does, into a folder of this test's own. */
export async function buildPages(): Promise<string> {
  const directory = join(ROOT, ".cache", `web-${process.pid}`);
  const configFile = join(ROOT, "vite.config.ts");
  await build({ configFile, build: { outDir: join(directory, "client") } });
  await build({ configFile, build: { ssr: "web/render.tsx", outDir: join(directory, "server") } });
  return directory;
}

/** What axe finds wrong with a page, one line a rule. */
export async function axeProblems(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  return page.evaluate<string[]>(`axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ": " + nodes.map(({ html, failureSummary }) => html.slice(0, 150) + " " + failureSummary).join(" | ")))`);
}

const ENTERED = { frequency: "weekly", weekday: 1, hour: 7, timeZone: "Europe/Berlin", paperCount: 10, families: ["masked"], authors: [], searches: ["late interaction"] } as const;

/** The forms around mail, as the routes of subscribers draw them. */
const mailPages: RouteModule = (services) => {
  const { families } = filterChoices(services.papers.catalogued);
  return new Hono()
    .get("/subscribe", (c) => answer(c, services, { page: "subscribe", families, notice: { kind: "problem", text: "that is no mail address" }, entered: { ...ENTERED, address: "a@b" }, mailWorks: true }))
    .get("/people/preferences", (c) => answer(c, services, { page: "preferences", families, notice: { kind: "done", text: "Stored." }, entered: ENTERED, token: "t", unsubscribeToken: "u" }));
};
