import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { serveFolder } from "./static-server.ts";
import type { StaticServer } from "./static-server.ts";
import { axeProblems, buildPages } from "./support.ts";
import { browserPath } from "../browser/harness.ts";
import { packageHome } from "../../src/lab/node/provenance.ts";
import { CATALOGUE } from "../../src/papers/catalogue/catalogue.ts";
import { encodedTexts } from "../../src/papers/search/documents.ts";
import { MemorySearch } from "../../src/papers/search/memory-search.ts";
import { openShippedEncoder } from "../../src/papers/search/models/load.ts";
import { unpackVectors } from "../../src/papers/search/packed-vectors.ts";
import { loadPages } from "../../src/server/pages/renderer.ts";
import type { SearchFile } from "../../src/server/pages/views.ts";
import { FolderError } from "../../src/server/site/folder.ts";
import { sitePlace } from "../../src/server/site/place.ts";
import { writeSite } from "../../src/server/site/write.ts";
import type { SiteOptions } from "../../src/server/site/write.ts";
import { SYSTEMS } from "../../src/systems/registry.ts";

const BASE = "/group/papers";

let directory: string;
let built: string;
let options: SiteOptions;
let server: StaticServer;
let browser: Browser;
const complaints: string[] = [];
const requested = new Set<string>();

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "site-"));
  built = await buildPages();
  options = { systems: SYSTEMS, home: await packageHome(), pages: await loadPages(built), place: sitePlace(`https://example.org${BASE}/`) };
  await writeSite(join(directory, "site"), options);
  server = await serveFolder(join(directory, "site"), BASE);
  browser = await chromium.launch({ executablePath: browserPath ?? "", args: ["--headless", "--no-sandbox", "--disable-gpu"] });
});
afterAll(async () => {
  await browser.close();
  server.close();
  await rm(built, { recursive: true, force: true });
  await rm(directory, { recursive: true, force: true });
});

async function visit(path: string, context: BrowserContextOptions = {}): Promise<Page> {
  const page = await (await browser.newContext({ viewport: { width: 1200, height: 900 }, ...context })).newPage();
  page.on("pageerror", (error) => complaints.push(`${path}: ${String(error)}`));
  page.on("console", (message) => message.type() === "error" && complaints.push(`${path}: ${message.text()}`));
  page.on("request", (request) => requested.add(request.url()));
  await page.goto(server.origin + BASE + path);
  if ((await page.locator("#view").count()) > 0) await page.waitForSelector("#page[data-live]");
  return page;
}

/** What the site's files answer with the native runtime, as addresses. */
async function nativeAnswer(query: string): Promise<string[]> {
  const site = join(directory, "site");
  const { documents, meaning } = JSON.parse(await readFile(join(site, "search.json"), "utf8")) as SearchFile;
  const rows = unpackVectors(new Int8Array(await readFile(join(site, meaning.vectors))), meaning.dimension, documents.map((document) => encodedTexts(document).length));
  const encoder = await openShippedEncoder();
  try {
    const search = new MemorySearch(documents);
    search.addMeaning({ encoder, vectors: new Map(documents.map(({ id }, i) => [id, rows[i] as Float32Array])) });
    return (await search.search(query, {}, 20)).hits.map(({ id }) => `${BASE}/papers/${id}/`);
  } finally {
    await encoder.release();
  }
}

const filesOf = async (folder: string): Promise<string[]> => (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name).slice(folder.length));

test("every address in every page leads to a file of the site or out to the web", async () => {
  const site = join(directory, "site");
  const files = new Set(await filesOf(site));
  const pages = [...files].filter((name) => name.endsWith(".html"));
  expect(pages.length).toBe(CATALOGUE.length + 5); // search, ledger, assemble, about, 404
  const lost = new Set<string>();
  for (const name of pages) {
    const html = (await readFile(join(site, name), "utf8")).replace(/<script id="view".*?<\/script>/s, "");
    for (const [, attribute = "", address = ""] of html.matchAll(/\s(href|src|action)="([^"]*)"/g)) {
      if (address.startsWith("#") || address.startsWith("data:") || (attribute === "href" && /^https?:/.test(address))) continue;
      const [path = ""] = address.replaceAll("&amp;", "&").split("?");
      const file = path.startsWith(`${BASE}/`) ? path.slice(BASE.length) : "outside";
      if (!files.has(file.endsWith("/") ? `${file}index.html` : file)) lost.add(`${name}: ${attribute} ${address}`);
    }
    expect(html, name).toMatch(/<meta http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;;|<meta http-equiv="Content-Security-Policy" content="default-src 'none';/);
    expect(html, name).not.toMatch(/\sstyle="|\son\w+="/);
  }
  expect([...lost]).toEqual([]);
});

