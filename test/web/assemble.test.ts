/** The page that assembles a model, in a browser: live, without scripts, for everybody. */
import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { axeProblems, openExplorer } from "./support.ts";
import type { Explorer } from "./support.ts";

let explorer: Explorer;
beforeAll(async () => {
  explorer = await openExplorer(20);
});
afterAll(() => explorer.close());

test("shapes, counts, clashes and the file follow every change, and the address keeps them", async () => {
  const page = await explorer.visit("/assemble?preset=tiny-bert");
  const says = (text: string | RegExp): Promise<void> => page.locator(".assemble-side .count", { hasText: text }).waitFor();
  await page.fill("input[name=vocab_size]", "1000");
  // words, positions and segments of 64 with a norm; two layers; mlm's map with a norm and a bias; sp
  const layer = 4 * (64 * 64 + 64) + 2 * 64 * 256 + 256 + 64 + 4 * 64;
  const counted = (1000 + 64 + 3) * 64 + 2 * 64 + 2 * layer + (64 * 64 + 64 + 2 * 64 + 1000) + (64 * 64 + 64 + 2 * 64 + 2);
  await says(`${counted.toLocaleString("en-US")} parameters`);
  expect(await page.locator("input[name=encoder][value=lstm]").isDisabled()).toBe(true);
  await page.click(".assemble-slots summary");
  expect(await page.locator("#encoder-lstm").textContent()).toContain("sp pools the first token");

  await page.uncheck("input[name=target][value=sp]");
  await page.waitForSelector("input[name=encoder][value=lstm]:enabled");
  await page.check("input[name=encoder][value=lstm]");
  await says(/parameters$/);
  await page.locator(".assemble-result table", { hasText: "lstm" }).waitFor();
  await page.fill("input[name=layers_num]", "0");
  await page.locator("[role=alert]", { hasText: "layers_num: expected a whole number from 1 to 128" }).waitFor();
  await page.fill("input[name=layers_num]", "1");
  await page.locator("[role=alert]").waitFor({ state: "detached" });
  await page.locator(".assemble-result code", { hasText: '"layers_num": 1' }).waitFor();

  const download = page.waitForEvent("download");
  await page.click("a[download]");
  const file = JSON.parse(await readFile(await (await download).path(), "utf8")) as object;
  expect(file).toMatchObject({ encoder: "lstm", layers_num: 1, target: ["mlm"], vocab_size: 1000 });
  await page.reload(); // drawn by the server from the address
  expect(JSON.parse((await page.locator(".assemble-result code").first().textContent()) ?? "")).toEqual(file);
  await page.context().close();
});

test("it works without scripts: a preset, a change, its result", async () => {
  const page = await explorer.visit("/assemble", { javaScriptEnabled: false });
  await page.selectOption("select[name=preset]", "tiny-lstm-lm");
  await page.click("button:has-text('Begin')");
  expect(await page.locator(".assemble-result table").textContent()).toContain("lstm");
  await page.check("input[name=encoder][value=gru]");
  await page.click("button:has-text('Show')");
  expect(await page.locator(".assemble-result table").textContent()).toContain("gru");
  expect(await page.locator(".assemble-result code").first().textContent()).toContain('"encoder": "gru"');
  await page.context().close();
});

test.each([["light", 1200], ["dark", 1200], ["light", 360], ["dark", 360]] as const)("axe finds nothing wrong and nothing is too wide, %s, %d pixels", async (colorScheme, width) => {
  const page = await explorer.visit("/assemble?preset=tiny-t5", { colorScheme, viewport: { width, height: 900 } });
  for (const summary of await page.locator(".clashes summary").all()) await summary.click();
  expect(await axeProblems(page)).toEqual([]);
  expect(await page.evaluate<number>("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
  const pictures = process.env["REPRISE_SCREENSHOTS"];
  if (pictures !== undefined) await page.screenshot({ path: `${pictures}/assemble-${colorScheme}-${width}.png`, fullPage: true });
  await page.context().close();
});

test("no page complained", () => {
  expect(explorer.complaints).toEqual([]);
});
