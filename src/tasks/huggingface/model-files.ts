/** The files of a model, in a folder or on the hub, by their path in the repository. */
import { readFile, stat } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { requireShallowJson } from "../../train/index.ts";
import { RequestError } from "../request-error.ts";

export interface ModelFiles {
  /** What messages call the place. */
  readonly label: string;
  /** Path on disk of a file, fetched first where that is needed; undefined when there is none. */
  locate(name: string): Promise<string | undefined>;
}

/** Longest JSON file that is read; the largest vocabularies take 35 MB. */
const JSON_LIMIT = 200_000_000;

/**
 * Throws for a name that could lead out of the model's folder. Names of files come from other files that nobody here
 * wrote.
 */
export function requirePlainPath(name: string, where: string): string {
  const parts = name.split("/");
  if (!parts.every((part) => /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(part))) throw new Error(`${where}: expected the name of a file in the model's folder, got ${JSON.stringify(name)}`);
  return name;
}

export function localFiles(directory: string): ModelFiles {
  return {
    label: directory,
    locate: async (name) => {
      const path = join(directory, requirePlainPath(name, directory));
      return (await isFile(path)) ? path : undefined;
    },
  };
}

const isFile = async (path: string): Promise<boolean> => stat(path).then((found) => found.isFile(), () => false);

export const isDirectory = async (path: string): Promise<boolean> => stat(path).then((found) => found.isDirectory(), () => false);

/** A JSON object; undefined when there is no such file. Throws for anything that is not one. */
export async function readJson(files: ModelFiles, name: string): Promise<Readonly<Record<string, unknown>> | undefined> {
  const value = await readJsonValue(files, name);
  if (value === undefined) return undefined;
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Error(`${files.label}/${name}: expected a JSON object, found ${JSON.stringify(value).slice(0, 60)}`);
  return value as Readonly<Record<string, unknown>>;
}

export async function readJsonValue(files: ModelFiles, name: string): Promise<unknown> {
  const path = await files.locate(name);
  if (path === undefined) return undefined;
  const { size } = await stat(path);
  if (size > JSON_LIMIT) throw new Error(`${files.label}/${name}: ${size} bytes, at most ${JSON_LIMIT} are read`);
  let text: string;
  let value: unknown;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(await readFile(path));
    value = JSON.parse(text);
  } catch (cause) {
    throw new Error(`${files.label}/${name}: not JSON in UTF-8: ${(cause as Error).message}`, { cause });
  }
  requireShallowJson(text, `${files.label}/${name}`);
  return value;
}

/** A file that must be there. */
export async function requireJson(files: ModelFiles, name: string): Promise<Readonly<Record<string, unknown>>> {
  const value = await readJson(files, name);
  if (value === undefined) throw new RequestError(`${files.label}: found no ${name}; expected a model of Hugging Face with config.json, model.safetensors and tokenizer.json`);
  return value;
}

/** Exactly `length` bytes at a position. Throws when the file ends before. */
export async function readExactly(file: FileHandle, position: number, length: number, label: string): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await file.read(bytes, done, length - done, position + done);
    if (bytesRead === 0) throw new Error(`${label}: ends at byte ${position + done}, expected ${length} bytes from ${position}; it is truncated`);
    done += bytesRead;
  }
  return bytes;
}

