/**
 * Conditional requests (RFC 9110 13): a strong ETag from the content, and as Last-Modified the time at which this process
 * first saw that content. The latter is never too early, so no reader keeps something old.
 */
import { createHash } from "node:crypto";

/** Contents remembered; beyond that, the one asked for longest ago is forgotten and counts as new. */
const REMEMBERED = 1000;

export interface Validators {
  readonly etag: string;
  readonly lastModified: Date;
}

export class ContentHistory {
  readonly #seen = new Map<string, Validators>();

  /** The validators of what is at `address` now. */
  validators(address: string, content: string, now: Date): Validators {
    const etag = `"${createHash("sha256").update(content).digest("base64url").slice(0, 27)}"`;
    const before = this.#seen.get(address);
    const current = before?.etag === etag ? before : { etag, lastModified: new Date(Math.floor(now.getTime() / 1000) * 1000) };
    this.#seen.delete(address);
    this.#seen.set(address, current);
    if (this.#seen.size > REMEMBERED) this.#seen.delete(this.#seen.keys().next().value ?? "");
    return current;
  }
}

/** Whether the reader has this content: If-None-Match decides where it is sent, else If-Modified-Since. */
export function isUnchanged({ etag, lastModified }: Validators, ifNoneMatch: string | undefined, ifModifiedSince: string | undefined): boolean {
  if (ifNoneMatch !== undefined) return ifNoneMatch.trim() === "*" || ifNoneMatch.split(",").some((tag) => tag.trim().replace(/^W\//, "") === etag);
  const since = Date.parse(ifModifiedSince ?? "");
  return !Number.isNaN(since) && lastModified.getTime() <= since;
}
