/** The queue's encode jobs: vectors for papers that lack them. */
import { z } from "zod";
import { encodePapers } from "./encode-papers.ts";
import { openModels } from "./open-models.ts";
import type { OpenModels } from "./open-models.ts";
import { PermanentFailure } from "../queue/job.ts";
import type { JobHandler } from "../queue/handlers.ts";

/** One job encodes all papers that need it, so it is sent under `ENCODE_KEY`. */
export const encodePayload = z.strictObject({
  /** A directory or identifier of a model; left out, the shipped one. */
  encoder: z.string().min(1).optional(),
});

/** A handler that encodes with what `open` gives. Done twice, or again after a kill, it does what is left. */
export function encodeHandlerWith(open: OpenModels): JobHandler {
  return async (payload, { database, signal }) => {
    const job = encodePayload.safeParse(payload);
    if (!job.success) throw new PermanentFailure(`an encode job has no settings but "encoder", the directory or identifier of a model: ${z.prettifyError(job.error)}`);
    const models = await open(job.data.encoder);
    try {
      await encodePapers(database, models.encoder, { signal });
    } finally {
      await models.release();
    }
  };
}

export const encodeHandler: JobHandler = encodeHandlerWith(openModels);
