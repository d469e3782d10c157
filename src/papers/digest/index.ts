/** The digest's part of the job queue. */
import { z } from "zod";
import { MailConfigurationError, mailConfiguration } from "./configuration.ts";
import { sendLetter } from "./letter.ts";
import { digestJob, startDigests } from "./jobs.ts";
import { smtpMailer } from "./mailer.ts";
import type { SearchPapers } from "./prepare.ts";
import { savedSearchesIn } from "./saved-searches.ts";
import { runDigests } from "./send.ts";
import type { DigestServices } from "./send.ts";
import { loadSecret } from "../people/secret.ts";
import { deleteUnconfirmed } from "../people/subscribers.ts";
import { Suppressions } from "../people/suppression.ts";
import { Tokens, forgetExpiredTokens } from "../people/tokens.ts";
import type { JobHandler } from "../queue/handlers.ts";
import { PermanentFailure } from "../queue/job.ts";
import { dataDirectory } from "../store/data-directory.ts";
import type { Database } from "../store/database.ts";

export { startDigests } from "./jobs.ts";
export { runDigests } from "./send.ts";
export type { DigestRun, DigestServices } from "./send.ts";

/** Days after which an address that was never confirmed is forgotten. */
const UNCONFIRMED_DAYS = 7;

/** Does jobs of kind "digest". The services are made at the first job, once. */
export function digestHandler(open: (database: Database) => Promise<DigestServices>): JobHandler {
  let services: Promise<DigestServices> | undefined;
  return async (payload, { database, queue, signal }) => {
    const job = digestJob.safeParse(payload);
    if (!job.success) throw new PermanentFailure(`a job of kind "digest" that is not understood: ${z.prettifyError(job.error)}`);
    services ??= open(database);
    const opened = await services.catch((error: unknown) => {
      services = undefined; // the configuration can be mended
      throw error;
    });
    switch (job.data.task) {
      case "letter":
        return sendLetter(opened, job.data.subscriber);
      case "digests":
        await startDigests(queue, opened.clock());
        await runDigests(opened, signal);
        signal.throwIfAborted();
        await forget(database, opened.clock());
        return;
    }
  };
}

/** The handler of workers, set up from their environment. */
export const digestWorker: JobHandler = digestHandler((database) => digestServices(database, savedSearchesIn(database)));

export interface ServiceOptions {
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Where a secret of our own is kept. */
  readonly directory?: string;
}

/** Services from the environment (see configuration.ts and people/secret.ts). Throws when no mail server is configured. */
export async function digestServices(database: Database, search: SearchPapers, { environment = process.env, directory = dataDirectory() }: ServiceOptions = {}): Promise<DigestServices> {
  const configuration = await mailConfiguration(environment);
  if (configuration === undefined) throw new MailConfigurationError("no mail can be sent: REPRISE_SMTP_URL is not set");
  const secret = await loadSecret({ environment: environment["REPRISE_SECRET"], directory });
  return {
    database,
    search,
    mailer: smtpMailer(configuration.mailer),
    baseUrl: configuration.baseUrl,
    tokens: new Tokens(secret),
    suppressions: new Suppressions(secret),
    clock: () => new Date(),
  };
}

/** Forgets what need not be kept: addresses nobody confirmed, and used tokens that have expired anyway. */
async function forget(database: Database, now: Date): Promise<void> {
  await deleteUnconfirmed(database, new Date(now.getTime() - UNCONFIRMED_DAYS * 86_400_000));
  await forgetExpiredTokens(database, now);
}
