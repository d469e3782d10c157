/** The services of a server for tests: the real ones on an empty PGlite in memory, with stand-ins for what runs do. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openTestPglite } from "../../papers/support/pglite.ts";
import { fakeSystems } from "../fixture/systems.ts";
import { packageHome } from "../../../src/lab/node/provenance.ts";
import { openLibrary } from "../../../src/papers/library.ts";
import { RunManager } from "../../../src/papers/runs/run-manager.ts";
import { PaperSearch } from "../../../src/papers/search/paper-search.ts";
import { readPresets } from "../../../src/server/assemble-presets.ts";
import { configOf } from "../../../src/server/config.ts";
import type { Setting } from "../../../src/server/config.ts";
import { ExplainThread } from "../../../src/server/explain/thread.ts";
import { readLedger } from "../../../src/server/ledger.ts";
import { openLog } from "../../../src/server/log.ts";
import { openMetrics } from "../../../src/server/metrics.ts";
import type { PageRenderer } from "../../../src/server/pages/renderer.ts";
import type { Services } from "../../../src/server/services.ts";
import { renderDocument } from "../../../web/render.tsx";

export interface TestServices {
  readonly services: Services;
  /** Lines of the log so far. */
  readonly logged: string[];
  readonly closing: AbortController;
  /** The same services under other settings. */
  configured(settings: Partial<Record<Setting, string>>): Services;
  close(): Promise<void>;
}

export interface TestServiceOptions {
  /** The compiled command that runs are started with; without it they fail. */
  readonly main?: string;
  readonly pages?: PageRenderer;
  readonly milliseconds?: number;
}

const SETTINGS = { REPRISE_LOG: "info", REPRISE_SECRET: "a secret of at least thirty-two characters" } as const;
const DRAWN: PageRenderer = { render: (view, shell) => renderDocument(view, shell, { script: "/assets/entry.js", styles: ["/assets/entry.css"] }), assetDirectory: import.meta.dirname };

export async function openTestServices({ main = "/nowhere/main.js", pages = DRAWN, milliseconds = 20 }: TestServiceOptions = {}): Promise<TestServices> {
  const directory = await mkdtemp(join(tmpdir(), "server-"));
  process.env["REPRISE_CACHE"] = join(directory, "cache");
  process.env["FAKE_MILLISECONDS"] = String(milliseconds);
  const database = await openTestPglite();
  const systems = fakeSystems(milliseconds);
  const config = configOf({ ...SETTINGS, REPRISE_DATA: directory });
  const papers = await openLibrary(database, Object.keys(systems));
  const search = await PaperSearch.open(database, {});
  const home = await packageHome();
  const logged: string[] = [];
  const closing = new AbortController();
  const clock = (): Date => new Date();
  const runs = new RunManager({ database, directory: join(directory, "runs"), program: [process.execPath, main], limits: config.runs, clock, onError: (error) => logged.push(String(error)), pace: { every: 20, patience: 5000 } });
  await runs.start();
  const presets = await readPresets(home.directory);
  const explainer = new ExplainThread({ presets });
  const services: Services = {
    config,
    database,
    systems,
    papers,
    search,
    runs,
    ledger: await readLedger(home.directory),
    presets,
    explainer,
    trending: { list: () => Promise.resolve([{ id: "crossmae", score: 1.5, why: ["3 new upvotes in the last week (+2.00)"] }]) },
    pages,
    secret: Buffer.from(SETTINGS.REPRISE_SECRET),
    clock,
    log: openLog("info", { write: (line) => void logged.push(line) }),
    metrics: openMetrics(() => Promise.resolve({ running: 0 })),
    closing: closing.signal,
    version: home.version,
  };
  return {
    services,
    logged,
    closing,
    configured: (settings) => ({ ...services, config: configOf({ ...SETTINGS, REPRISE_DATA: directory, ...settings }) }),
    async close() {
      closing.abort();
      await explainer.close();
      await runs.stop();
      await search.close();
      await database.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
