/** What a finished run showed, small enough to keep in the database and to show in a table. Read from the run's report.json. */
import { z } from "zod";

const finite = z.number().nullable();
const schema = z.object({
  verdict: z.string(),
  indicative: z.boolean(),
  seconds: z.number(),
  seeds: z.array(z.number()),
  device: z.string(),
  provenance: z.object({ version: z.string(), commit: z.string().nullable(), machine: z.string() }),
  preconditions: z.array(z.object({ name: z.string(), holds: z.boolean(), measured: z.string() })),
  skipped: z.array(z.string()),
  claim: z.object({
    paper: z.string(),
    metric: z.string(),
    expected: z.string(),
    conditions: z.array(
      z.object({
        name: z.string(),
        role: z.enum(["main", "side", "precondition"]),
        formula: z.string(),
        kind: z.enum(["atLeast", "atMost", "within"]),
        minimumEffect: z.number(),
        noEffect: z.number(),
        outcome: z.enum(["held", "direction", "failed", "not measured"]),
        measured: finite,
      }),
    ),
  }),
  arms: z.array(
    z.object({
      name: z.string(),
      role: z.string(),
      perSeed: z.array(z.object({ seconds: z.number(), parameters: z.number(), metrics: z.record(z.string(), finite) })),
    }),
  ),
});

export interface RunOutcome extends Omit<z.output<typeof schema>, "arms"> {
  /** Values of the first seed. */
  readonly arms: readonly { readonly name: string; readonly role: string; readonly seconds: number; readonly parameters: number; readonly metrics: Readonly<Record<string, number | null>> }[];
}
export type OutcomeCondition = RunOutcome["claim"]["conditions"][number];

/** The outcome in the text of a report.json. Throws, saying what is wrong, when the text is none. */
export function outcomeOf(text: string): RunOutcome {
  const { arms, ...rest } = schema.parse(JSON.parse(text));
  return { ...rest, arms: arms.flatMap(({ name, role, perSeed: [first] }) => (first ? [{ name, role, ...first }] : [])) };
}
