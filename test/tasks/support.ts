/** A temporary directory with 24 small pictures, tiny settings, and a model trained on them once for each test file. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pretrain } from "../../src/tasks/index.ts";
import type { TrainedModel } from "../../src/tasks/index.ts";
import { writePictures } from "./pictures.ts";

export const PICTURES = 24;

/** 16 patches of 4 pixels; vectors of 16 numbers. */
export const TINY = { image: 16, patch: 4, batch: 8, encoder: { width: 16, depth: 1, heads: 2 }, decoder: { width: 8, depth: 1, heads: 2 } };

export interface Workspace {
  readonly directory: string;
  readonly photos: string;
  readonly model: TrainedModel;
  /** Its directory. */
  readonly trained: string;
}

export async function openWorkspace(system = "crossmae", settings: Readonly<Record<string, unknown>> = TINY): Promise<Workspace> {
  const directory = await mkdtemp(join(tmpdir(), "tasks-"));
  const photos = join(directory, "photos");
  await writePictures(photos, PICTURES);
  const trained = join(directory, "model");
  return { directory, photos, trained, model: await pretrain(system, photos, { out: trained, steps: 10, settings }) };
}

export async function closeWorkspace({ directory, model }: Workspace): Promise<void> {
  await model.release();
  await rm(directory, { recursive: true, force: true });
}
