/** A file that cannot be read as a configuration, or slots that do not fit; the message lists everything. */
export class AssembleError extends Error {
  override readonly name = "AssembleError";
}
