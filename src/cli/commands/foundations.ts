/** `reprise foundations`: the tiny pre-trained models that experiments start from, and building them ahead of time. */
import { UsageError, suggestion } from "../errors.ts";
import { printJson } from "../ports.ts";
import type { CliPorts } from "../ports.ts";
import { cacheDirectory } from "../../data/node/cache-directory.node.ts";
import type { Device } from "../../engine/index.ts";
import { foundationKey, obtainFoundation, recheckFoundation, storedFoundation } from "../../lab/foundation.ts";
import type { BuiltFoundation, Foundation, GateResult } from "../../lab/foundation.ts";
import { FOUNDATIONS } from "../../lab/foundations/registry.ts";
import { DirectoryStore } from "../../lab/node/directory-store.ts";
import { foundationStore } from "../../lab/node/foundation-store.ts";
import type { BlobStore } from "../../lab/store.ts";

interface ListedFoundation {
  readonly id: string;
  readonly version: number;
  readonly key: string;
  readonly description: string;
  /** About how long it takes to build, on two free cores. */
  readonly minutes: number | null;
  readonly needs: readonly string[];
  readonly gate: string;
  /** Null until it is built. */
  readonly built: { readonly directory: string; readonly gate: GateResult } | null;
}

/** `reprise foundations list`. */
export async function listFoundations(ports: CliPorts, { json = false }: { json?: boolean }): Promise<void> {
  const cache = foundationStore();
  const listed = await Promise.all(FOUNDATIONS.map((foundation) => describe(cache, foundation)));
  if (json) return printJson(ports, listed);
  const width = Math.max(...listed.map(({ id }) => id.length));
  for (const { id, minutes, description, built } of listed) {
    const state = built === null ? `not built${minutes === null ? "" : `, about ${minutes} min`}` : built.gate.holds ? "ready" : "gate failed";
    ports.out(`${id.padEnd(width)}  ${state.padEnd(24)}  ${description}\n`);
    if (built !== null) ports.out(`${"".padEnd(width)}  ${built.gate.measured}\n${"".padEnd(width)}  ${built.directory}\n`);
  }
}

export interface BuildFoundationsOptions {
  readonly json?: boolean;
  readonly device?: Device;
  /** Judge what is built again, with the gates of today. */
  readonly recheck?: boolean;
  /** Leave those that the package ships aside. */
  readonly unshipped?: boolean;
}

/** `reprise foundations build ID...`: builds what is not in the cache, and what that needs. */
export async function buildFoundations(ports: CliPorts, ids: readonly string[], { json = false, device = "cpu", recheck = false, unshipped = false }: BuildFoundationsOptions): Promise<void> {
  const wanted = ids.map(foundationNamed);
  const cache = unshipped ? new DirectoryStore(cacheDirectory()) : foundationStore();
  const progress = ports.progress();
  const results: ListedFoundation[] = [];
  let building = "";
  try {
    for (const foundation of wanted) {
      ports.signal.throwIfAborted();
      const began = performance.now();
      building = foundation.id;
      const built: BuiltFoundation = await (recheck ? recheckFoundation : obtainFoundation)(foundation, {
        cache,
        device,
        signal: ports.signal,
        onBuild: ({ id, minutes }) => {
          building = id;
          progress.message(`${id}: building${minutes === undefined ? "" : `, about ${minutes} minutes on two free cores`}`);
        },
        report: (done, total, values = {}) => progress.update({ label: building, fraction: done / total, secondsLeft: done === 0 ? undefined : (((performance.now() - began) / 1000) * (total - done)) / done, values }),
      });
      progress.message(`${built.id}: ${built.gate.holds ? "ready" : "gate failed"}: ${built.gate.measured}`);
      results.push(await describe(cache, foundation));
    }
  } finally {
    progress.end();
  }
  if (json) printJson(ports, results);
  else for (const { id, built } of results) ports.out(`${id}: ${built?.directory ?? "needs a foundation whose gate failed"}\n`);
}

async function describe(cache: BlobStore, foundation: Foundation): Promise<ListedFoundation> {
  const { id, version, description, minutes = null, needs = [], gate } = foundation;
  const found = await storedFoundation(foundation, cache);
  return {
    id,
    version,
    key: await foundationKey(foundation),
    description,
    minutes,
    needs: needs.map((need) => need.id),
    gate: gate.description,
    built: found === undefined ? null : { directory: cache.path(found.folder) ?? found.folder, gate: found.built.gate },
  };
}

function foundationNamed(id: string): Foundation {
  const foundation = FOUNDATIONS.find((item) => item.id === id);
  if (foundation) return foundation;
  const ids = FOUNDATIONS.map((item) => item.id);
  throw new UsageError(`unknown foundation "${id}"${suggestion(id, ids)}; choose from ${ids.join(", ")}`);
}
