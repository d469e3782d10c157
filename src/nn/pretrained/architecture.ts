/** What must be known of an architecture to read and write its checkpoints, in one record. */
import type { RandomStream } from "../../engine/index.ts";
import type { NameEntry, NameTable } from "./name-table.ts";
import { readSettings, writeSettings } from "./settings.ts";
import type { Config, ConfigRules, Fields, SettingsOf } from "./settings.ts";
import type { TextModel, TextTask } from "./text-model.ts";

export interface BuildOptions {
  readonly random: RandomStream;
  readonly task: TextTask;
  /** Scores of a classifier. */
  readonly labels: number;
  /** Whether the model for plain features keeps its pooler. */
  readonly pooler: boolean;
}

/** How a task is called there, and the names of its head. */
export interface TaskNames {
  /** Class in `architectures`, such as BertForMaskedLM. */
  readonly className: string;
  /** Further classes that hold the same weights. */
  readonly aliases?: readonly string[];
  readonly names: NameTable;
  /** Whether the base keeps its own prefix below this head; default true. */
  readonly prefixed?: boolean;
  /** Copies that files may hold under a second name: [copy, original], as in files of this task. */
  readonly copies?: readonly (readonly [copy: string, original: string])[];
}

export interface ArchitectureDefinition<F extends Fields> {
  /** `model_type` of its configs. */
  readonly modelType: string;
  /** Title and source of the model. */
  readonly source: string;
  readonly config: ConfigRules<F>;
  /** In place of keys of other versions of the library: a config of today's keys. */
  readonly modernise?: (config: Config) => Config;
  /** What the weights say that the config does not. */
  readonly withWeights?: (config: Config, has: (tensor: string) => boolean) => Config;
  /** Before every name of the base in files of models with a head, such as "bert.". */
  readonly prefix: string;
  /** Names of the base, without prefix. */
  readonly names: (settings: SettingsOf<F>) => NameTable;
  /** Names of the pooler, without prefix; absent where models have none. */
  readonly pooler?: NameTable;
  readonly tasks: Partial<Readonly<Record<TextTask, TaskNames>>>;
  /** Names that hold nothing to learn. */
  readonly ignored?: readonly RegExp[];
  readonly build: (settings: SettingsOf<F>, options: BuildOptions) => TextModel;
  /** Longest sequence, or null where positions have no table. */
  readonly longest: (settings: SettingsOf<F>) => number | null;
  readonly width: (settings: SettingsOf<F>) => number;
  /** Rows of the table of words. */
  readonly vocabulary: (settings: SettingsOf<F>) => number;
  /** Whether token types are an input: of a table with one row all tokens have that. */
  readonly segments?: (settings: SettingsOf<F>) => boolean;
}

/** An architecture with its settings filled in. */
export interface Prepared {
  readonly longest: number | null;
  readonly width: number;
  /** Rows of the table of words: one more than the largest id the model reads. */
  readonly vocabulary: number;
  readonly segments: boolean;
  readonly names: NameTable;
  /** Throws, beginning with the label of the config, for sizes that do not go together. */
  readonly build: (options: BuildOptions) => TextModel;
  /** The part of `config.json` that these settings make. */
  readonly config: Readonly<Record<string, unknown>>;
}

export interface Architecture extends Pick<ArchitectureDefinition<Fields>, "modelType" | "source" | "prefix" | "pooler" | "tasks" | "ignored" | "withWeights"> {
  /** From a config. Throws, beginning with `label`, listing every key that is unknown, missing or not handled. */
  readonly read: (config: Config, label: string) => Prepared;
  /** The key of a config for each of our settings. */
  readonly keys: Readonly<Record<string, string>>;
}

/** The types of settings stay inside: what reads checkpoints sees `Prepared`. */
export function defineArchitecture<F extends Fields>(definition: ArchitectureDefinition<F>): Architecture {
  const { config: rules, modernise = (config) => config, names, build, longest, width, vocabulary, segments = () => false, ...rest } = definition;
  return {
    ...rest,
    keys: Object.fromEntries(Object.entries(rules.fields).map(([name, { key }]) => [name, key])),
    read: (config, label) => {
      const settings = readSettings(rules, modernise(config), label);
      return {
        longest: longest(settings),
        width: width(settings),
        vocabulary: vocabulary(settings),
        segments: segments(settings),
        names: names(settings),
        build: (options) => {
          try {
            return build(settings, options);
          } catch (cause) {
            throw new Error(`${label}: ${(cause as Error).message}`, { cause });
          }
        },
        config: { model_type: definition.modelType, ...writeSettings(rules, settings) },
      };
    },
  };
}

/** A table whose names on their side begin with a prefix. */
export const under = (prefix: string, table: NameTable): NameTable =>
  table.map((entry): NameEntry => ("ours" in entry ? { ...entry, theirs: prefix + entry.theirs } : [entry[0], prefix + entry[1]]));
