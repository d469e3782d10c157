import { expect, test } from "vitest";
import { commandLine } from "./support/command-line.ts";

const reprise = (...words: string[]): ReturnType<typeof commandLine> => commandLine(words, ".");

test("data list --json tells size, licence and parts of every source", async () => {
  const cards = JSON.parse((await reprise("data", "list", "--json")).out) as { id: string; bytes: number; licence: string; parts: string[] }[];
  expect(cards.map(({ id }) => id)).toContain("emoji/art");
  for (const { id, bytes, licence, parts } of cards) expect({ id, sound: bytes > 0 && licence.length > 0 && parts.length > 0 }).toEqual({ id, sound: true });
});

test("data info names the pinned packages", async () => {
  const { out } = await reprise("data", "info", "emoji/art", "--json");
  const { packages } = JSON.parse(out) as { packages: { integrity: string }[] };
  expect(packages.length).toBeGreaterThan(0);
  expect(packages.every(({ integrity }) => integrity.startsWith("sha"))).toBe(true);
});

test("data info tells which parts come only when asked for, and how", async () => {
  expect(JSON.parse((await reprise("data", "info", "emoji/art", "--json")).out)).toMatchObject({ parts: ["google", "twitter"], optionalParts: ["openmoji", "openmoji-line", "fluent-3d"] });
  expect((await reprise("data", "info", "emoji/art")).out).toContain("reprise data get emoji/art --parts openmoji openmoji-line fluent-3d");
});

test.each([
  [["data", "info", "emoji/rat"], 'unknown data "emoji/rat" (did you mean "emoji/art"?)'],
  [["data", "get", "emoji/art", "--parts", "nothing"], 'emoji/art: unknown part "nothing"'],
  [["data", "fetch"], "unknown command 'fetch'"],
])("%j is not understood", async (words, message) => {
  const { code, error } = await reprise(...words);
  expect(code).toBe(2);
  expect(error).toContain(message);
});
