import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { axeProblems, openExplorer } from "./support.ts";
import type { Explorer } from "./support.ts";
import type { Run } from "../../src/papers/runs/run.ts";

/** How long an arm of a stand-in takes. */
const ARM = 3000;

let explorer: Explorer;
let finished: Run;
const PAGES = ["/", "/?q=cross+attention", "/papers/crossmae", "/papers/mixencoder", "/ledger", "/assemble", "/trending", "/runs", "/subscribe", "/people/preferences", "/about", "/api/docs", "/nothing"];
const paths = (): string[] => [...PAGES, `/runs/${finished.id}`];

beforeAll(async () => {
  explorer = await openExplorer(ARM);
  const { run } = await explorer.services.runs.submit("multimae");
  finished = await ended(run.id);
  expect(finished.status).toBe("finished");
});
afterAll(() => explorer.close());

async function ended(id: string): Promise<Run> {
  for (;;) {
    const run = (await explorer.services.runs.get(id)) as Run;
    if (["finished", "failed", "cancelled"].includes(run.status)) return run;
    await explorer.services.runs.nextChange(200, new AbortController().signal);
  }
}

const focused = (page: Page): Promise<string> => page.evaluate("document.activeElement.textContent || document.activeElement.id");

test("from a question to a running system and back, with the keyboard alone", async () => {
  const page = await explorer.visit("/");
  await page.keyboard.press("Tab");
  expect(await focused(page)).toBe("Skip to the page");
  await page.keyboard.press("/");
  expect(await focused(page)).toBe("q");
  await page.keyboard.type("decoder that lets hidden patches read only visible ones");
  await page.waitForSelector('.hits a[href="/papers/crossmae"]');
  expect(page.url()).toContain("?q=decoder+that+lets");

  await page.keyboard.press("ArrowDown");
  while ((await focused(page)) !== "Rethinking Patch Dependence for Masked Autoencoders") await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Escape");
  expect(await focused(page)).toBe("q");
  await page.locator('.hits a[href="/papers/crossmae"]').focus();
  await page.keyboard.press("Enter");
  await page.waitForURL("**/papers/crossmae");

  while ((await focused(page)) !== "Run") await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.waitForURL("**/runs/crossmae-*");
  await page.waitForSelector("#page[data-live]");
  await page.waitForSelector(".curves polyline");
  const points = async (): Promise<number> => ((await page.locator(".curves polyline").first().getAttribute("points")) ?? "").split(" ").length;
  const first = await points();
  await expect.poll(points, { timeout: 20_000 }).toBeGreaterThan(first);
  expect(await page.locator(".log").textContent()).toContain("seed 1 (1 of 3)");

  await page.reload(); // what was drawn is still there
  await page.waitForSelector("#page[data-live]");
  expect(await points()).toBeGreaterThan(first);
  while ((await focused(page)) !== "Cancel") await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await expect.poll(() => page.locator(".status-line").textContent(), { timeout: 20_000 }).toMatch(/^cancelled/);
  expect(await page.locator(".status button").textContent()).toBe("Continue");
  await page.context().close();
});

test("a page that is open sees its run through to the verdict, the claim table and the report", async () => {
  const { run } = await explorer.services.runs.submit("multimae");
  const page = await explorer.visit(`/runs/${run.id}`);
  await page.waitForSelector(".status strong", { timeout: 60_000 });
  expect(await page.locator(".status strong").textContent()).toBe("Reproduced");
  const table = page.getByRole("table", { name: "The claim, condition by condition" });
  expect(await table.locator("tbody tr").first().textContent()).toMatch(/^gainscore\(new\) . score\(baseline\)≥ \+0\.05\+0\.1held$/);
  expect(await page.getByRole("table", { name: "This run beside earlier ones" }).locator("thead th").count()).toBeGreaterThanOrEqual(3);
  expect(await page.locator(".curves polyline").count()).toBe(3);
  const report = page.frameLocator("iframe.report");
  await page.locator("iframe.report").scrollIntoViewIfNeeded();
  expect(await report.locator("h1").textContent()).toBe("A Fake Paper");
  const names = await page.locator(".files a").allTextContents();
  expect(names.filter((name) => name.includes("%"))).toEqual([]);
  await page.context().close();
});

test("answers follow what is typed and picked, and an empty question goes back to the introduction", async () => {
  const page = await explorer.visit("/");
  await page.fill("#q", "retrieval");
  await page.waitForSelector(".hits");
  await page.selectOption("select[name=family]", "masked");
  await expect.poll(() => page.locator(".hits .facts").allTextContents()).toSatisfy((facts: string[]) => facts.every((text) => text.includes("Masked image")));
  await page.selectOption("select[name=family]", "");
  await page.fill("#q", "");
  await page.waitForSelector("#running");
  expect(new URL(page.url()).search).toBe("");
  await page.context().close();
});

test("a query that is half typed says how it goes on, and not that the server is gone; a server that is gone is said so", async () => {
  const page = await explorer.browser.newPage({ baseURL: explorer.url }); // refusals are complaints of the browser
  await page.goto("/");
  await page.waitForSelector("#page[data-live]");
  const says = (text: string | RegExp): Promise<void> => page.locator(".count", { hasText: text }).waitFor();
  await page.fill("#q", "year:20"); // the introduction is still there
  await says('"20" is no year; write one such as 2021, or a range such as 2019..2022, 2019.. or ..2022.');
  await page.fill("#q", "masked");
  await says(/^\d+ papers?$/);
  await page.fill("#q", "masked year:2021..2019");
  await says("The years 2021..2019 run backwards; write 2019..2021. The results below are those of an earlier question.");
  await page.fill("#q", "masked year:2019..2021");
  await says(/^\d+ papers?$/);
  await page.route("**/api/instant?*", (route) => route.abort());
  await page.fill("#q", "masked image");
  await says("The server does not answer. The results below are those of an earlier question.");
  await page.context().close();
});

