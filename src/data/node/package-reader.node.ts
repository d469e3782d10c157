/** What every kind of registry must offer: the wanted files of one pinned package, verified. */
import type { PackageReference } from "../source.ts";

export interface ReadOptions {
  wants(path: string): boolean;
  /** Called with the bytes of the archive received so far. */
  onBytes(received: number): void;
  /** Called with what a user should know about the bytes that came. */
  onNote?(message: string): void;
  readonly signal?: AbortSignal;
}

export type PackageReader = (reference: PackageReference, options: ReadOptions) => Promise<Map<string, Uint8Array>>;
