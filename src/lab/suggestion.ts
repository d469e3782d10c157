/** "Did you mean": the nearest of some names; it lives below, where the assembler needs it too. */
export { suggestion } from "../train/suggestion.ts";
