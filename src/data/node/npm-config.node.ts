/** The user's npm configuration (registry, certificates, proxy, tokens, cache), read the way npm reads it. */
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import Config from "@npmcli/config";
import table from "@npmcli/config/lib/definitions/index.js";

/** Options for npm's fetching library. */
export type NpmOptions = Record<string, unknown> & { readonly registry: string };

/** Variables that npm's code writes while it flattens its configuration. */
const WRITTEN_BY_NPM = ["NODE_ENV", "npm_config_user_agent"];

/** Reads the environment and the project, user, global and built-in npmrc files. The environment is left as it was. */
export async function npmOptions(): Promise<NpmOptions> {
  const config = new Config({
    ...table,
    npmPath: dirname(fileURLToPath(import.meta.url)), // npm's own folder is unknown here; only its built-in npmrc is looked up there
    env: { ...process.env }, // load() writes into it
    argv: process.argv.slice(0, 2), // our command line is not npm's
    warn: false,
  } as ConstructorParameters<typeof Config>[0]);
  await config.load();
  const before = WRITTEN_BY_NPM.map((name) => [name, process.env[name]] as const);
  const options = { ...config.flat, registry: String(config.get("registry")), userAgent: `reprise node/${process.version}` };
  for (const [name, value] of before) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  return options;
}
