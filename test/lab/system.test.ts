import { expect, test } from "vitest";
import { defineSystem, difference } from "../../src/lab/index.ts";
import type { SystemDefinition } from "../../src/lab/index.ts";
import { fakeDefinition } from "./fake-system.ts";
import type { FakeSettings } from "./fake-system.ts";

type Fake = SystemDefinition<FakeSettings, number>;
const sound = fakeDefinition();
const withExperiment = (changes: Partial<Fake["experiment"]>): Fake => ({ ...sound, experiment: { ...sound.experiment, ...changes } });

test("a sound definition is returned unchanged and frozen", () => {
  const system = defineSystem(sound);
  expect(system).toBe(sound);
  expect(Object.isFrozen(system)).toBe(true);
});

test("unknown and empty fields are all listed", () => {
  const definition = { ...sound, sumary: "x", summary: " ", mechanism: [] };
  expect(() => defineSystem(definition)).toThrow(/^system "fake": .*summary: expected text, got an empty string.*mechanism: expected at least one entry.*"sumary"/);
});

test.each([
  ["an arXiv identifier with a version", { ...sound, arxiv: "2401.00001v2" }, /arxiv: expected an identifier such as 2401.14391/],
  ["an address that is not a web address", { ...sound, code: "javascript:alert(1)" }, /code: Invalid URL/],
  ["a knob that is no setting", { ...sound, knobs: [{ name: "gian", description: "x", values: [1] }] }, /knobs: "gian" is not a setting; settings are milliseconds, gain/],
  ["arms without a baseline", withExperiment({ arms: sound.experiment.arms.filter(({ role }) => role !== "baseline") }), /no arm has the role "baseline"/],
  ["two arms of one name", withExperiment({ arms: [...sound.experiment.arms, ...sound.experiment.arms.slice(2)] }), /two arms are called "new"/],
  [
    "a condition on an unknown arm",
    withExperiment({ claim: { ...sound.experiment.claim, conditions: [{ name: "c", effect: difference({ metric: "score", of: "newer", minus: "baseline" }), kind: "atLeast", minimumEffect: 0 }] } }),
    /condition "c" reads arm "newer"; arms are plain, baseline, new/,
  ],
  [
    "a profile that judges nothing",
    withExperiment({ profiles: { ...sound.experiment.profiles, quick: { ...sound.experiment.profiles.quick, arms: ["plain", "new"] } } }),
    /profiles.quick: judges no main condition/,
  ],
  [
    "settings that JSON cannot hold",
    withExperiment({ profiles: { ...sound.experiment.profiles, full: { ...sound.experiment.profiles.full, settings: { milliseconds: 1, gain: NaN } } } }),
    /profiles.full.settings: must be plain JSON \(value.gain: expected a JSON value, got NaN\)/,
  ],
])("%s is refused", (_name, definition, message) => {
  expect(() => defineSystem(definition as Fake)).toThrow(message);
});
