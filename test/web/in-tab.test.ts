import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encode } from "fast-png";
import { chromium } from "playwright-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { serveFolder } from "./static-server.ts";
import type { StaticServer } from "./static-server.ts";
import { axeProblems, buildPages } from "./support.ts";
import { browserPath } from "../browser/harness.ts";
import { openTestServices } from "../server/support/services.ts";
import type { TestServices } from "../server/support/services.ts";
import { packageHome } from "../../src/lab/node/provenance.ts";
import { createApp } from "../../src/server/app.ts";
import { listen } from "../../src/server/listen.ts";
import { loadPages } from "../../src/server/pages/renderer.ts";
import { sitePlace } from "../../src/server/site/place.ts";
import { writeSite } from "../../src/server/site/write.ts";
import { SYSTEMS } from "../../src/systems/registry.ts";

/** Steps to wait for; the same training falls by a tenth in 20 of them (test/browser/crossmae.test.ts). */
const STEPS = 20;

let directory: string;
let built: string;
let opened: TestServices;
let explorer: Awaited<ReturnType<typeof listen>>;
let site: StaticServer;
let browser: Browser;
const complaints: string[] = [];
const requested: string[] = [];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "in-tab-"));
  built = await buildPages();
  const pages = await loadPages(built);
  await writeSite(join(directory, "site"), { systems: SYSTEMS, home: await packageHome(), pages, place: sitePlace("/papers-that-run") });
  site = await serveFolder(join(directory, "site"), "/papers-that-run");
  opened = await openTestServices({ pages });
  explorer = await listen(createApp(opened.services), { host: "127.0.0.1", port: 0 });
  browser = await chromium.launch({ executablePath: browserPath ?? "", args: ["--headless", "--no-sandbox", "--disable-gpu"] });
});
afterAll(async () => {
  await browser.close();
  site.close();
  opened.closing.abort();
  await explorer.stop(1000);
  await opened.close();
  await rm(built, { recursive: true, force: true });
  await rm(directory, { recursive: true, force: true });
});

const addresses = { explorer: () => `${explorer.url.replace(/\/$/, "")}/papers/crossmae`, "static site": () => `${site.origin}/papers-that-run/papers/crossmae/` };

async function visit(address: string): Promise<Page> {
  const page = await (await browser.newContext({ viewport: { width: 1200, height: 900 } })).newPage();
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("request", (request) => requested.push(request.url()));
  requested.length = 0;
  await page.goto(address);
  await page.waitForSelector("#in-tab[data-live] button:enabled");
  return page;
}

const stepsOf = async (page: Page): Promise<number> => Number(/Step (\d+) of/.exec((await page.locator("#in-tab").textContent()) ?? "")?.[1] ?? 0);
const heights = async (page: Page): Promise<number[]> => ((await page.locator("#in-tab polyline").first().getAttribute("points")) ?? "").split(" ").map((point) => Number(point.split(",")[1]));
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

test.each(["explorer", "static site"] as const)("CrossMAE trains in a tab of the %s until it is stopped", async (where) => {
  const page = await visit(addresses[where]());
  expect(requested.filter((url) => /\.wasm$|worker/.test(url))).toEqual([]); // not before it is asked for
  await page.getByRole("button", { name: "Train it in this tab" }).click();
  await expect.poll(() => stepsOf(page), { timeout: 90_000 }).toBeGreaterThanOrEqual(STEPS);
  expect(requested.filter((url) => url.endsWith(".wasm"))).toHaveLength(1);
  expect(await page.locator("#in-tab").textContent()).toMatch(/\d+ ms a step/);

  const drawn = await heights(page); // pixels from the top: what falls gets larger
  expect(drawn.every(Number.isFinite)).toBe(true);
  expect(mean(drawn.slice(-5))).toBeGreaterThan(mean(drawn.slice(0, 5)));
  const [from, to] = (/mean of \d+ steps from (\S+) to (\S+)/.exec((await page.locator("#in-tab svg").getAttribute("aria-label")) ?? "") ?? []).slice(1).map(Number);
  expect(to).toBeLessThan(from ?? NaN);

  await page.getByRole("button", { name: "Stop" }).click();
  expect(await page.locator("#in-tab [role=status]").textContent()).toBe("Stopped");
  const stopped = await stepsOf(page);
  await page.waitForTimeout(400);
  expect(await stepsOf(page)).toBe(stopped);
  expect(await axeProblems(page)).toEqual([]);
  await page.context().close();
});

test("it learns from the reader's pictures, and says which file is none", async () => {
  const page = await visit(addresses["static site"]());
  await page.setInputFiles("#in-tab input[type=file]", [{ name: "notes.txt", mimeType: "image/png", buffer: Buffer.from("not a picture") }]);
  await page.getByRole("button", { name: "Train it in this tab" }).click();
  await expect.poll(() => page.locator("#in-tab [role=status]").textContent()).toBe("That failed: notes.txt is no picture that this browser can read");
  const stripes = encode({ width: 60, height: 40, channels: 3, data: Uint8Array.from({ length: 60 * 40 * 3 }, (_, at) => ((Math.floor(at / 3) % 60) % 8 < 4 ? 255 : 30)) });
  await page.setInputFiles("#in-tab input[type=file]", [{ name: "stripes.png", mimeType: "image/png", buffer: Buffer.from(stripes) }]);
  await page.getByRole("button", { name: "Train it in this tab" }).click();
  await expect.poll(() => stepsOf(page), { timeout: 90_000 }).toBeGreaterThanOrEqual(5);
  expect((await heights(page)).every(Number.isFinite)).toBe(true);
  await page.context().close();
});

test("no page complained", () => {
  expect(complaints).toEqual([]);
});
