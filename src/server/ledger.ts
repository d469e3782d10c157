/** The ledger as the explorer shows it, read from docs/ledger.json. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";

const condition = z.object({
  name: z.string(),
  role: z.enum(["main", "side", "precondition"]),
  formula: z.string(),
  kind: z.enum(["atLeast", "atMost", "within"]),
  minimumEffect: z.number(),
  noEffect: z.number(),
  outcome: z.enum(["held", "direction", "failed", "not measured"]),
  measured: z.number().nullable(),
  deviation: z.number().nullable(),
});
const schema = z.object({
  format: z.literal(1),
  systems: z.array(
    z.object({
      slug: z.string(),
      family: z.string(),
      title: z.string(),
      verdict: z.string().optional(),
      exactChecks: z.number().optional(),
      seeds: z.array(z.number()).optional(),
      seconds: z.number().optional(),
      commit: z.string().nullable().optional(),
      finishedAt: z.string().optional(),
      conditions: z.array(condition).optional(),
      arms: z.array(z.object({ name: z.string(), role: z.string(), parameters: z.number().nullable() })).optional(),
    }),
  ),
});

export type LedgerSystem = z.output<typeof schema>["systems"][number];
export type LedgerCondition = z.output<typeof condition>;

export interface Ledger {
  readonly systems: readonly LedgerSystem[];
  system(slug: string): LedgerSystem | undefined;
}

/** Reads the ledger of the package in `home`. Throws with the file's name when it is not one. */
export async function readLedger(home: string): Promise<Ledger> {
  const path = join(home, "docs", "ledger.json");
  const parsed = schema.safeParse(JSON.parse(await readFile(path, "utf8")));
  if (!parsed.success) throw new Error(`${path}: not a ledger (${z.prettifyError(parsed.error)}); renew it with "reprise ledger --update"`);
  const { systems } = parsed.data;
  const bySlug = new Map(systems.map((system) => [system.slug, system]));
  return { systems, system: (slug) => bySlug.get(slug) };
}
