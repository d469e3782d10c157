/**
 * Runs an experiment: foundations, shared data, premises, then every arm in every seed, then the verdict.
 *
 * Each finished (arm, seed) is stored at once. A run that is killed loses only the arm in progress (less, if the arm keeps
 * checkpoints in its `artifacts`); resuming skips what is stored and refuses a run that differs from the stored one.
 */
import { numbersOf, recordOf } from "./arm-record.ts";
import type { ArmRecord } from "./arm-record.ts";
import { judgeCondition } from "./condition.ts";
import type { ArmContext, PrepareContext, RunContext } from "./context.ts";
import { missingReadings } from "./effect.ts";
import { armsOf } from "./experiment.ts";
import { lookUp, obtainFoundation } from "./foundation.ts";
import type { BuiltFoundation } from "./foundation.ts";
import { checkResult } from "./measurement.ts";
import type { ArmResult } from "./measurement.ts";
import { estimate, isEssential, planJobs } from "./plan.ts";
import type { Job } from "./plan.ts";
import type { ProfileName } from "./profile.ts";
import type { Progress } from "./progress.ts";
import type { Provenance, RunRecord } from "./run-record.ts";
import { RunStore } from "./run-store.ts";
import type { BlobStore } from "./store.ts";
import type { System } from "./system.ts";
import { verdictOf } from "./verdict.ts";
import type { CheckedPrecondition } from "./verdict.ts";
import { RandomStream } from "../engine/index.ts";
import type { Device } from "../engine/index.ts";

export interface RunOptions {
  readonly profile: ProfileName;
  /** Seeds in place of the profile's. */
  readonly seeds?: readonly number[];
  readonly device: Device;
  /** Where this run is kept. */
  readonly store: BlobStore;
  /** Shared by all runs: foundations, derived data. */
  readonly cache: BlobStore;
  /** Continue what the store holds; without it the store must hold no run. */
  readonly resume: boolean;
  readonly signal: AbortSignal;
  readonly progress: Progress;
  readonly provenance: Provenance;
}

/** A run in progress. */
interface Running {
  readonly system: System;
  readonly options: RunOptions;
  readonly seeds: readonly number[];
  readonly jobs: readonly Job[];
  readonly kept: RunStore;
}

type Foundations = ReadonlyMap<string, BuiltFoundation>;
type Report = RunContext<object>["report"];

/** Runs or continues an experiment. Rejects with the signal's reason when it is aborted; finished arms are then stored. */
export async function runExperiment(system: System, options: RunOptions): Promise<RunRecord> {
  const { profile, device, provenance } = options;
  const { seeds: profileSeeds, settings } = system.experiment.profiles[profile];
  const seeds = options.seeds ?? profileSeeds;
  const jobs = planJobs(system.experiment, profile, seeds);
  const kept = new RunStore(options.store);
  await kept.claim({ slug: system.slug, profile, seeds, device, settings, version: provenance.version, commit: provenance.commit }, options.resume);
  await kept.load(jobs);

  const running: Running = { system, options, seeds, jobs, kept };
  return conclude(running, kept.records().length < jobs.length ? await runMissing(running) : await kept.preconditions());
}

/** Foundations, preparation, premises and every arm that is not stored yet. Returns the premises. */
async function runMissing(running: Running): Promise<readonly CheckedPrecondition[]> {
  const { system, options, kept, jobs } = running;
  const foundations = await obtainFoundations(running);
  const checked: CheckedPrecondition[] = [...foundations.values()].map(({ id, gate }) => ({ name: `foundation ${id}`, ...gate }));
  const shared = await system.experiment.prepare(prepareContext(running, foundations, "prepare"));
  const premises: CheckedPrecondition[] = [];
  for (const precondition of system.experiment.preconditions ?? []) {
    options.signal.throwIfAborted();
    premises.push({ name: precondition.name, ...(await precondition.check(prepareContext(running, foundations, precondition.name), shared)) });
  }
  checked.push(...premises);
  await kept.savePreconditions(checked);
  // A foundation that is not good enough settles the verdict, and the numbers are published with it.
  if (!premises.every(({ holds }) => holds)) return checked;
  for (const [index, job] of jobs.entries()) {
    options.signal.throwIfAborted();
    if (kept.record(job.arm.name, job.seed) === undefined && !isOutOfTime(running, job)) await runJob(running, foundations, shared, job, index);
  }
  return checked;
}

async function obtainFoundations({ system: { experiment }, options: { profile, cache, device, signal, progress } }: Running): Promise<Foundations> {
  const built = new Map<string, BuiltFoundation>();
  for (const foundation of [...(experiment.foundations ?? []), ...armsOf(experiment, profile).flatMap((arm) => arm.foundations ?? [])]) {
    signal.throwIfAborted();
    if (built.has(foundation.id)) continue;
    built.set(foundation.id, await obtainFoundation(foundation, { cache, device, signal, report: reportAs(progress, `foundation ${foundation.id}`) }));
  }
  return built;
}

/** Whether a quick run must leave out an optional arm because its minutes are over. */
function isOutOfTime({ options, system, kept }: Running, job: Job): boolean {
  const spent = kept.records().reduce((sum, { wallSeconds }) => sum + wallSeconds, 0);
  return options.profile === "quick" && !isEssential(job.arm) && spent > system.experiment.profiles.quick.minutes * 60;
}

