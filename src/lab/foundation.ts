/**
 * Foundations: tiny pre-trained models (or tokenizers, codecs) that several experiments start from. Built once, outside
 * every budget, and kept in the cache under a key that hashes identity, version, inputs and the keys of what they need.
 *
 * A foundation is complete when its manifest is there, and the manifest is written last; so a build that is cut off leaves
 * nothing that looks finished. Two processes that want the same foundation build it once: the second waits.
 */
import { z } from "zod";
import type { Device } from "../engine/index.ts";
import { sha256, stableJson } from "./json.ts";
import type { JsonValue } from "./json.ts";
import { readJson, subStore, writeJson } from "./store.ts";
import type { BlobStore } from "./store.ts";

export interface Foundation {
  readonly id: string;
  /** Raise it when the building code changes what comes out. */
  readonly version: number;
  readonly description: string;
  /** About how long it takes to build on two cores, for those who wait. */
  readonly minutes?: number;
  /** Everything else the result depends on: configuration, data hashes, steps, seed. */
  readonly inputs: JsonValue;
  /** Foundations this one is built from. */
  readonly needs?: readonly Foundation[];
  /** Builds the files, by name. */
  build(context: FoundationContext): Promise<Readonly<Record<string, Uint8Array>>>;
  /** The quality the dependants rely on. */
  readonly gate: {
    readonly description: string;
    check(files: ReadonlyMap<string, Uint8Array>, context: FoundationContext): Promise<GateResult>;
  };
}

export interface FoundationContext {
  readonly device: Device;
  readonly signal: AbortSignal;
  readonly cache: BlobStore;
  /** Built files of a foundation listed in `needs`. */
  foundation(foundation: Foundation): BuiltFoundation;
  report(done: number, total: number, values?: Readonly<Record<string, number>>): void;
}

export interface GateResult {
  readonly holds: boolean;
  /** What was found, in words with numbers. */
  readonly measured: string;
}

export interface BuiltFoundation {
  readonly id: string;
  readonly key: string;
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly gate: GateResult;
}

/** What obtaining a foundation needs from its caller. */
export interface FoundationPorts extends Omit<FoundationContext, "foundation"> {
  /** Called before one that is not in the cache is built. */
  onBuild?(foundation: Foundation): void;
}

interface Manifest {
  readonly id: string;
  readonly key: string;
  readonly files: Readonly<Record<string, string>>; // name -> SHA-256
  readonly gate: GateResult;
}

const method = z.custom<unknown>((value) => typeof value === "function", "expected a function");
const text = z.string().min(1);

/** What a declared foundation must look like. */
export const foundationShape = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9@.-]*$/, "expected lower-case letters, digits, @ . -"),
  version: z.int().positive(),
  description: text,
  minutes: z.number().positive().optional(),
  inputs: z.unknown(),
  needs: z.array(z.unknown()).optional(),
  build: method,
  gate: z.strictObject({ description: text, check: method }),
});

/** The content key: 64 hexadecimal digits. */
export async function foundationKey({ id, version, inputs, needs = [] }: Foundation): Promise<string> {
  return sha256(stableJson({ id, version, inputs, needs: await Promise.all(needs.map(foundationKey)) }));
}

/**
 * The built foundation, from the cache or built now. A failed gate is not an error: it is stored and returned, and whoever
 * depends on it measures and reports that its precondition failed. Files that no longer match their hash are built again.
 */
export async function obtainFoundation(foundation: Foundation, ports: FoundationPorts): Promise<BuiltFoundation> {
  const { key, folder, store } = await placeOf(foundation, ports.cache);
  return (await stored(store, key)) ?? ports.cache.exclusive(folder, async () => (await stored(store, key)) ?? build(foundation, key, store, ports));
}

/** The foundation if it is in the cache, and the folder that holds it. Nothing is built. */
export async function storedFoundation(foundation: Foundation, cache: BlobStore): Promise<{ readonly built: BuiltFoundation; readonly folder: string } | undefined> {
  const { key, folder, store } = await placeOf(foundation, cache);
  const built = await stored(store, key);
  return built && { built, folder };
}

