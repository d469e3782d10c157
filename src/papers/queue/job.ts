/** What background work there is, and how it looks to those who do it. */

/** harvest: read a source of papers. encode: compute vectors of papers. run: run a system. digest: send the digests that are due, or a letter to one reader. */
export const JOB_KINDS = ["harvest", "encode", "run", "digest"] as const;
export type JobKind = (typeof JOB_KINDS)[number];

/** One encode job does all papers that need it; under this key no second one waits while one does. */
export const ENCODE_KEY = "all";

/** waiting: to be taken once its time has come. running: a worker has it. done. dead: given up, its error kept (the dead letter). */
export const JOB_STATES = ["waiting", "running", "done", "dead"] as const;
export type JobState = (typeof JOB_STATES)[number];

/** Anything JSON can say. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** A job a worker has taken. */
export interface Job {
  readonly id: number;
  readonly kind: JobKind;
  readonly key: string;
  /** As it was sent; what reads it checks its shape. */
  readonly payload: unknown;
  /** This one is the nth, from 1. */
  readonly attempt: number;
  /** Proves that the worker still has it. */
  readonly lease: string;
}

/** Thrown by a handler: trying again is useless, the job is dead at once. */
export class PermanentFailure extends Error {
  override readonly name = "PermanentFailure";
}
