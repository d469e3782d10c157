import { expect, test } from "vitest";
import { difference, MemoryStore, SILENT, runExperiment } from "../../src/lab/index.ts";
import type { Foundation, RunOptions } from "../../src/lab/index.ts";
import { summarise } from "../../src/lab/summary.ts";
import { fakeDefinition, fakeSystem } from "./fake-system.ts";
import { defineSystem } from "../../src/lab/system.ts";

function options(changes: Partial<RunOptions> = {}): RunOptions {
  return {
    profile: "full",
    device: "cpu",
    store: new MemoryStore(),
    cache: new MemoryStore(),
    resume: false,
    signal: new AbortController().signal,
    progress: SILENT,
    provenance: { version: "1.2.3", commit: "abc", changed: false, machine: "test", node: "20" },
    ...changes,
  };
}

test("a full run measures every arm in every seed and reproduces a true claim", async () => {
  const run = await runExperiment(fakeSystem(), options());
  expect(run.verdict).toBe("reproduced");
  expect(run.indicative).toBe(false);
  expect(run.arms.map(({ name, perSeed }) => [name, perSeed.map(({ seed, metrics }) => [seed, metrics["score"]])])).toEqual([
    ["plain", [[1, 0], [2, 0], [3, 0]]],
    ["baseline", [[1, 0.01], [2, 0.02], [3, 0.03]]],
    ["new", [[1, 0.11], [2, 0.12000000000000001], [3, 0.13]]],
  ]);
  expect(run.claim.conditions.map(({ outcome }) => outcome)).toEqual(["held", "held"]);
});

test("a false claim is a result", async () => {
  expect((await runExperiment(fakeSystem({ settings: { gain: -0.1 } }), options())).verdict).toBe("not reproduced at this scale");
  expect((await runExperiment(fakeSystem({ settings: { gain: 0.01 } }), options())).verdict).toBe("direction only");
});

test("one seed is indicative whatever the profile", async () => {
  expect((await runExperiment(fakeSystem(), options({ profile: "quick" }))).indicative).toBe(true);
  expect((await runExperiment(fakeSystem(), options({ seeds: [5] }))).indicative).toBe(true);
});

test("a failed premise runs no arm", async () => {
  const ran: string[] = [];
  const run = await runExperiment(fakeSystem({ preconditionHolds: false, onRun: (arm) => ran.push(arm) }), options());
  expect(run).toMatchObject({ verdict: "precondition failed", arms: [], skipped: [] });
  expect(ran).toEqual([]);
});

test("a foundation with a failed gate makes the verdict precondition failed, and the arms are measured all the same", async () => {
  const foundation: Foundation = {
    id: "weak-teacher", version: 1, description: "x", inputs: {}, build: () => Promise.resolve({}),
    gate: { description: "accuracy", check: () => Promise.resolve({ holds: false, measured: "accuracy 0.4 of 0.8" }) },
  };
  const run = await runExperiment(fakeSystem({ foundations: [foundation] }), options());
  expect(run.verdict).toBe("precondition failed");
  expect(run.arms.length).toBe((await runExperiment(fakeSystem(), options())).arms.length);
  expect(run.preconditions[0]).toEqual({ name: "foundation weak-teacher", holds: false, measured: "accuracy 0.4 of 0.8" });
});

test("a foundation of one arm is built where a profile runs the arm, and only there", async () => {
  let built = 0;
  const foundation: Foundation = {
    id: "partner", version: 1, description: "x", inputs: {}, gate: { description: "none", check: () => Promise.resolve({ holds: true, measured: "fine" }) },
    build: () => {
      built++;
      return Promise.resolve({ "weights.bin": Uint8Array.of(1) });
    },
  };
  const { experiment, ...rest } = fakeDefinition();
  const arms = experiment.arms.map((arm) => (arm.name === "plain" ? { ...arm, foundations: [foundation] } : arm));
  const system = defineSystem({ ...rest, experiment: { ...experiment, arms, profiles: { ...experiment.profiles, quick: { ...experiment.profiles.quick, arms: ["baseline", "new"] } } } });
  await runExperiment(system, options({ profile: "quick" }));
  expect(built).toBe(0);
  const run = await runExperiment(system, options());
  expect(built).toBe(1);
  expect(run.preconditions.map(({ name }) => name)).toContain("foundation partner");
});

test("an aborted run keeps finished arms, and resuming runs only the others", async () => {
  const controller = new AbortController();
  const shared = options({ signal: controller.signal });
  const before: string[] = [];
  const stopAtFifth = fakeSystem({ onRun: (arm, seed) => { before.push(`${arm} ${seed}`); if (before.length === 5) controller.abort("stop"); } });
  await expect(runExperiment(stopAtFifth, shared)).rejects.toBe("stop");
  expect(before).toEqual(["plain 1", "baseline 1", "new 1", "plain 2", "baseline 2"]);

  const after: string[] = [];
  const run = await runExperiment(fakeSystem({ onRun: (arm, seed) => after.push(`${arm} ${seed}`) }), { ...shared, signal: new AbortController().signal, resume: true });
  expect(after).toEqual(["baseline 2", "new 2", "plain 3", "baseline 3", "new 3"]);
  expect(run.arms.map(({ perSeed }) => perSeed.map(({ seed }) => seed).sort())).toEqual([[1, 2, 3], [1, 2, 3], [1, 2, 3]]);
});

