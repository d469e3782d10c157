/** Training a foundation: the trainer with the lab's progress, and checkpoints in the cache, so that a build that was cut off goes on. */
import type { Batch, BatchStream, SourceCard } from "../../data/index.ts";
import type { Module } from "../../nn/index.ts";
import { encodeSafetensors, Trainer } from "../../train/index.ts";
import type { Optimizer, TrainerOptions } from "../../train/index.ts";
import { placeOf } from "../foundation.ts";
import type { Foundation, FoundationContext } from "../foundation.ts";
import type { JsonValue } from "../json.ts";
import { subStore } from "../store.ts";

export interface TrainFoundationOptions<B extends Batch> extends Pick<TrainerOptions<B>, "loss" | "clip" | "random"> {
  readonly model: Module;
  readonly data: BatchStream<B>;
  readonly optimizer: Optimizer;
  readonly steps: number;
}

const CHECKPOINT_EVERY = 250;

/** Trains `model` in place and closes the data. Throws when the loss stops being finite, and when the build is aborted. */
export async function trainFoundation<B extends Batch>(foundation: Foundation, { cache, device, signal, report }: FoundationContext, { data, steps, ...options }: TrainFoundationOptions<B>): Promise<void> {
  const trainer = new Trainer<B>({
    ...options,
    data,
    steps,
    device,
    signal,
    checkpoints: { store: subStore((await placeOf(foundation, cache)).store, "building"), every: CHECKPOINT_EVERY },
    onEvent: (event) => {
      if (event.type === "step") report(event.step, steps, { loss: event.loss });
    },
  });
  try {
    const { reason, message } = await trainer.run();
    signal.throwIfAborted();
    if (reason !== "finished") throw new Error(`foundation "${foundation.id}": ${message ?? reason}`);
  } finally {
    await trainer.release();
    await data.close();
  }
}

/** What a foundation keeps of its training: weights in half precision, since they ship with the package. */
export const weightsFile = (model: Module): Record<string, Uint8Array> => ({ "model.safetensors": encodeSafetensors(model.stateDict(), { half: true }) });

/** A file of a built foundation. Throws with the names there are. */
export function fileOf({ id, files }: { readonly id: string; readonly files: ReadonlyMap<string, Uint8Array> }, name: string): Uint8Array<ArrayBuffer> {
  const bytes = files.get(name);
  if (bytes === undefined) throw new Error(`foundation "${id}": file ${name} is missing; it holds ${[...files.keys()].join(", ") || "none"}`);
  return new Uint8Array(bytes);
}

/** JSON as a file, and back. */
export const jsonFile = (value: JsonValue): Uint8Array => new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`);
export const readJsonFile = <T>(built: Parameters<typeof fileOf>[0], name: string): T => JSON.parse(new TextDecoder().decode(fileOf(built, name))) as T;

/** Identity of a source for a foundation's inputs. */
export const contentOf = ({ id, version, packages }: SourceCard): JsonValue => ({ id, version, packages: packages.map(({ integrity }) => integrity) });
