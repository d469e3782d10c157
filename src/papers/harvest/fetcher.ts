/**
 * Polite HTTP for harvesters: one request at a time to a host and a pause between them, a User-Agent that says who asks,
 * conditional requests, retries that wait longer each time and as long as the server asks, and limits on everything.
 */
import { checkAddress } from "./addresses.ts";
import type { Resolve } from "./addresses.ts";
import { decodeBody, readBody } from "./body.ts";
import type { BodyKind } from "./body.ts";
import { HarvestError, SourceUnavailable } from "./errors.ts";

export interface FetcherOptions {
  readonly userAgent: string;
  /** Milliseconds between the end of a request and the next to the same host. */
  readonly pause?: number;
  /** Milliseconds for a request with its body. */
  readonly timeout?: number;
  /** Attempts beyond the first. */
  readonly retries?: number;
  /** Milliseconds before the first retry, at most; doubled each time. */
  readonly backoff?: number;
  /** Milliseconds it waits at most before a retry; a server that asks for more ends the harvest. */
  readonly longestWait?: number;
  readonly maximumBytes?: number;
  readonly redirects?: number;
  /** Uniform in [0, 1). */
  readonly random?: () => number;
  readonly now?: () => number;
  readonly resolve?: Resolve;
  /** Stops everything, waiting included. */
  readonly signal?: AbortSignal;
}

/** What a server gave to ask later whether something changed. */
export interface Validators {
  readonly etag: string | null;
  readonly lastModified: string | null;
}

export interface FetchRequest {
  readonly kind: BodyKind;
  /** At least so many milliseconds between requests to this host. */
  readonly pause?: number;
  /** Of an earlier answer; then the answer may be that nothing changed. */
  readonly validators?: Validators;
  /** The address is a user's: only public ones are fetched. */
  readonly publicOnly?: boolean;
  /** Statuses whose body is an answer too. */
  readonly alsoStatus?: readonly number[];
}

export type FetchAnswer = { readonly changed: false } | { readonly changed: true; readonly text: string; readonly status: number; readonly validators: Validators };

/** What sources ask for. */
export interface Fetcher {
  get(url: URL, request: FetchRequest): Promise<FetchAnswer>;
}

const DEFAULTS = { pause: 1_000, timeout: 60_000, retries: 5, backoff: 1_000, longestWait: 300_000, maximumBytes: 64 * 2 ** 20, redirects: 5 } as const;
/** Worth asking again: timeouts, too early, too many, and what servers and gateways answer in trouble. */
const TRANSIENT: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524]);
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
/** Parameters that say who asks; they are not shown. */
const SECRET_PARAMETERS = ["api_key", "mailto"];
const ACCEPT: Readonly<Record<BodyKind, string>> = { xml: "application/atom+xml, application/rss+xml, application/xml, text/xml;q=0.9", json: "application/json" };

/** An attempt that may go better the next time. */
class TransientFailure extends Error {
  readonly retryAfter: number | undefined;

  constructor(message: string, { cause, retryAfter }: { cause?: unknown; retryAfter?: number } = {}) {
    super(message, { cause });
    this.retryAfter = retryAfter;
  }
}

export class PoliteFetcher implements Fetcher {
  readonly #options: Required<Omit<FetcherOptions, "resolve" | "signal">> & Pick<FetcherOptions, "resolve" | "signal">;
  /** By host: when its last request ends, and when it ended. */
  readonly #turns = new Map<string, Promise<void>>();
  readonly #lastEnd = new Map<string, number>();

  constructor(options: FetcherOptions) {
    this.#options = { ...DEFAULTS, random: Math.random, now: Date.now, ...options };
  }

