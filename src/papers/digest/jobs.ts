/** Jobs of the kind "digest", for those who send them; what does them is in index.ts. */
import { z } from "zod";
import type { Queue } from "../queue/queue.ts";
import type { Queryable } from "../store/database.ts";

/** - digests: plan what is due and send it; each has the next one sent. - letter: see letter.ts. */
export const digestJob = z.discriminatedUnion("task", [z.strictObject({ task: z.literal("digests") }), z.strictObject({ task: z.literal("letter"), subscriber: z.string() })]);

const MINUTE = 60_000;

/**
 * Has the digests of the next minute sent; call it when a server or a worker starts that can send mail. From then on each job
 * sends for the next. However many call it, there is one job a minute.
 */
export async function startDigests(queue: Queue, now: Date): Promise<void> {
  const next = new Date((Math.floor(now.getTime() / MINUTE) + 1) * MINUTE);
  await queue.send("digest", { task: "digests" }, { key: `digests ${next.toISOString()}`, once: true, startAfter: next });
}

/** Has a letter sent to a subscriber (see letter.ts), in the transaction `connection`; one at a time for each. */
export async function sendLetterSoon(queue: Queue, connection: Queryable, subscriber: string): Promise<void> {
  await queue.send("digest", { task: "letter", subscriber }, { key: `letter ${subscriber}`, connection });
}
