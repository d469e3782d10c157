/** "Did you mean": the nearest of some names. */
import { closestMatch } from "leven";

/** Ends a sentence with the nearest of `choices`, when one is near. */
export function suggestion(wanted: string, choices: readonly string[]): string {
  const nearest = closestMatch(wanted, choices, { maxDistance: Math.max(2, Math.ceil(wanted.length / 2)) });
  return nearest === undefined ? "" : ` (did you mean "${nearest}"?)`;
}
