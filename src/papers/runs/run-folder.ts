/** Where the parts of a run lie on disk, and the command that makes them. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ChildCommand } from "./child-process.ts";
import { outcomeOf } from "./outcome.ts";
import type { RunOutcome } from "./outcome.ts";

/** Settings of the server that a run has no business with: secrets, addresses of databases and mail servers. */
const OWN_VARIABLE = /^REPRISE_(?!CACHE$|DEVICE$|THREADS$)|^(?:PG|SMTP_)/;

export interface RunFolder {
  readonly directory: string;
  /** What the run keeps: its arms, report.html, report.json. */
  readonly kept: string;
  readonly events: string;
  readonly log: string;
  readonly summary: string;
}

export function runFolder(directory: string): RunFolder {
  return { directory, kept: join(directory, "run"), events: join(directory, "events.jsonl"), log: join(directory, "log.txt"), summary: join(directory, "summary.json") };
}

/** The command of an attempt. It continues what the folder holds, if it holds anything. `program` is the words that start `reprise`. */
export function runCommand({ directory, kept, events, log, summary }: RunFolder, program: readonly string[], { slug, profile }: { readonly slug: string; readonly profile: string }): ChildCommand {
  const [file = process.execPath, ...words] = program;
  const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !OWN_VARIABLE.test(name)));
  return { file, words: [...words, "run", slug, "--profile", profile, "--out", kept, "--resume", "--events", events, "--json"], directory, environment, output: summary, errors: log };
}

/** What the finished run showed; undefined when it did not come to its end. Throws when its report cannot be read. */
export async function readOutcome({ kept }: RunFolder): Promise<RunOutcome | undefined> {
  const text = await readFile(join(kept, "report.json"), "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  return text === undefined ? undefined : outcomeOf(text);
}

/** The last thing a process complained of; undefined when it said nothing. */
export async function lastComplaint({ log }: RunFolder): Promise<string | undefined> {
  const text = await readFile(log, "utf8").catch(() => "");
  const lines = text.trimEnd().split("\n");
  const complaint = lines.findLast((line) => line.startsWith("reprise: ")) ?? lines.at(-1) ?? "";
  return complaint.replace(/^reprise: /, "").slice(0, 500) || undefined;
}