test("a resumed run has the numbers of an uninterrupted one", async () => {
  const controller = new AbortController();
  const shared = options({ signal: controller.signal });
  await expect(runExperiment(fakeSystem({ onRun: (arm, seed) => { if (arm === "new" && seed === 2) controller.abort(); } }), shared)).rejects.toThrow();
  const resumed = await runExperiment(fakeSystem(), { ...shared, signal: new AbortController().signal, resume: true });
  const whole = await runExperiment(fakeSystem(), options());
  expect(summarise(resumed).arms).toEqual(summarise(whole).arms);
  expect(resumed.claim).toEqual(whole.claim);
});

test("resuming with other settings is refused and says which differ", async () => {
  const shared = options();
  await runExperiment(fakeSystem(), shared);
  const other = runExperiment(fakeSystem({ settings: { gain: 0.2 } }), { ...shared, resume: true, device: "cuda" });
  await expect(other).rejects.toThrow(/device: the stored run has "cpu", this one "cuda"\n {2}settings.gain: the stored run has 0.1, this one 0.2/);
});

test("a store that holds a run is not overwritten without resume", async () => {
  const shared = options();
  await runExperiment(fakeSystem(), shared);
  await expect(runExperiment(fakeSystem(), shared)).rejects.toThrow(/already holds a run; pass --resume/);
});

test("a quick run out of minutes leaves out optional arms but not the comparison", async () => {
  const run = await runExperiment(fakeSystem({ quickMinutes: 1e-9 }), options({ profile: "quick" }));
  expect(run.skipped).toEqual(["plain"]);
  expect(run.arms.map(({ name }) => name)).toEqual(["baseline", "new"]);
  expect(run.verdict).toBe("reproduced");
});

test("a profile that does not judge a condition need not measure what it reads", async () => {
  const definition = fakeDefinition();
  const { claim } = definition.experiment;
  const onlyFull = { name: "elsewhere", effect: difference({ metric: "elsewhere", of: "new", minus: "baseline" }), kind: "atLeast", minimumEffect: 0, role: "side", profiles: ["full"] } as const;
  const experiment = { ...definition.experiment, claim: { ...claim, conditions: [...claim.conditions, onlyFull] } };
  const run = await runExperiment(defineSystem({ ...definition, experiment }), options({ profile: "quick" }));
  expect(run.claim.conditions.find(({ name }) => name === "elsewhere")?.outcome).toBe("not measured");
  await expect(runExperiment(defineSystem({ ...definition, experiment }), options({ profile: "full" }))).rejects.toThrow('condition "elsewhere" reads "elsewhere"');
});

test("an arm that does not measure what a condition reads stops the run and says so", async () => {
  const definition = fakeDefinition();
  const [plain, baseline, system] = definition.experiment.arms;
  if (!plain || !baseline || !system) throw new Error("expected three arms");
  const forgetful = { ...system, run: () => Promise.resolve({ parameters: 0, flopsPerStep: 0, steps: 0, seconds: 0, metrics: { scoer: 1 } }) };
  const experiment = { ...definition.experiment, arms: [plain, baseline, forgetful] };
  await expect(runExperiment(defineSystem({ ...definition, experiment }), options())).rejects.toThrow('arm "new": condition "gain" reads "score", the arm measured scoer');
});

test("arms of a seed draw the same numbers and see results of earlier arms only", async () => {
  const definition = fakeDefinition();
  const drawn: number[] = [];
  const arms = definition.experiment.arms.map((arm) => ({
    ...arm,
    run: (context: Parameters<typeof arm.run>[0], shared: number) => {
      drawn.push(context.random.child("weights").bits());
      if (arm.name === "new") expect(context.resultOf("baseline").flopsPerStep).toBe(2e6);
      if (arm.name === "baseline") expect(() => context.resultOf("new")).toThrow('arm "new" has no result for seed 1 yet');
      return arm.run(context, shared);
    },
  }));
  await runExperiment(defineSystem({ ...definition, experiment: { ...definition.experiment, arms } }), options({ seeds: [1] }));
  expect(drawn).toHaveLength(3);
  expect(new Set(drawn).size).toBe(1);
});

test("a metric that is not finite survives storing and fails the claim", async () => {
  const definition = fakeDefinition();
  const arms = definition.experiment.arms.map((arm) =>
    arm.name === "new" ? { ...arm, run: async (...input: Parameters<typeof arm.run>) => ({ ...(await arm.run(...input)), metrics: { score: NaN } }) } : arm,
  );
  const system = defineSystem({ ...definition, experiment: { ...definition.experiment, arms } });
  const shared = options();
  expect((await runExperiment(system, shared)).verdict).toBe("not reproduced at this scale");
  const again = await runExperiment(system, { ...shared, resume: true });
  expect(again.arms[2]?.perSeed[0]?.metrics["score"]).toBeNaN();
});
