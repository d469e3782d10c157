/** JSON values: a stable text for hashing, and a readable list of what differs between two of them. */

export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue | undefined };

/** One place where two values differ. */
export interface Difference {
  readonly path: string;
  readonly before: string;
  readonly after: string;
}

/** JSON with the keys of every object sorted: equal values give equal text. Throws on values JSON cannot hold. */
export function stableJson(value: unknown): string {
  return JSON.stringify(sorted(value, "value"));
}

/** Every leaf at which `after` differs from `before`, as dotted paths in sorted order. Absent counts as a value. */
export function differences(before: unknown, after: unknown, path = ""): Difference[] {
  if (isRecord(before) && isRecord(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
    return keys.flatMap((key) => differences(before[key], after[key], path === "" ? key : `${path}.${key}`));
  }
  const [left, right] = [show(before), show(after)];
  return left === right ? [] : [{ path, before: left, after: right }];
}

/** Whether a value is a plain keyed object (neither null nor an array). */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** SHA-256 of text or bytes as 64 lower-case hexadecimal digits. */
export async function sha256(content: string | Uint8Array): Promise<string> {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new Uint8Array(bytes)));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function show(value: unknown): string {
  return value === undefined ? "absent" : stableJson(value);
}

function sorted(value: unknown, path: string): unknown {
  if (Array.isArray(value)) return value.map((item, index) => sorted(item, `${path}[${index}]`));
  if (isRecord(value)) {
    const entries = Object.entries(value).filter(([, item]) => item !== undefined);
    return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, item]) => [key, sorted(item, `${path}.${key}`)]));
  }
  if (value === null || typeof value === "boolean" || typeof value === "string") return value;
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw new TypeError(`${path}: expected a JSON value, got ${typeof value === "number" ? value : typeof value}`);
}
