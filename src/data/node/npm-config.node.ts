/** The user's npm configuration (registry, certificates, proxy, tokens, cache), read the way npm reads it. */
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import Config from "@npmcli/config";
import table from "@npmcli/config/lib/definitions/index.js";

/** Options for npm's fetching library, from the environment and the project, user, global and built-in npmrc files. */
export async function npmOptions(): Promise<Record<string, unknown> & { readonly registry: string }> {
  const config = new Config({
    ...table,
    npmPath: dirname(fileURLToPath(import.meta.url)), // npm's own folder is unknown here; only its built-in npmrc is looked up there
    env: { ...process.env }, // load() writes into it
    argv: process.argv.slice(0, 2), // our command line is not npm's
    warn: false,
  } as ConstructorParameters<typeof Config>[0]);
  await config.load();
  return { ...config.flat, registry: String(config.get("registry")) };
}
