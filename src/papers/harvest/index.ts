/** Harvesting: papers of the world into the database. */
export { HarvestError, SourceUnavailable } from "./errors.ts";
export { PoliteFetcher } from "./fetcher.ts";
export type { Fetcher, FetcherOptions } from "./fetcher.ts";
export { harvestHandler, harvestHandlerWith, harvestPayload } from "./job.ts";
export { harvest } from "./run.ts";
export type { HarvestOptions, HarvestReport } from "./run.ts";
export type { Problem } from "./sighting.ts";
export { sourceNamed } from "./sources/index.ts";
export { FILE_SOURCES, WEB_SOURCES } from "./sources/names.ts";
export type { FileSourceName, WebSourceName } from "./sources/names.ts";
export { webFetcher } from "./web-fetcher.ts";
