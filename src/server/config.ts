/**
 * How the server is set up: options of `reprise serve` over environment variables over defaults, checked once.
 *
 * | variable | meaning |
 * | --- | --- |
 * | REPRISE_HOST, REPRISE_PORT | where it listens; 127.0.0.1:8017 |
 * | REPRISE_PUBLIC_URL | the address people use when it is not the one it listens on; needed beyond this machine |
 * | REPRISE_DATA | folder of the embedded database and of runs |
 * | REPRISE_DATABASE_URL | a PostgreSQL server in place of the embedded database |
 * | REPRISE_SECRET | key of tokens, 32 characters or more; made and kept in the data folder when absent |
 * | REPRISE_TRUST_PROXY | on: a proxy in front says who asks (X-Forwarded-For) |
 * | REPRISE_RUNS | on, off: whether runs may be started; on where only this machine is served |
 * | REPRISE_RUN_CONCURRENCY, REPRISE_RUN_MINUTES, REPRISE_RUN_MEMORY_MIB, REPRISE_RUN_WAITING | limits of runs; with a concurrency of 0 they are left to workers |
 * | REPRISE_READS_PER_MINUTE, REPRISE_WRITES_PER_MINUTE | requests of one address; 0 is no limit |
 * | REPRISE_REQUESTS_AT_ONCE | requests of all together that are answered at once, 1000; others are told to come back (503) |
 * | REPRISE_HARVEST | sources that are harvested every day, such as arxiv,hugging-face; none when absent |
 * | REPRISE_METRICS | on, off: whether /metrics answers; on where only this machine is served |
 * | REPRISE_LOG | level of the log: fatal, error, warn, info, debug, silent |
 */
import { z } from "zod";
import { DAILY_SOURCES } from "../papers/harvest/sources/names.ts";
import type { DailySource } from "../papers/harvest/sources/names.ts";
import { dataDirectory } from "../papers/store/data-directory.ts";
import type { RunLimits } from "../papers/runs/limits.ts";

export interface Config {
  readonly host: string;
  readonly port: number;
  readonly publicUrl: string | null;
  readonly dataDirectory: string;
  readonly databaseUrl: string | null;
  readonly secret: string | null;
  readonly trustProxy: boolean;
  readonly runsEnabled: boolean;
  readonly runs: RunLimits;
  /** Largest body of a request in bytes. */
  readonly bodyBytes: number;
  /** Requests of one address; 0 is no limit. */
  readonly readsPerMinute: number;
  readonly writesPerMinute: number;
  /** Requests answered at once. */
  readonly requestsAtOnce: number;
  /** Sources harvested every day. */
  readonly harvest: readonly DailySource[];
  readonly metrics: boolean;
  readonly logLevel: string;
}

export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

const LOOPBACK = new Set(["127.0.0.1", "::1", "localhost"]);
const whole = z.string().regex(/^\d+$/, "expected a whole number").transform(Number);
const positive = whole.refine((value) => value >= 1, "expected at least 1");
const onOff = z.enum(["on", "off"]).transform((value) => value === "on");

const schema = z.object({
  REPRISE_HOST: z.string().min(1).default("127.0.0.1"),
  REPRISE_PORT: whole.refine((port) => port <= 65535, "expected a port up to 65535").default(8017),
  REPRISE_PUBLIC_URL: z.url({ protocol: /^https?$/, error: "expected an address such as https://papers.example.org" }).optional(),
  REPRISE_DATA: z.string().min(1).optional(),
  REPRISE_DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: "expected an address such as postgresql://user@host/name" }).optional(),
  REPRISE_SECRET: z.string().min(32, "expected 32 characters or more").optional(),
  REPRISE_TRUST_PROXY: onOff.default(false),
  REPRISE_RUNS: onOff.optional(),
  REPRISE_RUN_CONCURRENCY: whole.default(1),
  REPRISE_RUN_WAITING: positive.default(20),
  REPRISE_RUN_MINUTES: positive.default(20),
  REPRISE_RUN_MEMORY_MIB: positive.default(4096),
  REPRISE_READS_PER_MINUTE: whole.optional(),
  REPRISE_WRITES_PER_MINUTE: whole.default(60),
  REPRISE_REQUESTS_AT_ONCE: positive.default(1000),
  REPRISE_HARVEST: z.string().default("").transform((text) => text.split(",").map((name) => name.trim()).filter((name) => name !== "")).pipe(z.array(z.enum(DAILY_SOURCES))),
  REPRISE_METRICS: onOff.optional(),
  REPRISE_LOG: z.enum(["fatal", "error", "warn", "info", "debug", "silent"]).default("info"),
});

/** The names of all settings. */
export type Setting = keyof z.input<typeof schema>;

/** The configuration in `settings`, of which empty ones count as absent. Throws `ConfigError` with everything wrong in it, and without its values. */
export function configOf(settings: Readonly<Partial<Record<Setting, string | undefined>>>): Config {
  const given = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined && value !== ""));
  const parsed = schema.safeParse(given);
  if (!parsed.success) throw new ConfigError(parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; "));
  const values = parsed.data;
  const local = LOOPBACK.has(values.REPRISE_HOST) && values.REPRISE_PUBLIC_URL === undefined;
  if (!LOOPBACK.has(values.REPRISE_HOST) && values.REPRISE_PUBLIC_URL === undefined) {
    throw new ConfigError(`REPRISE_HOST: ${values.REPRISE_HOST} is reached from other machines; say under which address with --public-url or REPRISE_PUBLIC_URL`);
  }
  return {
    host: values.REPRISE_HOST,
    port: values.REPRISE_PORT,
    publicUrl: values.REPRISE_PUBLIC_URL?.replace(/\/+$/, "") ?? null,
    dataDirectory: dataDirectory(values.REPRISE_DATA),
    databaseUrl: values.REPRISE_DATABASE_URL ?? null,
    secret: values.REPRISE_SECRET ?? null,
    trustProxy: values.REPRISE_TRUST_PROXY,
    runsEnabled: values.REPRISE_RUNS ?? local,
    runs: { concurrency: values.REPRISE_RUN_CONCURRENCY, waiting: values.REPRISE_RUN_WAITING, minutes: values.REPRISE_RUN_MINUTES, memoryMiB: values.REPRISE_RUN_MEMORY_MIB },
    bodyBytes: 64 * 1024,
    readsPerMinute: values.REPRISE_READS_PER_MINUTE ?? (local ? 0 : 600),
    writesPerMinute: values.REPRISE_WRITES_PER_MINUTE,
    requestsAtOnce: values.REPRISE_REQUESTS_AT_ONCE,
    harvest: values.REPRISE_HARVEST,
    metrics: values.REPRISE_METRICS ?? local,
    logLevel: values.REPRISE_LOG,
  };
}

/** Host names under which the server answers, without port; others are refused, as a page elsewhere could have them point here. */
export function hostNames({ host, publicUrl }: Pick<Config, "host" | "publicUrl">): ReadonlySet<string> {
  const own = LOOPBACK.has(host) ? [...LOOPBACK, "[::1]"] : [host];
  return new Set(publicUrl === null ? own : [...own, new URL(publicUrl).hostname]);
}