test("the site map and the feeds name pages that exist, by their whole addresses", async () => {
  const site = join(directory, "site");
  const files = new Set(await filesOf(site));
  const exists = (url: string): boolean => files.has(`${decodeURIComponent(url.replace(`https://example.org${BASE}`, ""))}index.html`);
  const located = [...(await readFile(join(site, "sitemap.xml"), "utf8")).matchAll(/<loc>([^<]*)<\/loc>/g)].map(([, url = ""]) => url);
  expect(located).toHaveLength(CATALOGUE.length + 4);
  const feed = JSON.parse(await readFile(join(site, "feeds/catalogue.json"), "utf8")) as { feed_url: string; items: { url: string }[] };
  expect(feed.feed_url).toBe(`https://example.org${BASE}/feeds/catalogue.json`);
  expect(feed.items).toHaveLength(CATALOGUE.length);
  expect([...located, ...feed.items.map(({ url }) => url)].filter((url) => !exists(url))).toEqual([]);
  expect(await readFile(join(site, "feeds/catalogue.atom"), "utf8")).toContain(`https://example.org${BASE}/papers/crossmae/`);
});

test("search answers while typing, from the site's own files, and its answers lead to pages", async () => {
  const page = await visit("/");
  const before = await page.evaluate<{ name: string; decodedBodySize: number }[]>("performance.getEntriesByType('resource').map(({ name, decodedBodySize }) => ({ name, decodedBodySize }))");
  const script = before.filter(({ name }) => name.endsWith(".js")).reduce((sum, { decodedBodySize }) => sum + decodedBodySize, 0);
  expect(script).toBeGreaterThan(5_000);
  expect(script).toBeLessThan(150_000);
  await page.fill("#q", "decoder that lets hidden patches read only visible ones");
  await page.click(`.hits a[href="${BASE}/papers/crossmae/"]`);
  expect(await page.locator("h1").textContent()).toBe("Rethinking Patch Dependence for Masked Autoencoders");
  await page.locator(".keywords a").first().click(); // an address with a question in it
  await page.waitForSelector(".hits li");
  expect(new URL(page.url()).searchParams.get("q")).not.toBe(null);
  await page.goto(`${server.origin}${BASE}/?family=masked&status=runs`);
  await page.waitForSelector(".hits li");
  expect(await page.locator("select[name=family]").inputValue()).toBe("masked");
  expect(await page.locator(".hits .badge.good").count()).toBe(await page.locator(".hits li").count());
  await page.context().close();
});

test("papers are found by their words at once and by their meaning too when the encoder is here, which is fetched with the first search", async () => {
  requested.clear();
  const page = await visit("/");
  const fetchedModel = (): boolean => [...requested].some((url) => url.endsWith(".onnx"));
  expect(fetchedModel()).toBe(false);
  await page.locator("#q").pressSequentially("rethin");
  await page.click(`.suggestions a[href="${BASE}/papers/crossmae/"]`);
  expect(await page.locator("h1").textContent()).toBe("Rethinking Patch Dependence for Masked Autoencoders");
  await page.goBack();
  await page.fill("#q", "hide parts of a picture and guess them");
  await page.waitForSelector(".hits li");
  const stages = async (): Promise<string> => (await page.locator(".scores").allTextContents()).join(" ");
  expect(await stages()).toContain("lexical");
  await expect.poll(stages, { timeout: 60_000 }).toContain("dense");
  expect(fetchedModel()).toBe(true);
  expect(await page.locator(".notices").count()).toBe(0);
  const shown = await page.evaluate<string[]>("[...document.querySelectorAll('.hits h2 a')].map((link) => link.getAttribute('href'))");
  const native = await nativeAnswer("hide parts of a picture and guess them");
  expect(shown[0]).toBe(native[0]);
  expect(shown.slice(0, 10).filter((href) => native.slice(0, 10).includes(href)).length).toBeGreaterThanOrEqual(9);
  await page.context().close();
});

test("the ledger sorts, dark stays dark, and an unknown address says so", async () => {
  const page = await visit("/ledger/", { colorScheme: "light" });
  await page.click("thead a:has-text('Paper')");
  expect(new URL(page.url()).pathname + new URL(page.url()).search).toBe(`${BASE}/ledger/?sort=paper`);
  await page.reload();
  await expect.poll(() => page.locator("tbody th a").first().textContent()).toMatch(/^[a-b]/); // what the address asks for is shown again
  await page.getByRole("button", { name: "Dark colours" }).click();
  await page.goto(`${server.origin}${BASE}/about/`);
  expect(await page.locator("html").getAttribute("data-theme")).toBe("dark");
  await page.goto(`${server.origin}${BASE}/papers/nothing/`);
  expect(await page.locator("h1").textContent()).toBe("There is no such page");
  await page.click("text=Search papers");
  await page.waitForSelector("#q");
  await page.context().close();
});

test("a model is assembled in the tab, and its address draws it again", async () => {
  const page = await visit("/assemble/");
  await page.selectOption("select[name=preset]", "tiny-bert");
  await page.locator(".assemble-side .count", { hasText: /^\d{3},\d{3} parameters$/ }).waitFor();
  const shown = await page.locator(".assemble-side .count").textContent();
  await page.reload();
  await page.locator(".assemble-side .count", { hasText: shown ?? "" }).waitFor();
  await page.context().close();
});

test("axe finds nothing wrong where pages differ from the explorer's", async () => {
  const found: string[] = [];
  for (const path of ["/?q=attention", "/papers/crossmae/", "/about/"]) {
    const page = await visit(path);
    found.push(...(await axeProblems(page)).map((problem) => `${path}: ${problem}`));
    await page.context().close();
  }
  expect(found).toEqual([]);
});

test("nothing was asked of another server and no page complained", () => {
  expect([...requested].filter((url) => !url.startsWith(`${server.origin}${BASE}/`) && !url.startsWith("data:"))).toEqual([]);
  expect(complaints.filter((text) => !text.includes("404 (Not Found)"))).toEqual([]);
});

test("a folder is replaced whole, and only if it was made here", async () => {
  const theirs = join(directory, "theirs");
  await mkdir(theirs);
  await writeFile(join(theirs, "thesis.txt"), "ten years");
  await expect(writeSite(theirs, options)).rejects.toThrow(FolderError);
  expect(await readdir(theirs)).toEqual(["thesis.txt"]);

  const ours = join(directory, "ours");
  await mkdir(ours); // empty folders may be filled
  await writeSite(ours, { ...options, place: sitePlace("/") });
  await writeFile(join(ours, "left-over.html"), "of an earlier version");
  const broken = { ...options, pages: { ...options.pages, render: (): string => { throw new Error("no more ink"); } } };
  await expect(writeSite(ours, broken)).rejects.toThrow("no more ink");
  expect(await readdir(ours)).toContain("left-over.html");
  await writeSite(ours, { ...options, place: sitePlace("/") });
  const names = await readdir(ours);
  expect(names).not.toContain("left-over.html");
  expect(names).not.toContain("sitemap.xml"); // without a whole address
  expect((await readdir(directory)).sort()).toEqual(["ours", "site", "theirs"]);
});

test.each([["/", "", null], ["/papers/", "/papers", null], ["https://example.org", "", "https://example.org"], ["http://localhost:8000/a/b", "/a/b", "http://localhost:8000"]])("%s is a place", (text, base, origin) => {
  expect(sitePlace(text)).toEqual({ site: { kind: "static", base }, origin });
});

test.each(["papers", "//evil.example", "/a/../b", "/a?b", "ftp://example.org/", "https://example.org/?q=1", '/"><script>'])("%s is no place", (text) => {
  expect(() => sitePlace(text)).toThrow(RangeError);
});
