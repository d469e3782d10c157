/**
 * Outputs of a frozen model over a set of items, computed once. The key is a hash of the model's weights, of the items and
 * of the settings, so a stale entry cannot be read; damaged entries are computed again.
 */
import { hostArray } from "../engine/index.ts";
import type { HostArray } from "../engine/index.ts";
import { decodePack, encodePack } from "../data/index.ts";
import type { Json } from "../data/index.ts";
import type { Module } from "../nn/index.ts";
import type { CheckpointStore } from "./checkpoint.ts";
import { hashOfArrays } from "./freeze.ts";
import { float16ToFloat32, float32ToFloat16 } from "./half.ts";

export interface FeatureRequest {
  /** The frozen model. */
  readonly model: Module;
  /** What is encoded: its arrays, such as token ids, or JSON that identifies it, such as the key of a data set. */
  readonly items: Readonly<Record<string, HostArray>> | string;
  /** Everything else the features depend on: layers, pooling, lengths. */
  readonly settings: Json;
  /** Kept as 2-byte numbers, which halves the file and rounds to about 3 digits; default float32. */
  readonly precision?: "float32" | "float16";
  /** Encodes the items; its arrays are float32 or int32. */
  readonly compute: () => Promise<Readonly<Record<string, HostArray>>>;
}

export class FeatureCache {
  private readonly store: CheckpointStore;
  private computations = 0;

  constructor(store: CheckpointStore) {
    this.store = store;
  }

  /** How often features had to be computed. */
  get calls(): number {
    return this.computations;
  }

  /** The features, from the store if they are there. Values are those that were kept: rounded, with float16. */
  async obtain({ model, items, settings, precision = "float32", compute }: FeatureRequest): Promise<Record<string, HostArray>> {
    const identity = typeof items === "string" ? items : await hashOfArrays(new Map(Object.entries(items)));
    const key = await hashOfText(JSON.stringify([await hashOfArrays(model.stateDict()), identity, settings, precision]));
    const name = `features-${key}.pack`;
    const kept = await this.read(name);
    if (kept !== null) return kept;
    this.computations++;
    const { bytes } = await encodePack({ arrays: packed(await compute(), precision), meta: { precision } });
    await this.store.write(name, bytes);
    return (await unpacked(bytes));
  }

  private async read(name: string): Promise<Record<string, HostArray> | null> {
    const bytes = await this.store.read(name);
    if (bytes === undefined) return null;
    try {
      return await unpacked(new Uint8Array(bytes));
    } catch {
      return null; // damaged: it is written anew
    }
  }
}

const HALF = ".float16";

function packed(arrays: Readonly<Record<string, HostArray>>, precision: "float32" | "float16"): Record<string, HostArray> {
  if (precision === "float32") return { ...arrays };
  return Object.fromEntries(Object.entries(arrays).map(([name, array]) => {
    if (!(array.data instanceof Float32Array)) return [name, array];
    // Two numbers to a word; an odd last one is alone.
    const words = new Uint16Array(2 * Math.ceil(array.data.length / 2));
    words.set(float32ToFloat16(array.data));
    const pairs = new Uint32Array(words.buffer);
    return [`${name}${HALF}.${array.shape.join("x")}`, hostArray(pairs, [pairs.length])];
  }));
}

async function unpacked(bytes: Uint8Array<ArrayBuffer>): Promise<Record<string, HostArray>> {
  const { pack } = await decodePack(bytes);
  return Object.fromEntries(Object.entries(pack.arrays).map(([stored, array]) => {
    const at = pack.meta["precision"] === "float16" ? stored.lastIndexOf(HALF) : -1;
    if (at < 0) return [stored, array];
    const shape = stored.slice(at + HALF.length + 1).split("x").filter((extent) => extent !== "").map(Number);
    const size = shape.reduce((product, extent) => product * extent, 1);
    return [stored.slice(0, at), hostArray(float16ToFloat32(new Uint16Array(array.data.buffer, array.data.byteOffset, size)), shape)];
  }));
}

async function hashOfText(text: string): Promise<string> {
  return Array.from(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