async function runJob(running: Running, foundations: Foundations, shared: unknown, { arm, seed }: Job, index: number): Promise<void> {
  const { options, system, jobs, kept } = running;
  const began = performance.now();
  const elapsed = (): number => (performance.now() - began) / 1000;
  const times = kept.records().map((record) => ({ arm: record.arm, seconds: record.wallSeconds }));
  const waiting = jobs.slice(index + 1).filter((job) => kept.record(job.arm.name, job.seed) === undefined).map((job) => job.arm.name);
  const report: Report = (done, total, values = {}) => {
    const overall = estimate(times, { arm: arm.name, seconds: elapsed(), fraction: done / total }, waiting);
    options.progress.update({ label: `${arm.name}, seed ${seed} (${index + 1} of ${jobs.length})`, ...overall, values, arm: { arm: arm.name, seed, fraction: done / total } });
  };
  report(0, 1);

  const artifacts = kept.artifacts(arm.name, seed);
  const context: ArmContext<object> = {
    ...runContext(running, foundations, report),
    arm: arm.name,
    seed,
    random: RandomStream.of(seed, system.slug),
    artifacts,
    resumed: (await artifacts.list("")).length > 0,
    resultOf: (name) => numbersOf(earlier(running, name, seed)),
    artifactsOf: (name) => kept.artifacts(earlier(running, name, seed).arm, seed),
  };
  const result = await arm.run(context, shared);
  checkResult(result, arm.name);
  checkReadings(system, options.profile, arm.name, result);
  await kept.save(recordOf(result, { arm: arm.name, seed, wallSeconds: elapsed() }));
}

/** Throws when a condition that this profile judges reads what the arm did not measure: better after the first arm than after the last. */
function checkReadings({ experiment }: System, profile: ProfileName, arm: string, result: ArmResult): void {
  for (const { name, effect, profiles } of experiment.claim.conditions) {
    if (profiles?.includes(profile) === false) continue;
    const missing = missingReadings(effect, arm, result).map(({ metric }) => `"${metric}"`);
    if (missing.length === 0) continue;
    throw new Error(`arm "${arm}": condition "${name}" reads ${missing.join(", ")}, the arm measured ${Object.keys(result.metrics).join(", ") || "nothing"}`);
  }
}

function conclude({ system, options, seeds, jobs, kept }: Running, preconditions: readonly CheckedPrecondition[]): RunRecord {
  const { claim, profiles } = system.experiment;
  const { profile, device, provenance } = options;
  const records = kept.records();
  const numbers = seeds.map((seed) => ({ seed, arms: new Map(records.filter((record) => record.seed === seed).map((record) => [record.arm, numbersOf(record)])) }));
  const conditions = claim.conditions.map((condition) => judgeCondition(condition, profile, numbers));
  const missing = records.length > 0 ? jobs.filter(({ arm, seed }) => kept.record(arm.name, seed) === undefined) : [];
  return {
    format: 1,
    slug: system.slug,
    title: system.title,
    profile,
    indicative: profile === "quick" || seeds.length < profiles.full.seeds.length,
    seeds,
    device,
    settings: profiles[profile].settings,
    provenance,
    finishedAt: new Date().toISOString(),
    seconds: records.reduce((sum, { wallSeconds }) => sum + wallSeconds, 0),
    minutesBudget: profiles[profile].minutes,
    equal: system.experiment.equal,
    arms: armsOf(system.experiment, profile)
      .map(({ name, role, description }) => ({ name, role, description, perSeed: seeds.flatMap((seed) => kept.record(name, seed) ?? []) }))
      .filter(({ perSeed }) => perSeed.length > 0),
    skipped: [...new Set(missing.map(({ arm }) => arm.name))],
    preconditions,
    claim: { paper: claim.paper, metric: claim.metric, expected: claim.expected, conditions },
    verdict: verdictOf(preconditions, conditions),
  };
}

function runContext({ system, options }: Running, foundations: Foundations, report: Report): RunContext<object> {
  const { profile, device, signal, cache, progress } = options;
  return {
    profile,
    settings: system.experiment.profiles[profile].settings,
    device,
    signal,
    cache,
    foundation: (wanted) => lookUp(foundations, wanted, `system "${system.slug}"`),
    report,
    message: (text) => progress.message(text),
  };
}

function prepareContext(running: Running, foundations: Foundations, label: string): PrepareContext<object> {
  return { ...runContext(running, foundations, reportAs(running.options.progress, label)), random: RandomStream.of(0, running.system.slug, "prepare") };
}

/** Progress of work outside the arms, whose share of the whole is not known. */
function reportAs(progress: Progress, label: string): Report {
  return (done, total, values = {}) => progress.update({ label, fraction: done / total, secondsLeft: undefined, values });
}

function earlier({ kept, jobs }: Running, arm: string, seed: number): ArmRecord {
  const record = kept.record(arm, seed);
  if (record) return record;
  const known = [...new Set(jobs.map((job) => job.arm.name))].join(", ");
  throw new Error(`arm "${arm}" has no result for seed ${seed} yet; declare it before the arm that needs it (arms in this run: ${known})`);
}
