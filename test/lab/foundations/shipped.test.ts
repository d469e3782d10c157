import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { placeOf, storedFoundation } from "../../../src/lab/foundation.ts";
import { FOUNDATIONS } from "../../../src/lab/foundations/registry.ts";
import { DirectoryStore } from "../../../src/lab/node/directory-store.ts";
import { MemoryStore } from "../../../src/lab/store.ts";

const models = join(import.meta.dirname, "../../../models");
const folders = readdirSync(join(models, "foundations"));

test("the foundations that ship are those that today's code would build, and whole", async () => {
  expect(folders.length).toBeGreaterThan(0);
  const places = new Map(await Promise.all(FOUNDATIONS.map(async (foundation) => [(await placeOf(foundation, new MemoryStore())).folder, foundation] as const)));
  for (const folder of folders) {
    const foundation = places.get(`foundations/${folder}`);
    expect(foundation, `models/foundations/${folder} is of other settings; build it again and run scripts/ship-foundations.mjs`).toBeDefined();
    if (foundation === undefined) continue;
    const found = await storedFoundation(foundation, new DirectoryStore(models));
    expect(found, `${folder}: a file is missing or does not match its hash`).toBeDefined();
  }
});
