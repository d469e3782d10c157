/** Where a static site will be found. */
import type { Site } from "../pages/views.ts";

export interface SitePlace {
  readonly site: Site;
  /** Scheme and host; null when only the path is known, and then nothing is written that needs whole addresses. */
  readonly origin: string | null;
}

const PATH = /^(?:\/[\w.~-]+)*\/?$/;

/** From `/path`, `/` or `https://host/path`. Throws RangeError. */
export function sitePlace(text: string): SitePlace {
  const url = /^https?:/i.test(text) && URL.canParse(text) ? new URL(text) : undefined;
  const path = url?.pathname ?? text;
  if (!PATH.test(path) || path.split("/").some((part) => part === "." || part === "..") || url?.search || url?.hash || url?.username) {
    throw new RangeError(`expected a path such as /papers, or an address such as https://example.org/papers, got "${text}"`);
  }
  return { site: { kind: "static", base: path.replace(/\/$/, "") }, origin: url?.origin ?? null };
}
