/** What the routes work with: made once in `open-services.ts`, and by tests as they need it. */
import type { Config } from "./config.ts";
import type { ExplainThread } from "./explain/thread.ts";
import type { Log } from "./log.ts";
import type { Metrics } from "./metrics.ts";
import type { PageRenderer } from "./pages/renderer.ts";
import type { Preset } from "./pages/assemble-page.ts";
import type { Ledger } from "./ledger.ts";
import type { System } from "../lab/index.ts";
import type { PaperLibrary } from "../papers/library.ts";
import type { TrendingLists } from "../papers/ranking/trending-lists.ts";
import type { RunManager } from "../papers/runs/run-manager.ts";
import type { PaperSearch } from "../papers/search/paper-search.ts";
import type { SearchService } from "../papers/search/port.ts";
import type { Database } from "../papers/store/database.ts";

export interface Services {
  readonly config: Config;
  readonly database: Database;
  /** Systems that run, by slug. */
  readonly systems: Readonly<Record<string, () => Promise<{ default: System }>>>;
  /** Papers by id: the catalogue, then what was harvested. */
  readonly papers: PaperLibrary;
  readonly search: SearchService & Pick<PaperSearch, "refresh">;
  readonly runs: RunManager;
  readonly ledger: Ledger;
  readonly trending: TrendingLists;
  /** Published configurations of assembled models. */
  readonly presets: readonly Preset[];
  /** Says what configurations of such models make. */
  readonly explainer: Pick<ExplainThread, "view" | "explain">;
  /** Turns views into pages. */
  readonly pages: PageRenderer;
  /** Key that tokens are signed with. */
  readonly secret: Buffer;
  readonly clock: () => Date;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Aborted when the server is about to stop: streams end. */
  readonly closing: AbortSignal;
  readonly version: string;
}
