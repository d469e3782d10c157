/** Errors that say how the command ends. */
import { closestMatch } from "leven";

/** What was asked is not understood; exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Ends a sentence with the nearest of `choices`, when one is near. */
export function suggestion(wanted: string, choices: readonly string[]): string {
  const nearest = closestMatch(wanted, choices, { maxDistance: Math.max(2, Math.ceil(wanted.length / 2)) });
  return nearest === undefined ? "" : ` (did you mean "${nearest}"?)`;
}
