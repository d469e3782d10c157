import { afterEach, expect, test } from "vitest";
import { provideSourceHost } from "../../src/data/host.ts";
import { nodeSourceHost } from "../../src/data/node/source-host.node.ts";
import { defineSource } from "../../src/data/source.ts";
import type { PackageReference } from "../../src/data/source.ts";

const reference = (part: string): PackageReference => ({ registry: "npm", name: "drawings", version: "1.0.0", integrity: "sha512-", bytes: 1, part });
const source = defineSource({
  card: { id: "test/parts", version: 1, title: "Parts", licence: "MIT", packages: [reference("a"), reference("b")], optional: [reference("c"), reference("d")], records: 1, splitKey: "none", description: "Nothing." },
  wants: () => true,
  freeze: () => Promise.resolve({ arrays: {}, meta: {} }),
  thaw: (packs) => packs.map(({ part }) => part),
});

afterEach(() => provideSourceHost(nodeSourceHost));

test("optional parts are loaded only when asked for, parts always in the card's order", async () => {
  const loaded: string[] = [];
  provideSourceHost({
    loadPack: (_source, part) => {
      loaded.push(part);
      return Promise.resolve({ pack: { arrays: {}, meta: {} }, sha256: "" });
    },
  });
  expect(await source.load()).toEqual(["a", "b"]);
  expect(loaded).toEqual(["a", "b"]);
  expect(await source.load({ parts: ["d", "b"] })).toEqual(["b", "d"]);
  await expect(source.load({ parts: ["e"] })).rejects.toThrow('test/parts: unknown part "e"; choose from a, b, c, d');
  await expect(source.load({ parts: [] })).rejects.toThrow("test/parts: expected at least one part of a, b, c, d, got none");
});
