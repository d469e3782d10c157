/** What every source is: an options schema and a generator of pages. */
import { z } from "zod";
import { HarvestError } from "./errors.ts";
import type { Fetcher, Validators } from "./fetcher.ts";
import { factsSchema } from "./sighting.ts";
import type { Observation, Problem, RawFacts, Sighting } from "./sighting.ts";

/** A sighting with what the source counts of the paper now. */
export interface Harvested extends Sighting {
  readonly observations: readonly Observation[];
}

export interface HarvestPage {
  /** Whose sightings they are. */
  readonly source: string;
  readonly records: readonly Harvested[];
  /** arXiv identifiers of papers that the source says are no more. */
  readonly withdrawals: readonly string[];
  readonly problems: readonly Problem[];
  /** Where to go on after this page: in this run, after a kill, or, after the last page, the next time. */
  readonly nextCursor: string;
  /** Whether the source has no more now. */
  readonly last: boolean;
  /** To ask the next time whether the address changed. */
  readonly validators?: Validators & { readonly url: string };
}

export interface HarvestContext {
  readonly now: Date;
  /** From when on to harvest, where no cursor says so; undefined: what the source takes as its beginning. */
  readonly since: Date | undefined;
  /** What an address gave the last time. */
  readonly validatorsOf: (url: string) => Promise<Validators | undefined>;
}

/** How a source is written: what can be set, and its pages. */
export interface SourceDefinition<O> {
  readonly name: string;
  readonly options: z.ZodType<O>;
  /** Names what these options harvest; a cursor belongs to it. */
  readonly stateKey: (options: O) => string;
  /** `cursor` is one that this source made for this key, or null at the beginning. */
  readonly pages: (fetcher: Fetcher, cursor: string | null, options: O, context: HarvestContext) => AsyncGenerator<HarvestPage, void, undefined>;
}

/** A source with its settings. */
export interface OpenSource {
  readonly stateKey: string;
  readonly pages: (fetcher: Fetcher, cursor: string | null, context: HarvestContext) => AsyncGenerator<HarvestPage, void, undefined>;
}

export interface Source {
  readonly name: string;
  /** Checks settings. Throws `HarvestError` naming each mistake. */
  readonly open: (settings: unknown) => OpenSource;
}

export function defineSource<O>({ name, options, stateKey, pages }: SourceDefinition<O>): Source {
  return {
    name,
    open: (settings) => {
      const parsed = options.safeParse(settings ?? {});
      if (!parsed.success) throw new HarvestError(`${name}: ${reasonOf(parsed.error)}`);
      return { stateKey: stateKey(parsed.data), pages: (fetcher, cursor, context) => pages(fetcher, cursor, parsed.data, context) };
    },
  };
}

/** Collects the records of a page; what does not fit the schema becomes a problem. */
export class PageBuilder {
  readonly #source: string;
  readonly #records = new Map<string, Harvested>();
  readonly #problems: Problem[] = [];

  constructor(source: string) {
    this.#source = source;
  }

  /** Reads one record. Whatever `read` throws, and what the schema refuses, is reported at `position`; undefined is skipped. */
  add(position: string, read: () => { readonly externalId: string | null | undefined; readonly facts: RawFacts; readonly observations?: readonly Observation[] } | undefined): void {
    try {
      const raw = read();
      if (raw === undefined) return;
      const { externalId, facts, observations = [] } = raw;
      if (!externalId) return this.report(position, "the record has no identifier");
      const parsed = factsSchema.safeParse(facts);
      if (!parsed.success) return this.report(position, reasonOf(parsed.error));
      const bad = observations.find(({ value }) => !Number.isFinite(value) || value < 0);
      if (bad) this.report(position, `${bad.kind} is ${bad.value}, which is no count; the paper was taken without it`);
      this.#records.set(externalId, { source: this.#source, externalId, facts: parsed.data, observations: observations.filter((item) => item !== bad) });
    } catch (error) {
      this.report(position, error instanceof z.ZodError ? reasonOf(error) : error instanceof Error ? error.message : String(error));
    }
  }

  report(position: string, reason: string): void {
    this.#problems.push({ source: this.#source, position, reason });
  }

  page(nextCursor: object, more: Pick<HarvestPage, "last"> & Partial<Pick<HarvestPage, "withdrawals" | "validators">>): HarvestPage {
    return { source: this.#source, records: [...this.#records.values()], withdrawals: [], problems: this.#problems, nextCursor: JSON.stringify(nextCursor), ...more };
  }
}

/** A cursor as its schema reads it. A cursor that does not fit throws: better than to start over silently. */
export function parseCursor<C>(schema: z.ZodType<C>, cursor: string | null, source: string, initial: () => C): C {
  if (cursor === null) return initial();
  try {
    return schema.parse(JSON.parse(cursor));
  } catch (error) {
    throw new HarvestError(`${source}: the stored cursor ${cursor.slice(0, 200)} cannot be read; give a date to start from (--since) instead`, { cause: error });
  }
}

/** JSON, or a clear error. */
export function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new HarvestError(`${where}: the JSON is cut short or not well formed: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

/** "field: what is wrong" of each issue. */
export function reasonOf(error: z.ZodError): string {
  return error.issues.map(({ path, message }) => (path.length > 0 ? `${path.join(".")}: ${message}` : message)).join("; ");
}

/** YYYY-MM-DD in UTC. */
export function dayOf(date: Date): string {
  return date.toISOString().slice(0, 10);
}

export const DAY = 86_400_000;
/** A day as the sources write it. */
export const daySchema = z.string().regex(/^\d{4}-\d{2}-\d{2}$/u);
export const baseUrl = (url: string) => z.url({ protocol: /^https?$/u }).default(url);
