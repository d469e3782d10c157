/** What a run says while it runs: a line of the file that `reprise run --events` appends to. */
import { z } from "zod";

const schema = z.discriminatedUnion("type", [
  z.object({
    at: z.number(),
    type: z.literal("progress"),
    label: z.string(),
    fraction: z.number().min(0).max(1),
    secondsLeft: z.number().nullable(),
    values: z.record(z.string(), z.number().nullable()),
    arm: z.object({ arm: z.string(), seed: z.number(), fraction: z.number() }).optional(),
  }),
  z.object({ at: z.number(), type: z.literal("message"), text: z.string() }),
]);

export type RunEvent = z.output<typeof schema>;

/** An event with its place in the run: 1, 2, 3 ... */
export type NumberedEvent = RunEvent & { readonly number: number };

/** Events of whole lines. A line that is none, as a killed writer may leave it, is passed over. */
export function parseEvents(text: string): RunEvent[] {
  return text.split("\n").flatMap((line) => {
    if (line.trim() === "") return [];
    try {
      const parsed = schema.safeParse(JSON.parse(line));
      return parsed.success ? [parsed.data] : [];
    } catch {
      return [];
    }
  });
}
