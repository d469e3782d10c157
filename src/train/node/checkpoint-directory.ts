/** Checkpoints as files of a directory, each written whole or not at all. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { removePartialFiles, writeFileAtomic } from "../../data/node/atomic-file.node.ts";
import type { CheckpointStore } from "../checkpoint.ts";

/** One run at a time may write to a directory. */
export class CheckpointDirectory implements CheckpointStore {
  readonly directory: string;

  constructor(directory: string) {
    this.directory = directory;
  }

  async read(name: string): Promise<Uint8Array | undefined> {
    try {
      return await readFile(join(this.directory, name));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw error;
    }
  }

  async write(name: string, bytes: Uint8Array): Promise<void> {
    const path = join(this.directory, name);
    await writeFileAtomic(path, bytes);
    await removePartialFiles(path);
  }
}
