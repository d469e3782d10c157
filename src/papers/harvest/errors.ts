/** Why a harvest stops. A bad record never does: it is a `Problem` of the report. */

/** An answer that cannot be used, however often it is asked for. */
export class HarvestError extends Error {
  override readonly name: string = "HarvestError";
}

/** The source cannot answer now; what was stored stays, and a later run goes on from there. */
export class SourceUnavailable extends HarvestError {
  override readonly name = "SourceUnavailable";
  /** When the source asked to be left alone until then. */
  readonly retryAt: Date | undefined;

  constructor(message: string, options: { cause?: unknown; retryAt?: Date } = {}) {
    super(message, { cause: options.cause });
    this.retryAt = options.retryAt;
  }
}
