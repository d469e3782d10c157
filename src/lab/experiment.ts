/**
 * An experiment: arms under one budget on shared data, and the claim that their numbers are held against.
 *
 * Functions are written as methods, so that experiments over different settings and shared data fit one list.
 */
import type { Condition } from "./condition.ts";
import type { ArmContext, PrepareContext } from "./context.ts";
import type { Foundation } from "./foundation.ts";
import type { ArmResult } from "./measurement.ts";
import type { Profile, ProfileName } from "./profile.ts";

/** What an arm is for: `floor` is what no training or no input gives, `control` is an arm that should not gain. */
export const ARM_ROLES = ["system", "baseline", "ablation", "floor", "control"] as const;
export type ArmRole = (typeof ARM_ROLES)[number];

export interface Arm<Settings extends object = object, Shared = unknown> {
  readonly name: string;
  readonly role: ArmRole;
  readonly description: string;
  /** Tiny pre-trained models that only this arm needs: a profile without the arm does not build them. */
  readonly foundations?: readonly Foundation[];
  run(context: ArmContext<Settings>, shared: Shared): Promise<ArmResult>;
}

/** The paper's headline and what counts here. */
export interface Claim {
  /** What the paper says, in our words, with its numbers. */
  readonly paper: string;
  /** What is measured here. */
  readonly metric: string;
  /** What must be seen here, in words. */
  readonly expected: string;
  /** The first main condition is the headline: its mean effect is the claim's measured value. */
  readonly conditions: readonly Condition[];
}

/** A premise that is tested before any arm runs; when it does not hold no arm runs. */
export interface Precondition<Settings extends object = object, Shared = unknown> {
  readonly name: string;
  check(context: PrepareContext<Settings>, shared: Shared): Promise<{ holds: boolean; measured: string }>;
}

/** What every trained arm gets the same of; arms that differ say so in their description. */
export const BUDGETS = ["steps", "tokens", "flops", "seconds"] as const;

export interface Experiment<Settings extends object = object, Shared = unknown> {
  readonly profiles: Readonly<Record<ProfileName, Profile<Settings>>>;
  readonly equal: (typeof BUDGETS)[number];
  /** Tiny pre-trained models the experiment starts from. */
  readonly foundations?: readonly Foundation[];
  /**
   * Builds what all arms share. Same settings, same result: it runs again when a run resumes. Stands before the arms, so
   * that their `shared` has its type.
   */
  prepare(context: PrepareContext<Settings>): Promise<Shared>;
  readonly preconditions?: readonly Precondition<Settings, Shared>[];
  readonly arms: readonly Arm<Settings, Shared>[];
  readonly claim: Claim;
  /** What was tried while the experiment was set up, and on what data; shown in the report. */
  readonly tried?: readonly string[];
}

/** The arms a profile runs, in declared order. */
export function armsOf(experiment: Experiment, profile: ProfileName): readonly Arm[] {
  const names = experiment.profiles[profile].arms;
  return names === undefined ? experiment.arms : experiment.arms.filter(({ name }) => names.includes(name));
}
