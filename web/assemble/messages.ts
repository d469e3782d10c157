/** What the page that assembles a model and its worker tell each other. */
import type { Entered } from "../../src/server/pages/assemble-views.ts";
import type { AssembleView, Preset } from "../../src/server/pages/assemble-page.ts";

export interface Question {
  /** Comes back with the answer. */
  readonly number: number;
  readonly entered: Entered;
  readonly presets: readonly Preset[];
}

export type Reply = { readonly number: number } & ({ readonly view: AssembleView } | { readonly problem: string });
