/**
 * Where the lab keeps bytes: a small port with one implementation on a directory (`node/directory-store.ts`) and one in
 * memory. Names are relative paths with forward slashes. A write is all or nothing: after a crash a name holds either
 * its old bytes or its new ones.
 */

export interface BlobStore {
  /** The bytes under a name, or undefined when there are none. */
  read(name: string): Promise<Uint8Array | undefined>;
  /** Stores bytes under a name, atomically and durably. */
  write(name: string, bytes: Uint8Array): Promise<void>;
  /** Names that begin with `prefix`, sorted. */
  list(prefix: string): Promise<string[]>;
  /** Runs `task` while no other holder of the same name does, in this process or another one on the store. */
  exclusive<T>(name: string, task: () => Promise<T>): Promise<T>;
  /** Where a name lives on disk; undefined for stores that are not on a disk. */
  path(name: string): string | undefined;
}

/** The part of a store below a folder, as a store of its own. */
export function subStore(store: BlobStore, folder: string): BlobStore {
  const inside = (name: string): string => `${folder}/${name}`;
  return {
    read: (name) => store.read(inside(name)),
    write: (name, bytes) => store.write(inside(name), bytes),
    list: async (prefix) => (await store.list(inside(prefix))).map((name) => name.slice(folder.length + 1)),
    exclusive: (name, task) => store.exclusive(inside(name), task),
    path: (name) => store.path(inside(name)),
  };
}

/** A store in memory: for browsers without storage and for trying things out. */
export class MemoryStore implements BlobStore {
  private readonly blobs = new Map<string, Uint8Array>();
  private readonly turns = new Map<string, Promise<unknown>>();

  read(name: string): Promise<Uint8Array | undefined> {
    return Promise.resolve(this.blobs.get(name)?.slice());
  }

  write(name: string, bytes: Uint8Array): Promise<void> {
    this.blobs.set(name, bytes.slice());
    return Promise.resolve();
  }

  list(prefix: string): Promise<string[]> {
    return Promise.resolve([...this.blobs.keys()].filter((name) => name.startsWith(prefix)).sort());
  }

  exclusive<T>(name: string, task: () => Promise<T>): Promise<T> {
    const turn = (this.turns.get(name) ?? Promise.resolve()).then(task, task);
    this.turns.set(name, turn.catch(() => undefined));
    return turn;
  }

  path(): undefined {
    return undefined;
  }
}

/** Reads JSON from a store. Throws with the name when the text is not JSON. */
export async function readJson(store: BlobStore, name: string): Promise<unknown> {
  const bytes = await store.read(name);
  if (bytes === undefined) return undefined;
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as unknown;
  } catch (cause) {
    throw new Error(`${store.path(name) ?? name}: expected JSON, found ${bytes.length} bytes that do not parse; remove the file and run again`, { cause });
  }
}

/** Writes JSON to a store, indented and with a final newline. */
export function writeJson(store: BlobStore, name: string, value: unknown): Promise<void> {
  return store.write(name, new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`));
}
