/** Errors that say how the command ends. */
export { suggestion } from "../lab/suggestion.ts";

/** What was asked is not understood; exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
