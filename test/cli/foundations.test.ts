import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { commandLine } from "./support/command-line.ts";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "foundations-"));
  vi.stubEnv("REPRISE_CACHE", directory);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(directory, { recursive: true, force: true });
});

const reprise = (...words: string[]): ReturnType<typeof commandLine> => commandLine(words, ".");

test("foundations list --json tells minutes, needs and gate of each, and in an empty cache only those are there that ship", async () => {
  const listed = JSON.parse((await reprise("foundations", "list", "--json")).out) as { id: string; key: string; minutes: number; needs: string[]; gate: string; built: { directory: string } | null }[];
  const ids = listed.map(({ id }) => id);
  expect(ids).toEqual(expect.arrayContaining(["tok-en", "bert-en", "bert-en@s", "bert-en@l", "lm-en", "clip-emoji"]));
  listed.forEach(({ id, key, minutes, needs, gate, built }, place) => {
    expect({ id, sound: /^[0-9a-f]{64}$/.test(key) && minutes > 0 && gate.length > 0 && (built === null || built.directory.includes(join("models", "foundations"))) }).toEqual({ id, sound: true });
    for (const need of needs) expect(ids.indexOf(need)).toBeLessThan(place);
  });
  expect(new Set(listed.map(({ key }) => key)).size).toBe(listed.length);
});

test("the list for people says what is not built and how long it takes", async () => {
  expect((await reprise("foundations", "list")).out).toMatch(/[a-z] +not built, about \d+ min/);
});

test("an unknown foundation names the nearest one", async () => {
  const { code, error } = await reprise("foundations", "build", "bert-fr");
  expect(code).toBe(2);
  expect(error).toContain('unknown foundation "bert-fr" (did you mean "bert-en"?)');
});
