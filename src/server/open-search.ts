/** Search for the server: the whole pipeline, with papers that have no vectors yet encoded while it already answers by words. */
import type { Log } from "./log.ts";
import { encodePapers, openModelsOrNone, PaperSearch } from "../papers/search/index.ts";
import type { Database } from "../papers/store/database.ts";

export interface OpenSearch {
  readonly search: PaperSearch;
  /** Ends the encoding and lets go of indexes and models. */
  close(): Promise<void>;
}

export async function openSearch(database: Database, log: Log): Promise<OpenSearch> {
  const onProblem = (error: unknown): void => log.warn({ err: error }, "a stage of search failed; it goes on without it");
  const models = await openModelsOrNone(undefined, (error) => log.warn({ err: error }, "the models of search could not be opened; papers are found by their words only"));
  const search = await PaperSearch.open(database, models, { onProblem });
  const stopping = new AbortController();
  const encoding = models.encoder === undefined ? Promise.resolve() : encode(database, models.encoder, search, stopping.signal).catch((error: unknown) => {
    if (!stopping.signal.aborted) log.error({ err: error }, "papers could not be encoded");
  });
  return {
    search,
    async close() {
      stopping.abort();
      await encoding;
      await search.close();
      await models.release();
    },
  };
}

async function encode(database: Database, encoder: Parameters<typeof encodePapers>[1], search: PaperSearch, signal: AbortSignal): Promise<void> {
  const { encoded } = await encodePapers(database, encoder, { signal });
  if (encoded > 0) await search.refresh();
}