/** The foundation as `obtainFoundation` gives it, its gate judged anew and the result kept: for gates that changed after it was built. */
export async function recheckFoundation(foundation: Foundation, ports: FoundationPorts): Promise<BuiltFoundation> {
  const { key, folder, store } = await placeOf(foundation, ports.cache);
  const before = await stored(store, key);
  if (before === undefined) return obtainFoundation(foundation, ports);
  return ports.cache.exclusive(folder, async () => {
    const needed = await obtainNeeds(foundation, ports);
    const gate = await judge(foundation, before.files, needed, contextOf(foundation, needed, ports));
    await keepManifest(store, { ...before, gate });
    return { ...before, gate };
  });
}

/** Where a foundation is kept: `foundations/<id>-<first digits of the key>`. */
export async function placeOf(foundation: Foundation, cache: BlobStore): Promise<{ readonly key: string; readonly folder: string; readonly store: BlobStore }> {
  const key = await foundationKey(foundation);
  const folder = `foundations/${foundation.id}-${key.slice(0, 16)}`;
  return { key, folder, store: subStore(cache, folder) };
}

async function build(foundation: Foundation, key: string, store: BlobStore, ports: FoundationPorts): Promise<BuiltFoundation> {
  ports.onBuild?.(foundation);
  const needed = await obtainNeeds(foundation, ports);
  const context = contextOf(foundation, needed, ports);
  const files = new Map(Object.entries(await foundation.build(context)));
  const built = { id: foundation.id, key, files, gate: await judge(foundation, files, needed, context) };
  for (const [name, bytes] of files) await store.write(`files/${name}`, bytes);
  await keepManifest(store, built);
  return built;
}

/** A foundation is as good as its own gate says and no better than what it is built from. */
async function judge({ gate }: Foundation, files: ReadonlyMap<string, Uint8Array>, needed: ReadonlyMap<string, BuiltFoundation>, context: FoundationContext): Promise<GateResult> {
  const own = await gate.check(files, context);
  const failed = [...needed.values()].find((need) => !need.gate.holds);
  return failed === undefined ? own : { holds: false, measured: `${own.measured}; needs ${failed.id}, whose gate failed: ${failed.gate.measured}` };
}

async function obtainNeeds({ needs = [] }: Foundation, ports: FoundationPorts): Promise<Map<string, BuiltFoundation>> {
  const needed = new Map<string, BuiltFoundation>();
  for (const need of needs) needed.set(need.id, await obtainFoundation(need, ports));
  return needed;
}

const contextOf = ({ id }: Foundation, needed: ReadonlyMap<string, BuiltFoundation>, ports: FoundationPorts): FoundationContext => ({ ...ports, foundation: (wanted) => lookUp(needed, wanted, `foundation "${id}"`) });

async function keepManifest(store: BlobStore, { id, key, files, gate }: BuiltFoundation): Promise<void> {
  const hashes: Record<string, string> = {};
  for (const [name, bytes] of files) hashes[name] = await sha256(bytes);
  await writeJson(store, "manifest.json", { id, key, files: hashes, gate } satisfies Manifest);
}

/** Finds a built foundation among those that were declared. Throws with the declared names. */
export function lookUp(built: ReadonlyMap<string, BuiltFoundation>, wanted: Foundation, where: string): BuiltFoundation {
  const found = built.get(wanted.id);
  if (!found) throw new Error(`${where}: foundation "${wanted.id}" is not declared; it lists ${[...built.keys()].join(", ") || "none"}`);
  return found;
}

async function stored(store: BlobStore, key: string): Promise<BuiltFoundation | undefined> {
  const manifest = (await readJson(store, "manifest.json")) as Manifest | undefined;
  if (manifest?.key !== key) return undefined;
  const files = new Map<string, Uint8Array>();
  for (const [name, hash] of Object.entries(manifest.files)) {
    const bytes = await store.read(`files/${name}`);
    if (bytes === undefined || (await sha256(bytes)) !== hash) return undefined;
    files.set(name, bytes);
  }
  return { id: manifest.id, key, files, gate: manifest.gate };
}
