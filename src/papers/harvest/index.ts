/** Harvesting: papers of the world into the database. */
import { z } from "zod";
import type { Database } from "../store/database.ts";
import type { Fetcher } from "./fetcher.ts";
import { harvest } from "./run.ts";
import type { HarvestReport } from "./run.ts";
import { WEB_SOURCES, sourceNamed } from "./sources/index.ts";

export { HarvestError, SourceUnavailable } from "./errors.ts";
export { PoliteFetcher } from "./fetcher.ts";
export type { Fetcher, FetcherOptions } from "./fetcher.ts";
export { harvest } from "./run.ts";
export type { HarvestOptions, HarvestReport } from "./run.ts";
export type { Problem } from "./sighting.ts";
export { FILE_SOURCES, WEB_SOURCES, sourceNamed } from "./sources/index.ts";
export type { FileSourceName, WebSourceName } from "./sources/index.ts";

/** Kind of the jobs that `harvestHandler` does. */
export const HARVEST_JOB = "harvest";

/** A job: a source of the network and its settings. Files are imported by people, not by jobs. */
export const harvestJob = z.strictObject({
  source: z.enum(WEB_SOURCES),
  /** Settings of the source; its schema checks them. */
  options: z.record(z.string(), z.unknown()).default({}),
  maximumRecords: z.number().int().min(1).optional(),
});

export interface HarvestServices {
  readonly database: Database;
  readonly fetcher: Fetcher;
  readonly now?: () => Date;
  readonly onReport?: (report: HarvestReport) => void;
}

/**
 * Handles the queue's harvest jobs. It is idempotent: a job that is done twice, or again after a kill, goes on at the stored
 * cursor. Rejects for a payload that is no job.
 */
export function harvestHandler({ database, fetcher, now, onReport }: HarvestServices): (payload: unknown, context?: { readonly signal?: AbortSignal }) => Promise<void> {
  return async (payload, { signal } = {}) => {
    const { source, options, maximumRecords } = harvestJob.parse(payload);
    const report = await harvest(database, fetcher, sourceNamed(source), options, { ...(now && { now }), ...(signal && { signal }), ...(maximumRecords !== undefined && { maximumRecords }) });
    onReport?.(report);
  };
}
