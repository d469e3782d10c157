/** A checkpoint store in memory: for browsers and for trying things out. */
import type { CheckpointStore } from "./checkpoint.ts";

export class MemoryCheckpoints implements CheckpointStore {
  readonly files = new Map<string, Uint8Array>();

  read(name: string): Promise<Uint8Array | undefined> {
    return Promise.resolve(this.files.get(name)?.slice());
  }

  write(name: string, bytes: Uint8Array): Promise<void> {
    this.files.set(name, bytes.slice());
    return Promise.resolve();
  }
}
