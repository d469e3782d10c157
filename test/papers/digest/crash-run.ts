/** Kills schedulers at random while they send, and takes stock: what the mail server got against what the database says. */
import { spawn } from "node:child_process";
import { mkdir, rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { MORNING, addPapers, addReaders, addressesOf } from "./fixture.ts";
import { POINTS } from "./crash-points.ts";
import type { ChildTask } from "./crash-points.ts";
import { startSmtpRecorder } from "./smtp-recorder.ts";
import { messageIdOf } from "../../../src/papers/digest/mail-message.ts";
import { openDatabase } from "../../../src/papers/store/open.ts";

export interface CrashPlan {
  readonly database: ChildTask["database"];
  /** Schedulers killed in all. */
  readonly kills: number;
  /** Schedulers at once. */
  readonly schedulers: number;
  readonly readers: number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly progress?: (kills: number) => void;
}

export interface CrashReport {
  readonly kills: number;
  /** Digests by their final state. */
  readonly states: Readonly<Record<string, number>>;
  /** Mails whose data arrived whole. */
  readonly mails: number;
  /** Message-IDs that arrived more than once. */
  readonly duplicates: readonly string[];
  /** Digests recorded as sent that did not arrive, as not sent that did, or without an end or a reason: any is a defect. */
  readonly contradictions: readonly string[];
  /** Unknown digests that did arrive, and that did not. */
  readonly unknown: { readonly arrived: number; readonly lost: number };
}

const LEASE = 2; // seconds
/** Milliseconds: the longest a scheduler may live when it is killed from outside. */
const LONGEST_LIFE = 400;
/** Schedulers that may find no database in time, as on a machine that is very busy, before the run is given up. */
const MOST_UNCONNECTED = 100;
/** Spawned schedulers for each day on their clocks. */
const PER_DAY = 3;

export async function crashRun({ database: where, kills: wanted, schedulers, readers, random, progress }: CrashPlan): Promise<CrashReport> {
  const server = await startSmtpRecorder(undefined, () => random() * 15);
  const program = await bundleChild();
  const days = Math.ceil((wanted + schedulers) / PER_DAY) + 1;
  const setUp = await openDatabase(where);
  await addPapers(setUp, days + 5);
  await addReaders(setUp, addressesOf(readers));
  await setUp.query("update subscribers set paper_count = 1");
  await setUp.close();

  let spawned = 0;
  let kills = 0;
  let unconnected = 0;
  const task = (fate?: ChildTask["fate"]): ChildTask => ({
    database: where,
    smtpUrl: server.url,
    now: new Date(MORNING.getTime() + Math.floor(spawned / PER_DAY) * 86_400_000).toISOString(),
    leaseSeconds: LEASE,
    ...(fate && { fate }),
  });
  const doom = async (): Promise<void> => {
    while (kills < wanted) {
      const byItself = random() < 0.5;
      const point = POINTS[Math.floor(random() * POINTS.length)] ?? POINTS[0];
      const started = task(byItself ? { point, mail: 1 + Math.floor(random() * 3) } : { point, mail: Number.MAX_SAFE_INTEGER });
      spawned++;
      const { signal, error } = await runChild(program, started, byItself ? 10 * LONGEST_LIFE : random() * LONGEST_LIFE);
      if (signal === null && error.includes("connection timeout") && ++unconnected < MOST_UNCONNECTED) continue; // it did nothing yet
      if (signal !== "SIGKILL") throw new Error(`a scheduler ended by itself: ${error}`);
      kills++;
      progress?.(kills);
    }
  };
  try {
    await Promise.all(Array.from({ length: schedulers }, doom));
    const { signal, error, code } = await runChild(program, task());
    if (code !== 0) throw new Error(`the last scheduler ended with ${signal ?? code}: ${error}`);
    return await takeStock(where, server.mails.map(({ messageId, to }) => ({ messageId, to })), kills);
  } finally {
    await server.close();
    await rm(program, { force: true });
  }
}

async function takeStock(where: ChildTask["database"], mails: readonly { messageId: string; to: string }[], kills: number): Promise<CrashReport> {
  const arrived = new Map<string, number>();
  for (const { messageId } of mails) arrived.set(messageId, (arrived.get(messageId) ?? 0) + 1);
  const database = await openDatabase(where);
  try {
    const rows = await database.query<{ subscriber: string; date: string; state: string; reason: string | null }>("select subscriber, local_date as date, state, reason from digests");
    const states: Record<string, number> = {};
    const contradictions: string[] = [];
    const unknown = { arrived: 0, lost: 0 };
    const known = new Set<string>();
    for (const { subscriber, date, state, reason } of rows) {
      const id = messageIdOf("digest", [subscriber, date], "https://papers.example.org");
      known.add(id);
      states[state] = (states[state] ?? 0) + 1;
      const came = arrived.has(id);
      const ended = state === "sent" ? came : state === "unknown" ? reason !== null : (state === "failed" || state === "skipped") && !came && reason !== null;
      if (!ended) contradictions.push(`${state}, ${came ? "arrived" : "not arrived"}, reason ${reason}: ${id}`);
      if (state === "unknown") unknown[came ? "arrived" : "lost"]++;
    }
    for (const id of arrived.keys()) if (!known.has(id)) contradictions.push(`arrived without a record: ${id}`);
    return { kills, states, mails: mails.length, duplicates: [...arrived].filter(([, times]) => times > 1).map(([id]) => id), contradictions, unknown };
  } finally {
    await database.close();
  }
}

/** Runs a scheduler; `life` milliseconds after it is ready it is killed. */
function runChild(program: string, task: ChildTask, life?: number): Promise<{ code: number | null; signal: NodeJS.Signals | null; error: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, JSON.stringify(task)], { stdio: ["ignore", "pipe", "pipe"] });
    let error = "";
    let timer: NodeJS.Timeout | undefined;
    child.stderr.on("data", (chunk: Buffer) => (error += chunk.toString()));
    child.stdout.once("data", () => {
      if (life !== undefined) timer = setTimeout(() => child.kill("SIGKILL"), life);
    });
    child.once("error", reject);
    child.once("close", (code, signal) => {
      clearTimeout(timer);
      resolve({ code, signal, error });
    });
  });
}

/** The scheduler in one file, so that hundreds of them start quickly. */
async function bundleChild(): Promise<string> {
  const directory = fileURLToPath(new URL("../../../node_modules/.cache/reprise-digest/", import.meta.url));
  await mkdir(directory, { recursive: true });
  const outfile = `${directory}scheduler-${process.pid}-${Math.floor(performance.now())}.mjs`;
  await build({ entryPoints: [fileURLToPath(new URL("scheduler-child.ts", import.meta.url))], outfile, bundle: true, platform: "node", format: "esm", target: "node20", packages: "external", logLevel: "error" });
  return outfile;
}
