/**
 * Runs an experiment: foundations, shared data, premises, then every arm in every seed, then the verdict.
 *
 * Each finished (arm, seed) is stored at once. A run that is killed loses only the arm in progress (less, if the arm keeps
 * checkpoints in its `artifacts`); resuming skips what is stored and refuses a run that differs from the stored one.
 */
import { numbersOf, parseArmRecord, recordOf } from "./arm-record.ts";
import type { ArmRecord } from "./arm-record.ts";
import { judgeCondition } from "./condition.ts";
import type { ArmContext, PrepareContext, RunContext } from "./context.ts";
import { missingReadings } from "./effect.ts";
import { armsOf } from "./experiment.ts";
import type { Experiment } from "./experiment.ts";
import { lookUp, obtainFoundation } from "./foundation.ts";
import type { BuiltFoundation } from "./foundation.ts";
import { checkResult } from "./measurement.ts";
import { estimate, isEssential, planJobs } from "./plan.ts";
import type { Job, Timed } from "./plan.ts";
import type { ProfileName } from "./profile.ts";
import type { Progress } from "./progress.ts";
import { ResumeRefused, checkSameRun } from "./run-identity.ts";
import type { RunIdentity } from "./run-identity.ts";
import type { Provenance, RunRecord } from "./run-record.ts";
import { readJson, subStore, writeJson } from "./store.ts";
import type { BlobStore } from "./store.ts";
import type { System } from "./system.ts";
import { verdictOf } from "./verdict.ts";
import type { CheckedPrecondition } from "./verdict.ts";
import { RandomStream } from "../engine/random/stream.ts";

export interface RunOptions {
  readonly profile: ProfileName;
  /** Seeds in place of the profile's. */
  readonly seeds?: readonly number[];
  readonly device: string;
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

/** The state of a run in progress. */
interface Running {
  readonly system: System;
  readonly options: RunOptions;
  readonly seeds: readonly number[];
  readonly jobs: readonly Job[];
  readonly finished: Map<string, ArmRecord>; // by `recordName`
}

/** Runs or continues an experiment. Rejects with the signal's reason when it is aborted; finished arms are then stored. */
export async function runExperiment(system: System, options: RunOptions): Promise<RunRecord> {
  const { experiment } = system;
  const seeds = options.seeds ?? experiment.profiles[options.profile].seeds;
  await claimStore(system, options, seeds);
  const jobs = planJobs(experiment, options.profile, seeds);
  const running: Running = { system, options, seeds, jobs, finished: await loadFinished(options.store, jobs) };

  let preconditions: readonly CheckedPrecondition[] = await storedPreconditions(options.store);
  if (running.finished.size < jobs.length && preconditions.every(({ holds }) => holds)) preconditions = await runMissing(running);
  return conclude(running, preconditions);
}

/** Marks the store as this run's, or checks that it already is. */
async function claimStore(system: System, { store, profile, device, resume, provenance }: RunOptions, seeds: readonly number[]): Promise<void> {
  const { version, commit } = provenance;
  const identity: RunIdentity = { slug: system.slug, profile, seeds, device, settings: system.experiment.profiles[profile].settings, version, commit };
  const stored = await readJson(store, "run.json");
  const where = store.path("") ?? "the store";
  if (stored === undefined) return writeJson(store, "run.json", identity);
  if (!resume) throw new ResumeRefused(`${where} already holds a run; pass --resume to continue it, or another directory.`);
  checkSameRun(stored, identity, where);
}

async function loadFinished(store: BlobStore, jobs: readonly Job[]): Promise<Map<string, ArmRecord>> {
  const finished = new Map<string, ArmRecord>();
  for (const job of jobs) {
    const name = recordName(job.arm.name, job.seed);
    const stored = await readJson(store, name);
    if (stored !== undefined) finished.set(name, parseArmRecord(stored, store.path(name) ?? name));
  }
  return finished;
}

/** Foundations, preparation, premises and every arm that is not stored yet. Returns the premises. */
async function runMissing(running: Running): Promise<readonly CheckedPrecondition[]> {
  const { system, options } = running;
  const { experiment } = system;
  const foundations = await obtainFoundations(experiment, options);
  const gates = [...foundations.values()].map(({ id, gate }) => ({ name: `foundation ${id}`, ...gate }));
  if (gates.some(({ holds }) => !holds)) return storePreconditions(options.store, gates);

  const shared = await experiment.prepare(prepareContext(running, foundations, "prepare"));
  const checked = [...gates];
  for (const { name, check } of (experiment.preconditions ?? []).map((item) => ({ name: item.name, check: item.check.bind(item) }))) {
    options.signal.throwIfAborted();
    checked.push({ name, ...(await check(prepareContext(running, foundations, name), shared)) });
  }
  await storePreconditions(options.store, checked);
  if (checked.some(({ holds }) => !holds)) return checked;

  for (const [index, job] of running.jobs.entries()) {
    options.signal.throwIfAborted();
    if (running.finished.has(recordName(job.arm.name, job.seed)) || isOutOfTime(running, job)) continue;
    await runJob(running, foundations, shared, job, index);
  }
  return checked;
}

async function obtainFoundations(experiment: Experiment, { cache, device, signal, progress }: RunOptions): Promise<Map<string, BuiltFoundation>> {
  const built = new Map<string, BuiltFoundation>();
  for (const foundation of experiment.foundations ?? []) {
    signal.throwIfAborted();
    const report = (done: number, total: number, values = {}): void =>
      progress.update({ label: `foundation ${foundation.id}`, fraction: done / total, secondsLeft: undefined, values });
    built.set(foundation.id, await obtainFoundation(foundation, { cache, device, signal, report }));
  }
  return built;
}

/** Whether a quick run must leave out an optional arm because its minutes are over. */
function isOutOfTime({ options, system, finished }: Running, job: Job): boolean {
  const spent = [...finished.values()].reduce((sum, { wallSeconds }) => sum + wallSeconds, 0);
  return options.profile === "quick" && !isEssential(job.arm) && spent > system.experiment.profiles.quick.minutes * 60;
}

async function runJob(running: Running, foundations: ReadonlyMap<string, BuiltFoundation>, shared: unknown, { arm, seed }: Job, index: number): Promise<void> {
  const { options, system, finished, jobs } = running;
  const began = performance.now();
  const elapsed = (): number => (performance.now() - began) / 1000;
  const times: Timed[] = [...finished.values()].map((record) => ({ arm: record.arm, seconds: record.wallSeconds }));
  const waiting = jobs.slice(index + 1).filter((job) => !finished.has(recordName(job.arm.name, job.seed)));
  const report = (done: number, total: number, values: Readonly<Record<string, number>> = {}): void => {
    const overall = estimate(times, { arm: arm.name, seconds: elapsed(), fraction: done / total }, waiting.map((job) => job.arm.name));
    options.progress.update({ label: `${arm.name}, seed ${seed} (${index + 1} of ${jobs.length})`, ...overall, values });
  };
  report(0, 1);

  const artifacts = artifactsOf(options.store, arm.name, seed);
  const context: ArmContext<object> = {
    ...runContext(running, foundations, report),
    arm: arm.name,
    seed,
    random: RandomStream.of(seed, system.slug),
    artifacts,
    resumed: (await artifacts.list("")).length > 0,
    resultOf: (name) => numbersOf(earlier(running, name, seed)),
    artifactsOf: (name) => artifactsOf(options.store, earlier(running, name, seed).arm, seed),
  };
  const result = await arm.run(context, shared);
  checkResult(result, arm.name);
  for (const { name, effect } of system.experiment.claim.conditions) {
    const missing = missingReadings(effect, arm.name, result).map(({ metric }) => `"${metric}"`);
    if (missing.length > 0) throw new Error(`arm "${arm.name}": condition "${name}" reads ${missing.join(", ")}, the arm measured ${Object.keys(result.metrics).join(", ") || "nothing"}`);
  }
  const record = recordOf(result, { arm: arm.name, seed, wallSeconds: elapsed() });
  const name = recordName(arm.name, seed);
  await writeJson(options.store, name, record);
  finished.set(name, record);
}

function conclude({ system, options, seeds, jobs, finished }: Running, preconditions: readonly CheckedPrecondition[]): RunRecord {
  const { claim, profiles } = system.experiment;
  const { profile, device, provenance } = options;
  const records = [...finished.values()];
  const numbers = seeds.map((seed) => ({ seed, arms: new Map(records.filter((record) => record.seed === seed).map((record) => [record.arm, numbersOf(record)])) }));
  const conditions = claim.conditions.map((condition) => judgeCondition(condition, profile, numbers));
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
    arms: armsOf(system.experiment, profile)
      .map(({ name, role, description }) => ({ name, role, description, perSeed: records.filter(({ arm }) => arm === name) }))
      .filter(({ perSeed }) => perSeed.length > 0),
    skipped: preconditions.every(({ holds }) => holds)
      ? [...new Set(jobs.filter((job) => !finished.has(recordName(job.arm.name, job.seed))).map((job) => job.arm.name))]
      : [],
    preconditions,
    claim: { paper: claim.paper, metric: claim.metric, expected: claim.expected, conditions },
    verdict: verdictOf(preconditions, conditions),
  };
}

