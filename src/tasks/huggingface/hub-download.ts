/** One file from a hub over HTTP: what it is, and its bytes, resumed, checked and moved into place whole. */
import { createHash } from "node:crypto";
import type { Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { makeDirectory } from "../../data/node/make-directory.node.ts";

/** How requests are made. */
export interface Requests {
  /** For private models; never part of a message. */
  readonly token: string | undefined;
  /** Longest silence, milliseconds. */
  readonly timeout: number;
  /** How often a failed request is made again. */
  readonly retries: number;
  /** First pause before that, milliseconds; doubled each time. */
  readonly retryDelay: number;
}

/** A file as the hub describes it before it sends it. */
export interface RemoteFile {
  readonly commit: string;
  /** SHA-256 of the content (64 digits), or the hash that Git gives it (40), or any other name. */
  readonly hash: string;
  readonly size: number;
  /** Where its bytes are. */
  readonly url: string;
  /** Whether that is another host, which must not see the token. */
  readonly elsewhere: boolean;
}

/** A status that says the hub has understood and refused. */
export class HubRefusal extends Error {
  override readonly name = "HubRefusal";
  readonly status: number;
  /** `X-Error-Code` of the hub, such as EntryNotFound. */
  readonly code: string | null;
  /** Commit that was looked at, if the hub says. */
  readonly commit: string | null;

  constructor(message: string, status: number, headers: Headers) {
    super(message);
    this.status = status;
    this.code = headers.get("x-error-code");
    this.commit = headers.get("x-repo-commit");
  }
}

/** The hub could not be reached, or broke off. */
export class HubUnreachable extends Error {
  override readonly name = "HubUnreachable";
}

const REDIRECTS = 5;
const LONGEST_PAUSE = 60_000;

/** Asks for a file without its bytes. Redirects within the hub (renamed models) are followed; the last one, to a store, is returned. */
export async function describe(url: string, requests: Requests): Promise<RemoteFile> {
  const origin = new URL(url).origin;
  let at = url;
  for (let hop = 0; hop <= REDIRECTS; hop++) {
    const response = await send(at, "HEAD", {}, requests, true);
    await response.body?.cancel();
    const location = response.headers.get("location");
    const target = location === null ? null : new URL(location, at);
    const hash = response.headers.get("x-linked-etag") ?? response.headers.get("etag");
    const commit = response.headers.get("x-repo-commit");
    if (target !== null && target.origin === origin && response.headers.get("x-linked-etag") === null) {
      at = target.href;
      continue;
    }
    if (commit === null || !/^[0-9a-f]{40}$/.test(commit)) throw new HubUnreachable(`${url}: the answer names no commit; it is not a hub of Hugging Face (HF_ENDPOINT)`);
    const name = hash?.replace(/^W\//, "").replaceAll('"', "");
    const size = Number(response.headers.get("x-linked-size") ?? response.headers.get("content-length") ?? NaN);
    if (name === undefined || !/^[A-Za-z0-9_-]{1,128}$/.test(name)) throw new HubUnreachable(`${url}: the answer has no usable hash (ETag ${JSON.stringify(hash)})`);
    if (!Number.isSafeInteger(size) || size < 0) throw new HubUnreachable(`${url}: the answer does not say how large the file is`);
    return { commit, hash: name, size, url: target?.href ?? at, elsewhere: target !== null && target.origin !== origin };
  }
  throw new HubUnreachable(`${url}: more than ${REDIRECTS} redirects`);
}

/** Brings a file to `path`. Bytes of an earlier attempt in `partial` are kept; the file is checked before it is moved. */
export async function download(file: RemoteFile, path: string, partial: string, requests: Requests, onBytes: (loaded: number) => void): Promise<void> {
  makeDirectory(dirname(path));
  for (let attempt = 0; ; attempt++) {
    try {
      await fetchRest(file, partial, requests, onBytes);
      break;
    } catch (error) {
      if (!(error instanceof HubUnreachable) || attempt >= requests.retries) throw error;
      await pause(requests.retryDelay * 2 ** attempt);
    }
  }
  const found = await hashOf(partial, file);
  if (found !== null && found !== file.hash) {
    await rm(partial, { force: true });
    throw new Error(`${file.url}: the content has hash ${found}, the hub says ${file.hash}; it was damaged on its way and is thrown away, try again`);
  }
  await rename(partial, path);
}

async function fetchRest(file: RemoteFile, partial: string, requests: Requests, onBytes: (loaded: number) => void): Promise<void> {
  const had = await stat(partial).then(({ size }) => size, () => 0);
  if (had > file.size) await rm(partial, { force: true });
  const from = had > file.size ? 0 : had;
  if (from === file.size && (from > 0 || had === 0)) {
    if (file.size === 0) await (await open(partial, "w")).close();
    return;
  }
  const response = await send(file.url, "GET", from > 0 ? { range: `bytes=${from}-` } : {}, file.elsewhere ? { ...requests, token: undefined } : requests, false);
  const resumed = response.status === 206 && new RegExp(`^bytes ${from}-`).test(response.headers.get("content-range") ?? "");
  if (from > 0 && response.status === 206 && !resumed) {
    await response.body?.cancel();
    await rm(partial, { force: true });
    throw new HubUnreachable(`${file.url}: asked for bytes from ${from}, got ${response.headers.get("content-range") ?? "no range"}`);
  }
  const handle = await open(partial, resumed ? "a" : "w");
  let loaded = resumed ? from : 0;
  try {
    onBytes(loaded);
    for await (const chunk of chunks(response, requests.timeout, file.url)) {
      loaded += chunk.length;
      if (loaded > file.size) throw new Error(`${file.url}: more than the ${file.size} bytes the hub announced; stopped`);
      await handle.write(chunk);
      onBytes(loaded);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  if (loaded < file.size) throw new HubUnreachable(`${file.url}: ended after ${loaded} of ${file.size} bytes`);
}

/** Pieces of a body; an error when it stays silent for too long. */
async function* chunks(response: Response, timeout: number, url: string): AsyncGenerator<Uint8Array> {
  const reader = response.body?.getReader();
  if (reader === undefined) return;
  try {
    for (;;) {
      let timer: NodeJS.Timeout | undefined;
      const silence = new Promise<never>((_, reject) => (timer = setTimeout(() => reject(new HubUnreachable(`${url}: no byte for ${timeout / 1000} s`)), timeout)));
      try {
        const { done, value } = await Promise.race([reader.read().catch((cause: unknown) => Promise.reject(new HubUnreachable(`${url}: the connection broke`, { cause }))), silence]);
        if (done) return;
        yield value as Uint8Array;
      } finally {
        clearTimeout(timer);
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** One request, made again after failures that may pass: no connection, 429, and errors of the server. */
async function send(url: string, method: "GET" | "HEAD", headers: Readonly<Record<string, string>>, { token, timeout, retries, retryDelay }: Requests, manual: boolean): Promise<Response> {
  const authorization: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  for (let attempt = 0; ; attempt++) {
    const connecting = new AbortController();
    const timer = setTimeout(() => connecting.abort(), timeout);
    const response = await fetch(url, { method, headers: { "accept-encoding": "identity", ...headers, ...authorization }, redirect: manual ? "manual" : "follow", signal: connecting.signal }).catch((cause: unknown) => new HubUnreachable(`${url}: ${connecting.signal.aborted ? `no answer for ${timeout / 1000} s` : "no connection"}`, { cause })).finally(() => clearTimeout(timer));
    const passing = response instanceof HubUnreachable || response.status === 429 || response.status >= 500;
    if (!passing && response.status < 400) return response;
    if (!passing || attempt >= retries) {
      if (response instanceof HubUnreachable) throw response;
      await response.body?.cancel();
      throw new HubRefusal(`${url}: ${response.status} ${response.statusText}`, response.status, response.headers);
    }
    const asked = response instanceof HubUnreachable ? NaN : Number(response.headers.get("retry-after") ?? NaN) * 1000;
    if (!(response instanceof HubUnreachable)) await response.body?.cancel();
    await pause(Math.min(Number.isFinite(asked) ? asked : retryDelay * 2 ** attempt, LONGEST_PAUSE));
  }
}

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Hash of a file in the manner of the announced one; null where that is neither SHA-256 nor Git's. */
async function hashOf(path: string, { hash, size }: RemoteFile): Promise<string | null> {
  const lengths: Readonly<Record<number, () => Hash>> = { 64: () => createHash("sha256"), 40: () => createHash("sha1").update(`blob ${size}\0`) };
  const start = /^[0-9a-f]+$/.test(hash) ? lengths[hash.length] : undefined;
  if (start === undefined) return null;
  const digest = start();
  for await (const chunk of createReadStream(path)) digest.update(chunk as Buffer);
  return digest.digest("hex");
}
