/**
 * What the first visitor does, in a real browser and with a real system: asks, opens the paper, presses Run, watches the
 * curves arrive, and reads the verdict. Starts the built explorer on an empty data folder. Minutes, so not among the tests.
 *
 *     node scripts/press-run.mjs [slug = crossmae] [--minutes 20] [--screenshot FILE]
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { chromium } from "playwright-core";

const { values, positionals } = parseArgs({ allowPositionals: true, options: { minutes: { type: "string", default: "20" }, screenshot: { type: "string" }, chromium: { type: "string", default: process.env.REPRISE_CHROMIUM ?? "/usr/bin/chromium" } } });
const slug = positionals[0] ?? "crossmae";
const patience = Number(values.minutes) * 60_000;
const root = join(import.meta.dirname, "..");
const began = performance.now();
const say = (text) => process.stdout.write(`${((performance.now() - began) / 1000).toFixed(0).padStart(5)} s  ${text}\n`);

const data = await mkdtemp(join(tmpdir(), "reprise-press-"));
const server = spawn(process.execPath, [join(root, "dist/cli/main.js"), "serve", "--port", "0", "--data", data], { env: { ...process.env, REPRISE_LOG: "warn", REPRISE_RUN_MINUTES: values.minutes }, stdio: ["ignore", "ignore", "pipe"] });
const ended = once(server, "exit");
const complaints = [];
let browser;
process.once("SIGINT", () => server.kill("SIGTERM")); // which ends this too
process.once("SIGTERM", () => server.kill("SIGTERM"));
try {
  const url = await new Promise((resolve, reject) => {
    server.stderr.on("data", (text) => {
      const address = /http:\/\/127\.0\.0\.1:\d+\//.exec(String(text))?.[0];
      if (address) resolve(address);
      else process.stderr.write(text);
    });
    server.on("exit", () => reject(new Error("the server ended before it listened")));
  });
  say(`the explorer is at ${url}`);
  browser = await chromium.launch({ executablePath: values.chromium, args: ["--headless", "--no-sandbox", "--disable-gpu"] });
  const page = await browser.newPage({ baseURL: url, viewport: { width: 1200, height: 1600 } });
  page.setDefaultTimeout(patience);
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  await page.goto("/");
  await page.waitForSelector("#page[data-live]");
  await page.fill("#q", slug);
  await page.click(`.hits a[href="/papers/${slug}"]`);
  say(`found: ${await page.locator("h1").textContent()}`);
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await page.waitForURL(`**/runs/${slug}-*`);
  say(`runs: ${page.url()}`);
  await page.waitForSelector(".curves polyline");
  say("the first curve is drawn");
  await page.reload(); // whoever comes back sees it going on
  await page.waitForSelector(".curves polyline");
  await page.waitForSelector(".status strong, .status-line:has-text('failed'), .status-line:has-text('cancelled')");
  if ((await page.locator(".status strong").count()) === 0) throw new Error(`no verdict: ${await page.locator(".status").textContent()}`);
  say(`verdict: ${await page.locator(".status strong").first().textContent()}`);
  const rows = await page.getByRole("table", { name: "The claim, condition by condition" }).locator("tbody tr").evaluateAll((elements) => elements.map((row) => [...row.children].map((cell) => cell.textContent).join(" | ")));
  for (const row of rows) say(row);
  if (values.screenshot) await page.screenshot({ path: values.screenshot, fullPage: true });
  if (rows.length === 0) throw new Error("the claim table is empty");
  if (complaints.length > 0) throw new Error(`the pages complained: ${complaints.join("; ")}`);
} finally {
  await browser?.close();
  server.kill("SIGTERM");
  await ended;
  await rm(data, { recursive: true, force: true });
}
