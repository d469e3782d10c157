import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";
import { dataDirectory } from "../../../src/papers/store/data-directory.ts";
import { openDatabase } from "../../../src/papers/store/open.ts";
import { openPgliteDirectory } from "../../../src/papers/store/pglite.ts";
import { seedDirectory } from "../support/pglite.ts";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "open-"));
});
afterEach(async () => {
  delete process.env["REPRISE_DATABASE_URL"];
  delete process.env["REPRISE_DATA"];
  await rm(directory, { recursive: true, force: true });
});

test.each([
  ["a server that is not there", "postgres://ada:s3cret@127.0.0.1:1/papers", /cannot use the PostgreSQL server at 127\.0\.0\.1:1\/papers: .*ECONNREFUSED/],
  ["an address that is no URL", "postgres://ada:s3cret@bad host:port/x", /cannot use the PostgreSQL server at an address that is not a URL/],
])("%s is an error without the password", async (_, url, message) => {
  process.env["REPRISE_DATABASE_URL"] = url;
  const error: unknown = await openDatabase().catch((cause: unknown) => cause);
  expect(error).toMatchObject({ message: expect.stringMatching(message) as string });
  expect(inspect(error, { depth: 10, showHidden: true })).not.toContain("s3cret");
});

test("a directory given outright comes before the address in the environment; what was stored is there again", async () => {
  process.env["REPRISE_DATABASE_URL"] = "postgres://127.0.0.1:1/papers";
  await seedDirectory(directory);
  const first = await openDatabase({ directory });
  await first.query("insert into jobs (kind, key, once, payload, retry_limit) values ('run', 'k', false, '1', 0)");
  await first.close();
  const second = await openDatabase({ directory });
  expect(second.host).toBe("pglite");
  expect(await second.query("select key from jobs")).toEqual([{ key: "k" }]);
  await second.close();
  await second.close(); // closing twice does no harm
});

test("an opening that is stopped closes what it opened", async () => {
  await seedDirectory(directory);
  const controller = new AbortController();
  const opening = openDatabase({ directory, signal: controller.signal });
  controller.abort(new Error("stop"));
  await expect(opening).rejects.toThrow("stop");
  await (await openPgliteDirectory(directory)).close();
});

test("the data directory is the one given, else REPRISE_DATA, else the platform's", () => {
  expect(dataDirectory()).toMatch(/reprise/);
  process.env["REPRISE_DATA"] = directory;
  expect(dataDirectory()).toBe(directory);
  expect(dataDirectory("/else/where")).toBe("/else/where");
});
