/** `reprise serve`: the explorer, until Ctrl-C. */
import { once } from "node:events";
import { UsageError } from "../errors.ts";
import type { CliPorts } from "../ports.ts";
import { createApp } from "../../server/app.ts";
import { ConfigError, configOf } from "../../server/config.ts";
import type { Config, Setting } from "../../server/config.ts";
import { startJobs } from "../../server/jobs.ts";
import { listen } from "../../server/listen.ts";
import { openServices } from "../../server/open-services.ts";
import { readerModules } from "../../server/reader-modules.ts";
import { MailConfigurationError } from "../../papers/digest/configuration.ts";

export interface ServeCommandOptions {
  readonly host?: string;
  readonly port?: string;
  readonly publicUrl?: string;
  readonly data?: string;
}

/** Milliseconds that requests under way have to end. */
const PATIENCE = 5000;

export async function serve({ systems, home, signal, error }: CliPorts, options: ServeCommandOptions): Promise<void> {
  const config = configuration(options);
  const closing = new AbortController();
  const main = process.argv[1];
  if (main === undefined) throw new Error("internal: the command does not know its own file");
  const { services, close } = await openServices({ config, systems, home, program: [process.execPath, main], closing: closing.signal });
  try {
    const jobs = await startJobs(services, { environment: process.env, patience: PATIENCE });
    try {
      const server = await listen(createApp(services, readerModules(services, jobs)), config);
      error(`the explorer is at ${config.publicUrl ?? server.url}\n`);
      if (!signal.aborted) await once(signal, "abort");
      error("stopping; runs continue when the server is started again\n");
      closing.abort();
      await server.stop(PATIENCE);
    } finally {
      await jobs.stop();
    }
  } catch (problem) {
    if (problem instanceof MailConfigurationError) throw new UsageError(problem.message);
    throw problem;
  } finally {
    await close();
  }
}

function configuration({ host, port, publicUrl, data }: ServeCommandOptions): Config {
  const given: Partial<Record<Setting, string | undefined>> = { REPRISE_HOST: host, REPRISE_PORT: port, REPRISE_PUBLIC_URL: publicUrl, REPRISE_DATA: data };
  const named = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  try {
    return configOf({ ...process.env, ...named });
  } catch (error) {
    if (error instanceof ConfigError) throw new UsageError(error.message);
    throw error;
  }
}