test("suggestions follow what is typed without a search, and lead to papers and to further questions", async () => {
  const page = await explorer.visit("/");
  const asked: string[] = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await page.locator("#q").pressSequentially("masked im", { delay: 20 });
  await page.waitForSelector(".suggestions a");
  expect(asked).toContain("/api/suggest");
  await page.locator(".suggestions a", { hasText: "keyword" }).first().click();
  await page.waitForSelector(".hits li");
  expect(new URL(page.url()).searchParams.get("q")).toMatch(/^masked im/);
  await page.context().close();
});

test("facets show how many papers each filter would leave, set it, and lift it again", async () => {
  const page = await explorer.visit("/?q=masked");
  const family = page.locator(".facet", { hasText: "Family" }).locator("a").first();
  const expected = Number(await family.locator(".papers").textContent());
  expect(expected).toBeGreaterThan(0);
  await page.evaluate("document.querySelector('.facet a').scrollIntoView()");
  await family.click();
  await page.waitForSelector(".facet a[aria-current]");
  expect(new URL(page.url()).searchParams.get("family")).toBe(await page.locator("select[name=family]").inputValue());
  await expect.poll(() => page.locator(".hits li").count()).toBeGreaterThanOrEqual(Math.min(expected, 20));
  expect(await page.locator("select[name=status] option[value=runs]").textContent()).toMatch(/^runs \(\d+\)$/);
  await page.locator(".facet a[aria-current]").click();
  await expect.poll(() => new URL(page.url()).searchParams.has("family")).toBe(false);
  await page.context().close();
});

test("searching, reading, sorting and running work without scripts", async () => {
  const page = await explorer.visit("/", { javaScriptEnabled: false });
  await page.fill("#q", "masked autoencoder");
  await page.selectOption("select[name=status]", "runs");
  await page.click("button:has-text('Search')");
  await page.click('.hits a[href="/papers/crossmae"]');
  expect(await page.locator("h1").textContent()).toBe("Rethinking Patch Dependence for Masked Autoencoders");
  await page.goto("/ledger");
  await page.click("thead a:has-text('Paper')");
  expect(await page.locator("tbody th a").first().textContent()).toMatch(/^[a-b]/);
  await page.goto("/papers/crossmae");
  await page.click("button:has-text('Run')");
  expect(page.url()).toContain("/runs/crossmae-");
  await page.click("button:has-text('Cancel')");
  await ended(page.url().slice(page.url().lastIndexOf("/") + 1));
  await page.context().close();
});

test.each(["light", "dark"] as const)("axe finds nothing wrong on any page, %s", async (colorScheme) => {
  const found: string[] = [];
  for (const path of paths()) {
    const page = await explorer.visit(path, { colorScheme });
    found.push(...(await axeProblems(page)).map((problem) => `${path}: ${problem}`));
    await page.context().close();
  }
  expect(found).toEqual([]);
});

test("no page is wider than 360 pixels, and nothing moves while it loads", async () => {
  const problems: string[] = [];
  for (const path of paths()) {
    const page = await explorer.visit(path, { viewport: { width: 360, height: 740 } });
    const wide = await page.evaluate<number>("document.documentElement.scrollWidth");
    if (wide > 360) problems.push(`${path}: ${wide} pixels wide`);
    const shift = await page.evaluate<number>("new Promise((settle) => { let sum = 0; new PerformanceObserver((list) => list.getEntries().forEach((entry) => { sum += entry.value; })).observe({ type: 'layout-shift', buffered: true }); setTimeout(() => settle(sum), 150); })");
    if (shift > 0.01) problems.push(`${path}: things move by ${shift}`);
    await page.context().close();
  }
  const page = await explorer.visit("/?q=masked", { viewport: { width: 360, height: 740 } });
  await page.fill("#q", "masked im");
  await page.waitForSelector(".suggestions a");
  expect(await page.evaluate<number>("document.documentElement.scrollWidth")).toBeLessThanOrEqual(360);
  expect(await axeProblems(page)).toEqual([]);
  await page.context().close();
  expect(problems).toEqual([]);
});

test("the first page needs less than 150 kB of script, everything from here", async () => {
  const page = await explorer.visit("/");
  const loaded = await page.evaluate<{ name: string; decodedBodySize: number }[]>("performance.getEntriesByType('resource').map(({ name, decodedBodySize }) => ({ name, decodedBodySize }))");
  expect(loaded.filter(({ name }) => !name.startsWith(explorer.url) && !name.startsWith("data:"))).toEqual([]);
  const script = loaded.filter(({ name }) => name.endsWith(".js")).reduce((sum, { decodedBodySize }) => sum + decodedBodySize, 0);
  expect(script).toBeGreaterThan(5_000);
  expect(script).toBeLessThan(150_000);
  await page.context().close();
});

test("the button for light and dark works at once and on the next page", async () => {
  const page = await explorer.visit("/about", { colorScheme: "light" });
  const background = (): Promise<string> => page.evaluate("getComputedStyle(document.body).backgroundColor");
  const light = await background();
  await page.getByRole("button", { name: "Dark colours" }).click();
  const dark = await background();
  expect(dark).not.toBe(light);
  await page.goto("/ledger");
  expect(await background()).toBe(dark);
  expect(await page.getByRole("button", { name: "Dark colours", pressed: true }).count()).toBe(1);
  await page.context().close();
});

test("no page complained of anything but the one that is not there", () => {
  expect(explorer.complaints.filter((text) => !text.startsWith("/nothing: Failed to load resource"))).toEqual([]);
});
