/** The checks behind `defineSystem`: shape by schema, then what a schema cannot say (names that must refer to something). */
import { z } from "zod";
import { isMeasuredBy } from "./condition.ts";
import { ARM_ROLES, BUDGETS, armsOf } from "./experiment.ts";
import type { Experiment } from "./experiment.ts";
import { isRecord, stableJson } from "./json.ts";
import { PROFILES } from "./profile.ts";
import type { ProfileName } from "./profile.ts";
import { foundationShape } from "./foundation.ts";
import { checkRecipe } from "./recipe.ts";
import type { System } from "./system.ts";

const text = z.string().trim().min(1, "expected text, got an empty string");
const texts = z.array(text).min(1, "expected at least one entry");
const method = z.custom<unknown>((value) => typeof value === "function", "expected a function");
const finite = z.number();

const profile = z.strictObject({
  seeds: z.array(z.int()).min(1).refine((seeds) => new Set(seeds).size === seeds.length, "expected distinct seeds"),
  minutes: z.number().positive(),
  arms: z.array(text).min(1).optional(),
  settings: z.custom<object>(isRecord, "expected an object of settings"),
});

const condition = z.strictObject({
  name: text,
  effect: z.strictObject({ formula: text, reads: z.array(z.strictObject({ arm: text, metric: text })).min(1), noEffect: finite, compute: method }),
  kind: z.enum(["atLeast", "atMost", "within"]),
  minimumEffect: finite,
  role: z.enum(["main", "side", "precondition"]).optional(),
  profiles: z.array(z.enum(PROFILES)).min(1).optional(),
});

const experiment = z.strictObject({
  profiles: z.strictObject({ quick: profile, full: profile }),
  equal: z.enum(BUDGETS),
  foundations: z.array(foundationShape).optional(),
  preconditions: z.array(z.strictObject({ name: text, check: method })).optional(),
  arms: z
    .array(
      z.strictObject({
        name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9 .,=+_-]*$/, "expected letters, digits, spaces and . , = + _ -"),
        role: z.enum(ARM_ROLES),
        description: text,
        foundations: z.array(foundationShape).optional(),
        run: method,
      }),
    )
    .min(2, "expected at least the system and a baseline"),
  claim: z.strictObject({ paper: text, metric: text, expected: text, conditions: z.array(condition).min(1) }),
  tried: z.array(text).optional(),
  prepare: method,
});

const schema = z.strictObject({
  slug: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, "expected lower-case words joined by hyphens"),
  family: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, "expected lower-case words joined by hyphens"),
  title: text,
  arxiv: z.string().regex(/^\d{4}\.\d{4,5}$/, "expected an identifier such as 2401.14391"),
  year: z.int().min(1990).max(2100),
  code: z.url({ protocol: /^https?$/ }).optional(),
  summary: text,
  mechanism: texts,
  checks: texts,
  deviations: z.array(z.strictObject({ what: text, why: text })),
  use: z.array(z.strictObject({ verb: text, description: text })).min(1),
  knobs: z.array(z.strictObject({ name: text, description: text, values: z.array(z.union([text, finite, z.boolean()])).min(1) })).optional(),
  experiment,
  published: method.optional(),
  probe: method.optional(),
  recipe: z.custom<object>(isRecord, "expected an object").optional(),
  ranker: z.strictObject({ version: z.int().positive(), summary: text, data: z.enum(["pairs", "choices"]).optional(), inRow: z.boolean().optional(), candidates: z.enum(["own", "rest"]), most: z.int().positive().optional(), build: method, relations: method.optional(), scores: method }).optional(),
  fewShot: z.strictObject({ version: z.int().positive(), summary: text, fit: method, open: method }).optional(),
  textRecipe: z.union([z.strictObject({
    version: z.int().positive(),
    summary: z.string().min(1),
    task: z.enum(["features", "sequence-classification"]),
    objectives: z.record(z.string(), z.custom<object>(isRecord, "expected an object")).refine((objectives) => Object.keys(objectives).length > 0, "expected at least one objective"),
    sides: z.strictObject({ version: z.int().positive(), base: z.enum(["bert", "causal"]), pooling: z.enum(["first", "last", "mean", "max"]).optional(), roleTokens: z.boolean().optional(), build: method, frozen: z.instanceof(RegExp), learningRate: z.number().positive() }).optional(),
  }), z.strictObject({
    version: z.int().positive(),
    summary: z.string().min(1),
    data: z.array(z.enum(["scored", "pairs"])).min(1),
    run: method,
  })]).optional(),
  textPretraining: z.strictObject({ version: z.int().positive(), summary: text, pooling: z.enum(["first", "last", "mean", "max"]), build: method, batches: method, loss: method }).optional(),
});

/** Everything wrong with a definition, each as `path: message`; empty when it is sound. */
export function checkSystem(definition: System): string[] {
  const parsed = schema.safeParse(definition);
  if (!parsed.success) return parsed.error.issues.map(({ path, message }) => (path.length > 0 ? `${path.map(String).join(".")}: ${message}` : message));
  return [...checkNames(definition.experiment), ...PROFILES.flatMap((name) => checkProfile(definition.experiment, name)), ...checkKnobs(definition), ...(definition.recipe === undefined ? [] : checkRecipe(definition.recipe))];
}

function checkNames({ arms, claim }: Experiment): string[] {
  const names = arms.map(({ name }) => name);
  const readings = claim.conditions.flatMap((item) => item.effect.reads.map((reading) => ({ ...reading, condition: item.name })));
  return [
    ...repeated(names).map((name) => `experiment.arms: two arms are called "${name}"`),
    ...repeated(claim.conditions.map(({ name }) => name)).map((name) => `experiment.claim: two conditions are called "${name}"`),
    ...(["system", "baseline"] as const).filter((role) => arms.every((arm) => arm.role !== role)).map((role) => `experiment.arms: no arm has the role "${role}"`),
    ...readings
      .filter(({ arm }) => !names.includes(arm))
      .map((reading) => `condition "${reading.condition}" reads arm "${reading.arm}"; arms are ${names.join(", ")}`),
  ];
}

function checkProfile(subject: Experiment, name: ProfileName): string[] {
  const where = `experiment.profiles.${name}`;
  const { arms: wanted, settings } = subject.profiles[name];
  const known = subject.arms.map((arm) => arm.name);
  const unknown = (wanted ?? []).filter((arm) => !known.includes(arm));
  if (unknown.length > 0) return [`${where}.arms: unknown ${unknown.join(", ")}; arms are ${known.join(", ")}`];
  const running = new Set(armsOf(subject, name).map((arm) => arm.name));
  const judged = subject.claim.conditions.filter((item) => isMeasuredBy(item, name, running));
  const problems = judged.some(({ role = "main" }) => role === "main") ? [] : [`${where}: judges no main condition of the claim`];
  try {
    stableJson(settings);
  } catch (error) {
    problems.push(`${where}.settings: must be plain JSON (${(error as Error).message})`);
  }
  return problems;
}

function checkKnobs({ knobs = [], experiment: { profiles } }: System): string[] {
  const names = Object.keys(profiles.full.settings);
  return knobs.filter(({ name }) => !names.includes(name)).map(({ name }) => `knobs: "${name}" is not a setting; settings are ${names.join(", ")}`);
}

function repeated(names: readonly string[]): string[] {
  return [...new Set(names.filter((name, i) => names.indexOf(name) !== i))];
}