function runContext({ system, options }: Running, foundations: ReadonlyMap<string, BuiltFoundation>, report: RunContext<object>["report"]): RunContext<object> {
  return {
    profile: options.profile,
    settings: system.experiment.profiles[options.profile].settings,
    device: options.device,
    signal: options.signal,
    cache: options.cache,
    foundation: (wanted) => lookUp(foundations, wanted, `system "${system.slug}"`),
    report,
    message: (text) => options.progress.message(text),
  };
}

function prepareContext(running: Running, foundations: ReadonlyMap<string, BuiltFoundation>, label: string): PrepareContext<object> {
  const report = (done: number, total: number, values = {}): void =>
    running.options.progress.update({ label, fraction: done / total, secondsLeft: undefined, values });
  return { ...runContext(running, foundations, report), random: RandomStream.of(0, running.system.slug, "prepare") };
}

function earlier({ finished, jobs }: Running, arm: string, seed: number): ArmRecord {
  const record = finished.get(recordName(arm, seed));
  if (record) return record;
  const known = [...new Set(jobs.map((job) => job.arm.name))].join(", ");
  throw new Error(`arm "${arm}" has no result for seed ${seed} yet; declare it before the arm that needs it (arms in this run: ${known})`);
}

function recordName(arm: string, seed: number): string {
  return `arms/${encodeURIComponent(arm)}/seed-${seed}.json`;
}

function artifactsOf(store: BlobStore, arm: string, seed: number): BlobStore {
  return subStore(store, `arms/${encodeURIComponent(arm)}/seed-${seed}-files`);
}

async function storedPreconditions(store: BlobStore): Promise<readonly CheckedPrecondition[]> {
  return ((await readJson(store, "preconditions.json")) as readonly CheckedPrecondition[] | undefined) ?? [];
}

async function storePreconditions(store: BlobStore, checked: readonly CheckedPrecondition[]): Promise<readonly CheckedPrecondition[]> {
  await writeJson(store, "preconditions.json", checked);
  return checked;
}
