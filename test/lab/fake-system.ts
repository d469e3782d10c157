/** A system that finishes in milliseconds: three arms whose scores are known by formula. */
import { setTimeout as delay } from "node:timers/promises";
import { defineSystem, difference, ratio } from "../../src/lab/index.ts";
import type { Experiment, Foundation, System, SystemDefinition } from "../../src/lab/index.ts";

export interface FakeSettings {
  /** Milliseconds an arm takes. */
  readonly milliseconds: number;
  readonly gain: number;
}

export interface FakeChanges {
  readonly settings?: Partial<FakeSettings>;
  readonly title?: string;
  readonly preconditionHolds?: boolean;
  readonly foundations?: readonly Foundation[];
  readonly quickMinutes?: number;
  /** Called whenever an arm runs. */
  readonly onRun?: (arm: string, seed: number) => void;
}

/** score(baseline) = seed / 100, score(new) = score(baseline) + gain, score(plain) = 0; "new" costs half of the baseline's FLOPs. */
export function fakeDefinition({ settings, title = "A Fake Paper", preconditionHolds = true, foundations, quickMinutes = 2, onRun }: FakeChanges = {}): SystemDefinition<FakeSettings, number> {
  const full: FakeSettings = { milliseconds: 1, gain: 0.1, ...settings };
  const arm = (name: string, role: "system" | "baseline" | "ablation", flopsPerStep: number, gain: number): Experiment<FakeSettings, number>["arms"][number] => ({
    name,
    role,
    description: `the arm ${name}`,
    async run({ seed, settings: { milliseconds }, signal, report, arm: running }, shared) {
      onRun?.(running, seed);
      for (let step = 0; step < 4; step++) {
        signal.throwIfAborted();
        await delay(milliseconds / 4);
        report(step + 1, 4, { loss: 1 / (step + 1) });
      }
      return {
        parameters: 1000,
        flopsPerStep,
        steps: 4,
        seconds: 0.5,
        metrics: { score: role === "ablation" ? 0 : shared * (seed / 100) + gain },
        curves: { loss: [[1, 1], [2, 0.5], [4, 0.25]] },
        pictures: [{ caption: `what ${name} sees`, width: 2, height: 1, pixels: Uint8Array.of(255, 0, 0, 255, 0, 0, 255, 255) }],
        tables: [{ caption: "by class", columns: ["class", "score"], rows: [["a", 1], ["b", 0.5]] }],
      };
    },
  });
  return {
    slug: "fake",
    family: "fakes",
    title,
    arxiv: "2401.00001",
    year: 2024,
    summary: "It adds a gain to the score.",
    mechanism: ["take the baseline", "add the gain"],
    checks: ["the gain is the gain"],
    deviations: [{ what: "No model is trained.", why: "The lab is what is tested." }],
    use: [{ verb: "fake(x)", description: "returns x" }],
    knobs: [{ name: "gain", description: "what is added", values: [0, 0.1] }],
    experiment: {
      profiles: { quick: { seeds: [1], minutes: quickMinutes, settings: full }, full: { seeds: [1, 2, 3], minutes: 5, settings: full } },
      equal: "steps",
      foundations,
      preconditions: [{ name: "the plain arm is low", check: () => Promise.resolve({ holds: preconditionHolds, measured: "plain 0 of at most 0" }) }],
      arms: [arm("plain", "ablation", 0, 0), arm("baseline", "baseline", 2e6, 0), arm("new", "system", 1e6, full.gain)],
      claim: {
        paper: "The new one scores 5 points more at half the cost.",
        metric: "score",
        expected: "at least 5 points more and at least 1.5 times fewer FLOPs",
        conditions: [
          { name: "gain", effect: difference({ metric: "score", of: "new", minus: "baseline" }), kind: "atLeast", minimumEffect: 0.05 },
          { name: "cost", effect: ratio({ metric: "flopsPerStep", of: "baseline", over: "new" }), kind: "atLeast", minimumEffect: 1.5, role: "side" },
        ],
      },
      prepare: () => Promise.resolve(1),
    },
  };
}

export function fakeSystem(changes: FakeChanges = {}): System {
  return defineSystem(fakeDefinition(changes));
}
