import { expect, test } from "vitest";
import { z } from "zod";
import { defineSystem, parseSettings, settingEntries, SettingsError, trainingSettings } from "../../src/lab/index.ts";
import type { Recipe, SystemDefinition } from "../../src/lab/index.ts";
import { fakeSystem } from "./fake-system.ts";

const schema = z.strictObject({
  size: z.int().min(1).default(3).describe("how large"),
  tower: z.strictObject({ floors: z.int().max(9).default(2).describe("how high"), roof: z.enum(["flat", "steep"]).default("flat").describe("its form") }).prefault({}),
});

test("settings not given have their defaults, one by one inside objects", () => {
  expect(parseSettings(schema, {}, "here")).toEqual({ size: 3, tower: { floors: 2, roof: "flat" } });
  expect(parseSettings(schema, { tower: { floors: 5 } }, "here")).toEqual({ size: 3, tower: { floors: 5, roof: "flat" } });
});

test("every setting is listed by path with default and description", () => {
  expect(settingEntries(schema)).toEqual([
    { path: "size", default: 3, description: "how large" },
    { path: "tower.floors", default: 2, description: "how high" },
    { path: "tower.roof", default: "flat", description: "its form" },
  ]);
});

test("all problems are told at once, unknown names with the nearest", () => {
  const parse = (): unknown => parseSettings(schema, { sise: 1, size: 0, tower: { floor: 1, roof: "round" } }, "here");
  expect(parse).toThrow(SettingsError);
  expect(parse).toThrow('unknown setting "sise" (did you mean "size"?)');
  expect(parse).toThrow('unknown setting "tower.floor" (did you mean "tower.floors"?)');
  expect(parse).toThrow(/^here: .*size: Too small.*tower\.roof: Invalid option/);
  expect(parse).toThrow("settings are size, tower.floors, tower.roof");
});

const nothing = (): never => {
  throw new Error("not called");
};
const recipe: Recipe = { version: 1, data: "images", settings: z.strictObject(trainingSettings), tiny: {}, input: nothing, build: nothing, batches: nothing, training: nothing, verbs: { embed: nothing } };
const define = (changes: object): unknown => defineSystem({ ...fakeSystem(), recipe: { ...recipe, ...changes } } as SystemDefinition);

test("a sound recipe is accepted", () => {
  expect(() => define({})).not.toThrow();
});

test.each([
  [{ data: "smells" }, "recipe.data: "],
  [{ version: 0 }, "recipe.version: "],
  [{ verbs: {} }, "recipe.verbs: expected at least one verb"],
  [{ verbs: { embde: nothing } }, "recipe.verbs: "],
  [{ build: 1 }, "recipe.build: expected a function"],
  [{ tiny: { steps: 0 } }, "recipe.tiny: steps: "],
  [{ tiny: { stesp: 1 } }, 'recipe.tiny: unknown setting "stesp" (did you mean "steps"?)'],
  [{ settings: z.strictObject({ ...trainingSettings, size: z.int().describe("how large") }) }, "recipe.settings.size: has no default"],
  [{ settings: z.strictObject({ ...trainingSettings, size: z.int().default(1) }) }, "recipe.settings.size: has no description"],
])("a recipe with %o is refused", (changes, message) => {
  expect(() => define(changes)).toThrow(message);
});
