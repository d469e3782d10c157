/** A system of the house trains in a browser page: model, optimizer and masks as they are. */
import { expect, test } from "vitest";
import { browserPath, openPage } from "./harness.ts";
import { trainCrossMae } from "../../web/in-tab/train-crossmae.ts";

test.skipIf(browserPath === null)("CrossMAE trains for 20 steps in a page as it does natively", { timeout: 60_000 }, async () => {
  const native = await trainCrossMae({ steps: 20, device: "cpu" });
  expect(native.at(-1)).toBeLessThan(0.9 * (native[0] as number));
  const page = await openPage("test/browser/entries/crossmae.ts");
  try {
    const there = await page.run<number[]>({ steps: 20 });
    there.forEach((loss, i) => expect(Math.abs(loss - (native[i] as number)), `step ${i}`).toBeLessThan(1e-4));
  } finally {
    await page.close();
  }
});
