import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { npmOptions } from "../../../src/data/node/npm-config.node.ts";

const environment = { ...process.env };
let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "reprise-npmrc-"));
  for (const name of Object.keys(process.env)) if (/^npm_config_/i.test(name)) delete process.env[name]; // a test runner started by npm inherits its options
  process.env["npm_config_userconfig"] = join(home, "npmrc");
  process.env["npm_config_globalconfig"] = join(home, "global");
});
afterEach(async () => {
  process.env = { ...environment };
  await rm(home, { recursive: true, force: true });
});

test("registry, token and certificates come from npmrc files, the user's before the global one", async () => {
  await writeFile(join(home, "global"), `registry=http://global.test/\ncafile=${join(home, "ca.pem")}\n`);
  await writeFile(join(home, "ca.pem"), "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
  expect((await npmOptions()).registry).toBe("http://global.test/");
  await writeFile(join(home, "npmrc"), "registry=http://user.test/\n//user.test/:_authToken=secret\n");
  const options = await npmOptions();
  expect(options.registry).toBe("http://user.test/");
  expect(options["//user.test/:_authToken"]).toBe("secret");
  expect(options["ca"]).toEqual([expect.stringContaining("AAAA")]);
});

test("the environment goes before files, and is left as it was", async () => {
  await writeFile(join(home, "npmrc"), "registry=http://user.test/\nomit=dev\n");
  process.env["npm_config_registry"] = "http://environment.test/";
  const before = { ...process.env };
  expect((await npmOptions()).registry).toBe("http://environment.test/");
  expect({ ...process.env }).toEqual(before);
});
