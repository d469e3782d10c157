/** Settings as JSON: what a checkpoint must agree with before it is continued. */
import type { Json } from "../data/index.ts";

/** Every leaf of a JSON value by dotted path. */
function leaves(value: unknown, path = ""): Map<string, string> {
  if (typeof value !== "object" || value === null) return new Map([[path, JSON.stringify(value) ?? "absent"]]);
  return new Map(Object.entries(value).flatMap(([key, item]) => (item === undefined ? [] : [...leaves(item, path === "" ? key : `${path}.${key}`)])));
}

/** Throws, listing what differs, unless both settings are equal. */
export function requireSameSettings(where: string, now: unknown, saved: Json): void {
  const [current, before] = [leaves(now), leaves(saved)];
  const paths = [...new Set([...current.keys(), ...before.keys()])].sort();
  const different = paths.filter((path) => current.get(path) !== before.get(path)).map((path) => `${path} was ${before.get(path) ?? "absent"}, is ${current.get(path) ?? "absent"}`);
  if (different.length > 0) throw new Error(`${where}: it was saved with other settings: ${different.join("; ")}; use the same ones, or start anew with {resume: false}`);
}
