/** The foundations that a recipe starts from: taken from the cache, or built first, which is said. */
import type { Device } from "../engine/index.ts";
import { lookUp } from "../lab/foundation.ts";
import type { BuiltFoundation, Foundation } from "../lab/foundation.ts";
import { obtainFoundation, SILENT } from "../lab/index.ts";
import type { BlobStore, Progress, RecipeResources } from "../lab/index.ts";
import { foundationStore } from "../lab/node/foundation-store.ts";
import type { UsableSystem } from "./find-system.ts";

export interface FoundationOptions {
  /** Where foundations are kept; default the cache directory. */
  readonly cache?: BlobStore;
  readonly device?: Device;
  readonly signal?: AbortSignal;
  readonly progress?: Progress;
}

export interface Foundations {
  readonly resources: RecipeResources;
  /** Content key of each, by id. */
  readonly keys: Readonly<Record<string, string>>;
}

/** A foundation: from the cache, from the package, or built now, which is said. Whether its gate holds is in the result. */
export function builtFoundation(foundation: Foundation, { cache = foundationStore(), device = "cpu", signal = new AbortController().signal, progress = SILENT }: FoundationOptions = {}): Promise<BuiltFoundation> {
  return obtainFoundation(foundation, {
    cache,
    device,
    signal,
    onBuild: ({ id, description, minutes }) => progress.message(`${id}: built first, once for all models${minutes === undefined ? "" : ` (about ${minutes} minutes on two cores)`}, and kept in ${cache.path("foundations") ?? "memory"}: ${description}`),
    report: (done, total, values = {}) => progress.update({ label: `building ${foundation.id}`, fraction: done / total, secondsLeft: undefined, values }),
  });
}

/** All foundations of a system's recipe. Throws when one is not good enough to start from. */
export async function foundationsOf({ system: { slug }, recipe }: UsableSystem, { device, ...options }: FoundationOptions): Promise<Foundations> {
  const built = new Map<string, BuiltFoundation>();
  for (const foundation of recipe.foundations ?? []) {
    const ready = await builtFoundation(foundation, { ...options, device });
    if (!ready.gate.holds) throw new Error(`${slug}: the foundation ${ready.id} is not good enough to start from: ${ready.gate.measured}`);
    built.set(ready.id, ready);
  }
  return {
    resources: { device, foundation: (wanted) => lookUp(built, wanted, `recipe of "${slug}"`) },
    keys: Object.fromEntries([...built.values()].map(({ id, key }) => [id, key])),
  };
}
