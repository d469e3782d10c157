/** Makes the services of a real server from its configuration, and closes them in the order in which they lean on each other. */
import { join } from "node:path";
import { readPresets } from "./assemble-presets.ts";
import type { Config } from "./config.ts";
import { ExplainThread } from "./explain/thread.ts";
import { readLedger } from "./ledger.ts";
import { openLog } from "./log.ts";
import type { Log } from "./log.ts";
import { openMetrics } from "./metrics.ts";
import { openSearch } from "./open-search.ts";
import { loadPages } from "./pages/renderer.ts";
import type { Services } from "./services.ts";
import type { PackageHome } from "../lab/node/provenance.ts";
import { openLibrary } from "../papers/library.ts";
import { loadSecret } from "../papers/people/secret.ts";
import { trendingLists } from "../papers/ranking/trending-lists.ts";
import { RunManager } from "../papers/runs/run-manager.ts";
import { countRuns } from "../papers/runs/run-table.ts";
import { RUN_STATUSES } from "../papers/runs/run.ts";
import { openDatabase } from "../papers/store/open.ts";

export interface ServiceOptions {
  readonly config: Config;
  readonly systems: Services["systems"];
  readonly home: PackageHome;
  /** Words that start `reprise`, for runs. */
  readonly program: readonly string[];
  /** Aborted when the server is about to stop. */
  readonly closing: AbortSignal;
  readonly log?: Log;
}

export interface OpenServices {
  readonly services: Services;
  /** Stops runs, then lets go of the database. */
  close(): Promise<void>;
}

export async function openServices({ config, systems, home, program, closing, log = openLog(config.logLevel) }: ServiceOptions): Promise<OpenServices> {
  const { dataDirectory, databaseUrl } = config;
  const pages = await loadPages(join(home.directory, "dist/web"));
  const ledger = await readLedger(home.directory);
  const database = await openDatabase(databaseUrl === null ? { directory: dataDirectory } : { url: databaseUrl });
  try {
    const papers = await openLibrary(database, Object.keys(systems));
    const { search, close: closeSearch } = await openSearch(database, log);
    const clock = (): Date => new Date();
    const runs = new RunManager({
      database,
      directory: join(dataDirectory, "runs"),
      program,
      limits: config.runs,
      clock,
      onError: (error) => log.error({ err: error }, "a run could not be started or followed"),
    });
    await runs.start();
    const metrics = openMetrics(async () => Object.fromEntries(await Promise.all(RUN_STATUSES.map(async (status) => [status, await countRuns(database, status)] as const))));
    const presets = await readPresets(home.directory);
    const explainer = new ExplainThread({ presets });
    const services: Services = {
      config,
      database,
      systems,
      papers,
      search,
      runs,
      ledger,
      trending: trendingLists(database, clock),
      presets,
      explainer,
      pages,
      secret: await loadSecret({ environment: config.secret ?? undefined, directory: dataDirectory }),
      clock,
      log,
      metrics,
      closing,
      version: home.version,
    };
    return {
      services,
      async close() {
        await runs.stop();
        await explainer.close();
        await closeSearch();
        await database.close();
      },
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}
