/**
 * Settings that people may change: one zod schema holds their types, limits, defaults and documentation. Whatever is not
 * a setting is refused with the nearest one.
 */
import { z } from "zod";
import { isRecord } from "./json.ts";
import { SettingsError } from "./settings-error.ts";
import { suggestion } from "./suggestion.ts";

/** A strict object; every leaf has `.default(...)` and `.describe(...)`, every nested object `.prefault({})`. */
export type SettingsSchema<S extends object = object> = z.ZodType<S>;

/** One setting as documentation shows it. */
export interface SettingEntry {
  /** `encoder.width` */
  readonly path: string;
  /** Undefined when the schema forgot it. */
  readonly default: unknown;
  readonly description: string;
}

/** What training on anything needs; recipes spread it into their schema. */
export const trainingSettings = {
  steps: z.int().min(1).max(100_000_000).default(2000).describe("updates of the weights"),
  batch: z.int().min(1).max(65_536).default(64).describe("items in a batch; lowered to the number of items when there are fewer"),
  learningRate: z.number().positive().max(10).default(2e-3).describe("peak learning rate of AdamW"),
  warmup: z.number().min(0).max(1).default(0.05).describe("share of the steps over which the learning rate rises; then it falls as half a cosine"),
  weightDecay: z.number().min(0).max(10).default(0.05).describe("of matrices; biases and norms have none"),
  seed: z.int().min(0).max(2 ** 31 - 1).default(1).describe("of weights, order of the data and random choices: the same seed gives the same run"),
};

export type TrainingSettings = z.output<z.ZodObject<typeof trainingSettings>>;

/** The given settings with defaults for the others. Throws a `SettingsError`, beginning with `where`, that lists every problem. */
export function parseSettings<S extends object>(schema: SettingsSchema<S>, given: unknown, where: string): S {
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const names = settingEntries(schema).map(({ path }) => path);
  const problems = parsed.error.issues.flatMap((issue) => {
    const at = issue.path.map(String);
    if (issue.code !== "unrecognized_keys") return [at.length === 0 ? issue.message : `${at.join(".")}: ${issue.message}`];
    return issue.keys.map((key) => {
      const path = [...at, key].join(".");
      return `unknown setting "${path}"${suggestion(path, names)}`;
    });
  });
  const choices = problems.some((problem) => problem.startsWith("unknown setting")) ? `; settings are ${names.join(", ")}` : "";
  throw new SettingsError(`${where}: ${problems.join("; ")}${choices}`);
}

/** All settings of a schema, in its order. */
export function settingEntries(schema: SettingsSchema): SettingEntry[] {
  return leaves(z.toJSONSchema(schema, { io: "input" }), "");
}

function leaves(node: unknown, path: string): SettingEntry[] {
  if (!isRecord(node)) return [];
  const { properties } = node;
  if (isRecord(properties)) return Object.entries(properties).flatMap(([name, child]) => leaves(child, path === "" ? name : `${path}.${name}`));
  return [{ path, default: node["default"], description: typeof node["description"] === "string" ? node["description"] : "" }];
}
