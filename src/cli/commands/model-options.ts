/** Options that the commands on users' own data share. */
import { encode } from "fast-png";
import { chosenDevice } from "../device.ts";
import { UsageError } from "../errors.ts";
import { printJson } from "../ports.ts";
import type { CliPorts } from "../ports.ts";
import type { Progress } from "../../lab/index.ts";
import { writeFileAtomic } from "../../data/node/index.ts";
import { loadModel } from "../../tasks/index.ts";
import type { PatchMask, ReconstructedPicture, RgbPicture, TrainedModel } from "../../tasks/index.ts";

/** Runs `task` with the model of a directory and a display of progress, and frees both. */
export async function withModel<R>(ports: CliPorts, directory: string, device: string | undefined, task: (model: TrainedModel, progress: Progress) => Promise<R>): Promise<R> {
  const progress = ports.progress();
  const model = await loadModel(directory, { device: chosenDevice(device), systems: ports.systems });
  try {
    return await task(model, progress);
  } finally {
    progress.end();
    await model.release();
  }
}

export interface MaskOptions {
  readonly hide?: readonly number[];
  readonly ratio?: number;
  readonly seed?: number;
}

/** The patches to hide: those named, or a share at random. Throws a usage error on both. */
export function maskOf({ hide, ratio, seed }: MaskOptions, usualRatio: number): PatchMask {
  if (hide === undefined) return { ratio: ratio ?? usualRatio, seed };
  if (ratio !== undefined || seed !== undefined) throw new UsageError("--hide names the patches; --ratio and --seed draw them at random; give one or the other");
  return { hide };
}

/** Writes a picture with filled patches and says so. */
export async function writeFilled(ports: CliPorts, out: string, { picture, hidden, grid, cost }: ReconstructedPicture, json: boolean): Promise<void> {
  await writePicture(out, picture);
  if (json) printJson(ports, { out, width: picture.width, height: picture.height, grid, hidden: Array.from(hidden), seconds: cost.seconds });
  else ports.out(`${hidden.length} of ${grid.rows * grid.columns} patches filled (${grid.rows} rows of ${grid.columns}): ${out}\n`);
}

/** Writes a picture as a PNG file. */
export async function writePicture(path: string, picture: RgbPicture): Promise<void> {
  await writeFileAtomic(path, encode({ ...picture, channels: 3 }));
}

/**
 * `key=value` words as nested settings: `encoder.width=48` sets `width` of `encoder`. A value is JSON where it parses, else
 * text. Throws a usage error on words of another form and on a setting that is given twice.
 */
export function settingsFrom(words: readonly string[]): Record<string, unknown> {
  const settings: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const word of words) {
    const split = word.indexOf("=");
    const path = word.slice(0, split).split(".");
    if (split < 1 || path.includes("") || path.includes("__proto__")) throw new UsageError(`--set: expected key=value, such as encoder.width=48, got "${word}"`);
    let place = settings;
    for (const key of path.slice(0, -1)) {
      const inner = (place[key] ??= {});
      if (typeof inner !== "object" || inner === null) throw new UsageError(`--set: "${word}" follows a value for "${key}"; give one of them`);
      place = inner as Record<string, unknown>;
    }
    const last = path.at(-1) as string;
    if (last in place) throw new UsageError(`--set: ${path.join(".")} is given twice`);
    place[last] = valueOf(word.slice(split + 1));
  }
  return settings;
}

function valueOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