  /** Throws `HarvestError` for what cannot be used, `SourceUnavailable` when retries are used up. */
  async get(url: URL, request: FetchRequest): Promise<FetchAnswer> {
    const { retries, longestWait, backoff, random, now, signal } = this.#options;
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.#follow(url, request);
      } catch (error) {
        signal?.throwIfAborted();
        if (!(error instanceof TransientFailure)) throw error;
        const wait = error.retryAfter ?? backoff * 2 ** attempt * random();
        if (attempt >= retries || wait > longestWait) {
          const retryAt = error.retryAfter === undefined ? undefined : new Date(now() + error.retryAfter);
          throw new SourceUnavailable(`${error.message}; gave up after ${attempt + 1} attempts${retryAt ? `, the server asks to wait until ${retryAt.toISOString()}` : ""}`, { cause: error.cause, ...(retryAt && { retryAt }) });
        }
        await sleep(Math.min(wait, longestWait), signal);
      }
    }
  }

  async #follow(start: URL, request: FetchRequest): Promise<FetchAnswer> {
    const { redirects, resolve } = this.#options;
    let url = start;
    for (let hop = 0; hop <= redirects; hop++) {
      await checkAddress(url, { allowPrivate: request.publicOnly !== true, ...(resolve && { resolve }) }).catch((error: unknown) => {
        throw error instanceof HarvestError ? error : new TransientFailure(`${shown(url)}: ${causeOf(error)}`, { cause: error }); // no answer from a name server
      });
      const answer = await this.#inTurn(url.host, request.pause, () => this.#once(url, request));
      if (!(answer instanceof URL)) return answer;
      if (url.protocol === "https:" && answer.protocol === "http:") throw new HarvestError(`${shown(url)}: redirects from https to ${shown(answer)}, which is not followed`);
      url = answer;
    }
    throw new HarvestError(`${shown(start)}: more than ${redirects} redirects`);
  }

  /** One request; the address it redirects to, if it does. */
  async #once(url: URL, { kind, validators, alsoStatus = [] }: FetchRequest): Promise<FetchAnswer | URL> {
    const { userAgent, timeout, maximumBytes, signal } = this.#options;
    const limit = AbortSignal.timeout(timeout);
    const where = shown(url);
    try {
      const response = await fetch(url, {
        redirect: "manual",
        signal: signal ? AbortSignal.any([signal, limit]) : limit,
        headers: {
          "user-agent": userAgent,
          accept: ACCEPT[kind],
          ...(validators?.etag && { "if-none-match": validators.etag }),
          ...(validators?.lastModified && { "if-modified-since": validators.lastModified }),
        },
      });
      if (response.status === 304 && validators) return await discard(response, { changed: false });
      const target = response.headers.get("location");
      if (REDIRECTS.has(response.status) && target !== null) {
        if (!URL.canParse(target, url)) throw new HarvestError(`${where}: redirects to "${target.slice(0, 200)}", which is no address`);
        return await discard(response, new URL(target, url));
      }
      if (TRANSIENT.has(response.status)) {
        const retryAfter = this.#retryAfter(response.headers.get("retry-after"));
        throw await discard(response, new TransientFailure(`${where}: answered ${status(response)}`, { ...(retryAfter !== undefined && { retryAfter }) }));
      }
      if (!response.ok && !alsoStatus.includes(response.status)) throw await discard(response, new HarvestError(`${where}: answered ${status(response)}`));
      const text = decodeBody(await readBody(response, maximumBytes, where), response.headers.get("content-type"), kind, where);
      return { changed: true, text, status: response.status, validators: { etag: response.headers.get("etag"), lastModified: response.headers.get("last-modified") } };
    } catch (error) {
      if (error instanceof HarvestError || error instanceof TransientFailure || signal?.aborted) throw error;
      throw new TransientFailure(limit.aborted ? `${where}: no whole answer within ${timeout / 1000} s` : `${where}: ${causeOf(error)}`, { cause: error });
    }
  }

  /** Runs `work` when the requests to `host` before it are done and the pause has passed. */
  async #inTurn<T>(host: string, pause: number | undefined, work: () => Promise<T>): Promise<T> {
    const { now, signal } = this.#options;
    const before = this.#turns.get(host) ?? Promise.resolve();
    const { promise, resolve: done } = withResolvers();
    this.#turns.set(host, promise);
    try {
      await before;
      const last = this.#lastEnd.get(host);
      if (last !== undefined) await sleep(last + Math.max(pause ?? 0, this.#options.pause) - now(), signal);
      return await work();
    } finally {
      this.#lastEnd.set(host, now());
      done();
    }
  }

  /** Milliseconds of a Retry-After header: seconds or a date (RFC 9110, 10.2.3). */
  #retryAfter(header: string | null): number | undefined {
    if (header === null) return undefined;
    const milliseconds = /^\s*\d+\s*$/u.test(header) ? Number(header) * 1000 : Date.parse(header) - this.#options.now();
    return Number.isNaN(milliseconds) ? undefined : Math.max(0, milliseconds);
  }
}

/** An address without the parameters that say who asks. */
export function shown(url: URL): string {
  const copy = new URL(url);
  for (const name of SECRET_PARAMETERS) if (copy.searchParams.has(name)) copy.searchParams.set(name, "hidden");
  return copy.href;
}

async function discard<T>(response: Response, value: T): Promise<T> {
  await response.body?.cancel().catch(() => undefined); // the connection may be gone already
  return value;
}

function status(response: Response): string {
  return response.statusText ? `${response.status} (${response.statusText})` : String(response.status);
}

function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message || ("code" in error.cause ? String(error.cause.code) : error.message) : error.message;
}

function withResolvers(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

async function sleep(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted();
  if (milliseconds <= 0) return;
  await new Promise<void>((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, milliseconds);
    signal?.addEventListener("abort", stop, { once: true });
  });
}
