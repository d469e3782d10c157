/** Weights of a model in one safetensors file or in shards, read tensor by tensor. */
import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import type { TensorSource } from "../../nn/pretrained/index.ts";
import { SAFETENSORS_PREFIX, safetensorsHeaderLength, safetensorsLayout } from "../../train/index.ts";
import type { StoredTensor } from "../../train/index.ts";
import { readExactly, readJson, requirePlainPath } from "./model-files.ts";
import type { ModelFiles } from "./model-files.ts";

export interface OpenWeights extends TensorSource {
  close(): Promise<void>;
}

interface Shard {
  readonly name: string;
  readonly label: string;
  readonly file: FileHandle;
  readonly tensors: ReadonlyMap<string, StoredTensor>;
}

/** Opens `<folder>model.safetensors`, or the shards its index names. Headers are checked against the sizes of the files. */
export async function openWeights(files: ModelFiles, folder = ""): Promise<OpenWeights> {
  const single = `${folder}model.safetensors`;
  const index = `${folder}model.safetensors.index.json`;
  const whole = await files.locate(single);
  const map = whole === undefined ? shardsOf(await readJson(files, index), `${files.label}/${index}`) : undefined;
  if (whole === undefined && map === undefined) throw new Error(await missing(files, folder));
  const shards: Shard[] = [];
  try {
    for (const name of map === undefined ? [single] : [...new Set(map.values())].map((shard) => folder + shard)) shards.push(await openShard(files, name));
    const places = new Map(shards.flatMap((shard) => [...shard.tensors].map(([name, tensor]) => [name, { shard, tensor }] as const)));
    if (map !== undefined) requireIndex(map, folder, shards, `${files.label}/${index}`);
    return {
      shapes: new Map([...places].map(([name, { tensor }]) => [name, tensor.shape])),
      read: async (name) => {
        const { shard, tensor } = places.get(name) as { readonly shard: Shard; readonly tensor: StoredTensor };
        return tensor.decode(await readExactly(shard.file, tensor.start, tensor.end - tensor.start, shard.label));
      },
      close: () => closeAll(shards),
    };
  } catch (error) {
    await closeAll(shards);
    throw error;
  }
}

async function openShard(files: ModelFiles, name: string): Promise<Shard> {
  const path = await files.locate(name);
  const label = `${files.label}/${name}`;
  if (path === undefined) throw new Error(`${label}: the file is missing`);
  const file = await open(path, "r");
  try {
    const { size } = await file.stat();
    const length = safetensorsHeaderLength(await readExactly(file, 0, Math.min(SAFETENSORS_PREFIX, size), label), size, label);
    return { name, label, file, tensors: safetensorsLayout(await readExactly(file, SAFETENSORS_PREFIX, length, label), size, label).tensors };
  } catch (error) {
    await file.close();
    throw error;
  }
}

const closeAll = async (shards: readonly Shard[]): Promise<void> => void (await Promise.all(shards.map(({ file }) => file.close())));

/** Shard of each tensor. */
function shardsOf(index: Readonly<Record<string, unknown>> | undefined, label: string): ReadonlyMap<string, string> | undefined {
  if (index === undefined) return undefined;
  const map = index["weight_map"];
  if (typeof map !== "object" || map === null || Array.isArray(map)) throw new Error(`${label}: expected weight_map to name the file of each tensor`);
  return new Map(
    Object.entries(map).map(([tensor, shard]: [string, unknown]) => {
      if (typeof shard !== "string" || !shard.endsWith(".safetensors") || shard.includes("/")) throw new Error(`${label}: weight_map: ${tensor}: expected the name of a safetensors file beside the index, got ${JSON.stringify(shard)}`);
      return [tensor, requirePlainPath(shard, `${label}: weight_map: ${tensor}`)];
    }),
  );
}

/** Index and shards must tell the same. */
function requireIndex(map: ReadonlyMap<string, string>, folder: string, shards: readonly Shard[], label: string): void {
  const found = new Map<string, string>();
  for (const { name, tensors } of shards) {
    for (const tensor of tensors.keys()) {
      const before = found.get(tensor);
      if (before !== undefined) throw new Error(`${label}: ${tensor} is in ${before} and in ${name}`);
      found.set(tensor, name);
    }
  }
  const wrong = [...map].filter(([tensor, shard]) => found.get(tensor) !== folder + shard).map(([tensor, shard]) => `${tensor} is not in ${shard}`);
  const unlisted = [...found.keys()].filter((tensor) => !map.has(tensor)).map((tensor) => `${tensor} is not listed`);
  const problems = [...wrong, ...unlisted];
  if (problems.length > 0) throw new Error(`${label}: index and shards differ: ${problems.slice(0, 10).join("; ")}${problems.length > 10 ? `; and ${problems.length - 10} more` : ""}`);
}

async function missing(files: ModelFiles, folder: string): Promise<string> {
  const pickled = await files.locate(`${folder}pytorch_model.bin`);
  const hint = pickled === undefined ? "" : "; pytorch_model.bin is not read, as such files run code when they are opened: save the model as safetensors";
  return `${files.label}: found neither ${folder}model.safetensors nor ${folder}model.safetensors.index.json${hint}`;
}
