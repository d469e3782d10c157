/** `reprise serve`: the explorer, until Ctrl-C. */
import { once } from "node:events";
import { UsageError } from "../errors.ts";
import type { CliPorts } from "../ports.ts";
import { createApp } from "../../server/app.ts";
import { ConfigError, configOf } from "../../server/config.ts";
import type { Config, Setting } from "../../server/config.ts";
import { listen } from "../../server/listen.ts";
import { openServices } from "../../server/open-services.ts";
import { readerModules } from "../../server/reader-modules.ts";
import type { MailOptions } from "../../server/reader-modules.ts";
import type { Services } from "../../server/services.ts";
import { mailConfiguration } from "../../papers/digest/configuration.ts";
import { startDigests } from "../../papers/digest/jobs.ts";
import { Queue } from "../../papers/queue/queue.ts";

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
    const server = await listen(createApp(services, readerModules(services, await mail(services))), config);
    error(`the explorer is at ${config.publicUrl ?? server.url}\n`);
    if (!signal.aborted) await once(signal, "abort");
    error("stopping; runs continue when the server is started again\n");
    closing.abort();
    await server.stop(PATIENCE);
  } finally {
    await close();
  }
}

/** Whether mail can be sent; then the digests are started, which workers send. */
async function mail({ database, clock }: Services): Promise<MailOptions> {
  const mailWorks = (await mailConfiguration(process.env)) !== undefined;
  if (mailWorks) await startDigests(new Queue(database), clock());
  return { mailWorks, bounceSecret: process.env["REPRISE_BOUNCE_SECRET"] || undefined };
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
