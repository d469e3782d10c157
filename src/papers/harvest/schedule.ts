/** Harvests that come round every day. */
import type { DailySource } from "./sources/names.ts";
import type { Queue } from "../queue/queue.ts";

/**
 * Has each source harvested once on the day of `now` (UTC). However often and from however many servers and workers it is
 * called, there is one job a source and day; a day on which nobody called is made up for by the next, as harvests go on where
 * the last one ended.
 */
export async function scheduleHarvests(queue: Queue, sources: readonly DailySource[], now: Date): Promise<void> {
  for (const source of sources) await queue.send("harvest", { source }, { key: `${source} ${now.toISOString().slice(0, 10)}`, once: true });
}
