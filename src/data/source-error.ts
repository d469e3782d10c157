/** A failure to obtain or read a source. */
export class SourceError extends Error {
  override readonly name = "SourceError";
}
