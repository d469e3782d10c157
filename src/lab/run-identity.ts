/** What makes two runs the same run. Finished arms are only kept for a run with an equal identity. */
import { differences } from "./json.ts";

export interface RunIdentity {
  readonly slug: string;
  readonly profile: string;
  readonly seeds: readonly number[];
  readonly device: string;
  readonly settings: object;
  /** Version of the package and, in a clone, the commit: numbers of two versions do not mix. */
  readonly version: string;
  readonly commit: string | null;
}

/** Throws, naming everything that differs, unless a stored run may be continued as `wanted`. */
export function checkSameRun(stored: unknown, wanted: RunIdentity, where: string): void {
  const found = differences(stored, wanted);
  if (found.length === 0) return;
  const list = found.map(({ path, before, after }) => `  ${path}: the stored run has ${before}, this one ${after}`).join("\n");
  throw new ResumeRefused(`${where} holds a run that differs, so its finished arms cannot be kept:\n${list}\nRun with the stored values, or without --resume into another directory.`);
}

/** A run cannot be begun or continued in a directory as asked. */
export class ResumeRefused extends Error {
  override readonly name = "ResumeRefused";
}
