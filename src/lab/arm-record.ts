/** A finished (arm, seed) as JSON: one file, so that it is there as a whole or not at all. Pictures are PNG in base64. */
import { encode } from "fast-png";
import { z } from "zod";
import type { ArmResult, Numbers } from "./measurement.ts";

/** JSON has no NaN: a value that is not finite is stored as null and read back as NaN. */
const number = z.number().nullable().transform((value) => value ?? NaN);

const schema = z.strictObject({
  arm: z.string(),
  seed: z.int(),
  wallSeconds: z.number(),
  parameters: z.number(),
  flopsPerStep: z.number(),
  steps: z.number(),
  seconds: z.number(),
  metrics: z.record(z.string(), number),
  curves: z.record(z.string(), z.array(z.tuple([z.number(), number]))),
  pictures: z.array(z.strictObject({ caption: z.string(), width: z.int(), height: z.int(), png: z.base64() })),
  tables: z.array(z.strictObject({ caption: z.string(), columns: z.array(z.string()), rows: z.array(z.array(z.union([z.string(), z.number().nullable()]))) })),
  notes: z.array(z.string()),
});

export type ArmRecord = z.output<typeof schema>;

/** The record of a result. `wallSeconds` is everything the arm took, compilation and evaluation included. */
export function recordOf(result: ArmResult, { arm, seed, wallSeconds }: { arm: string; seed: number; wallSeconds: number }): ArmRecord {
  const { parameters, flopsPerStep, steps, seconds, metrics } = result;
  return {
    arm,
    seed,
    wallSeconds,
    parameters,
    flopsPerStep,
    steps,
    seconds,
    metrics: { ...metrics },
    curves: Object.fromEntries(Object.entries(result.curves ?? {}).map(([name, points]) => [name, points.map(([step, value]) => [step, value])])),
    pictures: (result.pictures ?? []).map(({ caption, width, height, pixels }) => ({
      caption,
      width,
      height,
      png: base64(encode({ width, height, data: pixels, channels: 4, depth: 8 })),
    })),
    tables: (result.tables ?? []).map(({ caption, columns, rows }) => ({ caption, columns: [...columns], rows: rows.map((row) => [...row]) })),
    notes: [...(result.notes ?? [])],
  };
}

/** Reads a stored record. Throws with the file's name when it is not one. */
export function parseArmRecord(value: unknown, where: string): ArmRecord {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new Error(`${where}: not the record of an arm (${z.prettifyError(parsed.error)}); remove the file and resume`);
}

/** The numbers of a record, for conditions and for arms that budget by an earlier one. */
export function numbersOf({ parameters, flopsPerStep, steps, seconds, metrics }: ArmRecord): Numbers {
  return { parameters, flopsPerStep, steps, seconds, metrics };
}

function base64(bytes: Uint8Array): string {
  let binary = "";
  for (let i = 0; i < bytes.length; i += 0x8000) binary += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return btoa(binary);
}
