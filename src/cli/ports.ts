/** What the command touches outside itself, so that tests can stand in for it. */
import type { CataloguedPaper } from "../papers/catalogue/catalogue.ts";
import type { Progress, System } from "../lab/index.ts";
import type { PackageHome } from "../lab/node/provenance.ts";
import { UsageError, suggestion } from "./errors.ts";

export interface CliPorts {
  readonly catalogue: readonly CataloguedPaper[];
  /** Systems that run, by slug. */
  readonly systems: Readonly<Record<string, () => Promise<{ default: System }>>>;
  readonly home: PackageHome;
  /** Data and answers. */
  out(text: string): void;
  /** Everything for the person watching. */
  error(text: string): void;
  /** A new display of progress, for one piece of work. */
  progress(): Progress;
  /** Aborted by Ctrl-C or termination. */
  readonly signal: AbortSignal;
}

/** Prints a value as JSON to stdout. */
export function printJson(ports: CliPorts, value: unknown): void {
  ports.out(`${JSON.stringify(value, null, 2)}\n`);
}

/** The paper called `slug`. Throws a usage error with the nearest slug. */
export function paperNamed(ports: CliPorts, slug: string): CataloguedPaper {
  const paper = ports.catalogue.find((item) => item.slug === slug);
  if (paper) return paper;
  const slugs = ports.catalogue.map((item) => item.slug);
  throw new UsageError(`unknown system "${slug}"${suggestion(slug, slugs)}; "reprise list" shows all ${slugs.length}`);
}

/** The system of a paper, loaded; undefined while it is planned. */
export async function loadSystem(ports: CliPorts, slug: string): Promise<System | undefined> {
  return Object.hasOwn(ports.systems, slug) ? (await ports.systems[slug]?.())?.default : undefined;
}

/** Whether the system of a paper exists. */
export function statusOf(ports: CliPorts, slug: string): "runs" | "planned" {
  return Object.hasOwn(ports.systems, slug) ? "runs" : "planned";
}
