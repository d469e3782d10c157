/** What the page that assembles a model shows. */
import type { Explanation } from "../../train/assemble/index.ts";

/** A configuration as its file has it. */
export type RawConfig = Readonly<Record<string, unknown>>;

export interface Preset {
  /** Name of its file. */
  readonly name: string;
  readonly title: string;
  readonly config: RawConfig;
}

export interface ChoiceView {
  readonly value: string;
  readonly label: string;
  readonly description: string;
  readonly chosen: boolean;
  /** Why it would clash with the other slots; null where it fits or is chosen. */
  readonly clash: string | null;
}

interface FieldCommon {
  /** As the form sends it: `encoder`, `stream_0.encoder`. */
  readonly name: string;
  readonly label: string;
  readonly description: string;
}
export type FieldView = FieldCommon & (
  | { readonly kind: "one" | "many" | "menu"; readonly choices: readonly ChoiceView[] }
  | { readonly kind: "number"; readonly value: string; readonly usual: string; readonly most: number }
  | { readonly kind: "flag"; readonly chosen: boolean; readonly clash: string | null }
);

export interface FieldGroup {
  readonly legend: string;
  readonly group: "slots" | "sizes" | "switches";
  readonly fields: readonly FieldView[];
}

export interface AssembleView {
  readonly page: "assemble";
  readonly presets: readonly Preset[];
  /** The preset that the form began with; keys without a field are taken from it. */
  readonly base: string;
  readonly groups: readonly FieldGroup[];
  /** The configuration as its file has it. */
  readonly file: string;
  readonly fileName: string;
  readonly explanation: Explanation;
  readonly commands: readonly string[];
}
