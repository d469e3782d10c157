/**
 * Bounces and complaints that come after the mail server took a mail: reports as JSON from a provider's webhook or a file.
 * One shape, `{ "address", "kind": "bounce" | "complaint", "detail"? }`, one or a list of them, or a line each.
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import { normaliseAddress } from "../people/address.ts";
import type { Suppressions } from "../people/suppression.ts";
import type { Database } from "../store/database.ts";

const report = z.strictObject({ address: z.string().max(400), kind: z.enum(["bounce", "complaint"]), detail: z.string().max(2000).default("") });
/** Reports of one request. */
const MOST = 1000;
const reports = z.union([report.transform((one) => [one]), z.array(report).max(MOST)]);

export type BounceReport = z.output<typeof report>;

/** Reports that cannot be read; the message says where. */
export class ReportError extends Error {
  override readonly name = "ReportError";
}

/** Reads one report, a list, or a report a line (JSONL). Throws ReportError naming the line; then none is to be used. */
export function readReports(text: string): BounceReport[] {
  const whole = parse(text);
  if (whole !== undefined) return check(whole, "reports");
  return text.split("\n").flatMap((line, i) => {
    if (line.trim() === "") return [];
    const value = parse(line);
    if (value === undefined) throw new ReportError(`line ${i + 1}: expected a report as JSON, got ${JSON.stringify(line.slice(0, 60))}`);
    return check(value, `line ${i + 1}`);
  });
}

/** Stops the mail to every address reported, all or none. Returns how many of them were subscribers'. */
export async function applyReports(database: Database, suppressions: Suppressions, given: readonly BounceReport[], now: Date): Promise<number> {
  const addresses = given.map(({ address, kind, detail }) => ({ address: normaliseAddress(address), kind, detail }));
  return database.transaction(async (connection) => {
    let known = 0;
    for (const { address, kind, detail } of addresses) if (await suppressions.add(connection, address, kind, detail, now)) known++;
    return known;
  });
}

/** Compares a secret that was sent with ours in constant time, whatever their lengths. */
export function sameSecret(sent: string, ours: string): boolean {
  const digest = (text: string): Buffer => createHmac("sha256", "reprise secret comparison").update(text).digest();
  return ours !== "" && timingSafeEqual(digest(sent), digest(ours));
}

function check(value: unknown, where: string): BounceReport[] {
  const parsed = reports.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new ReportError(`${where}: expected {"address", "kind": "bounce" or "complaint", "detail"?}: ${z.prettifyError(parsed.error)}`);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
