/** The queue's harvest jobs. */
import { z } from "zod";
import { ENCODE_KEY, PermanentFailure } from "../queue/job.ts";
import type { JobHandler } from "../queue/handlers.ts";
import { HarvestError } from "./errors.ts";
import type { Fetcher } from "./fetcher.ts";
import { harvest } from "./run.ts";
import { reasonOf } from "./source.ts";
import { sourceNamed } from "./sources/index.ts";
import { WEB_SOURCES } from "./sources/names.ts";
import { webFetcher } from "./web-fetcher.ts";

/** A source of the network and its settings. Files are imported by people, not by jobs. */
export const harvestPayload = z.strictObject({
  source: z.enum(WEB_SOURCES),
  /** Settings of the source; its schema checks them. */
  options: z.record(z.string(), z.unknown()).default({}),
  maximumRecords: z.number().int().min(1).optional(),
});

/** A handler that fetches with what `fetcherOf` gives, and then has new papers encoded. Done twice, or again after a kill, it goes on at the stored cursor. */
export function harvestHandlerWith(fetcherOf: (signal: AbortSignal) => Promise<Fetcher>): JobHandler {
  return async (payload, { database, queue, signal }) => {
    const job = harvestPayload.safeParse(payload);
    if (!job.success) throw new PermanentFailure(`a harvest job needs a source (${WEB_SOURCES.join(", ")}) and its options: ${reasonOf(job.error)}`);
    const { source: name, options, maximumRecords } = job.data;
    const source = sourceNamed(name);
    try {
      source.open(options);
    } catch (error) {
      if (error instanceof HarvestError) throw new PermanentFailure(error.message);
      throw error;
    }
    await harvest(database, await fetcherOf(signal), source, options, { signal, ...(maximumRecords !== undefined && { maximumRecords }) });
    await queue.send("encode", {}, { key: ENCODE_KEY }); // what came is to be found by its meaning too
  };
}

export const harvestHandler: JobHandler = harvestHandlerWith(webFetcher);
