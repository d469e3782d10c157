/** A finished run: everything the report, the ledger and the command line show. Plain JSON; written as `report.json`. */
import type { ArmRecord } from "./arm-record.ts";
import type { JudgedCondition } from "./condition.ts";
import type { ArmRole, Experiment } from "./experiment.ts";
import type { ProfileName } from "./profile.ts";
import type { CheckedPrecondition, Verdict } from "./verdict.ts";

/** Where and with what a run was made. */
export interface Provenance {
  readonly version: string;
  /** Commit of the clone; null outside of one. */
  readonly commit: string | null;
  /** Whether the clone had changes that are in no commit. */
  readonly changed: boolean;
  /** Processor, cores, memory and platform in words. */
  readonly machine: string;
  readonly node: string;
}

export interface RunRecord {
  readonly format: 1;
  readonly slug: string;
  readonly title: string;
  readonly profile: ProfileName;
  /** One seed or a quick profile cannot carry a verdict; they only indicate. */
  readonly indicative: boolean;
  readonly seeds: readonly number[];
  readonly device: string;
  readonly settings: object;
  readonly provenance: Provenance;
  readonly finishedAt: string;
  /** Wall seconds of all arms over all seeds. */
  readonly seconds: number;
  readonly minutesBudget: number;
  /** What trained arms got the same of. */
  readonly equal: Experiment["equal"];
  readonly arms: readonly { readonly name: string; readonly role: ArmRole; readonly description: string; readonly perSeed: readonly ArmRecord[] }[];
  /** Arms left out because a quick run was out of minutes. */
  readonly skipped: readonly string[];
  readonly preconditions: readonly CheckedPrecondition[];
  readonly claim: { readonly paper: string; readonly metric: string; readonly expected: string; readonly conditions: readonly JudgedCondition[] };
  readonly verdict: Verdict;
}
