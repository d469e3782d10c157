/** Runs of words as fingerprints, so that a text can be searched for borrowed wording without keeping the text it may be borrowed from. */
import { createHash } from "node:crypto";

/** Words in a run that counts as borrowed. */
export const RUN_WORDS = 8;
/** Of each run's SHA-256: among 40,000 runs a foreign one is mistaken for them once in about 29 million. */
export const FINGERPRINT_BYTES = 5;

/** Every run of eight words of a text, lower-case, without punctuation. */
export function wordRuns(text: string): string[] {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.slice(RUN_WORDS - 1).map((_, index) => words.slice(index, index + RUN_WORDS).join(" "));
}

/** The fingerprint of a run, as hexadecimal digits. */
export function fingerprint(run: string): string {
  return createHash("sha256").update(run).digest("hex").slice(0, 2 * FINGERPRINT_BYTES);
}

/** A set of fingerprints as bytes, sorted, one after the other. */
export function packFingerprints(fingerprints: ReadonlySet<string>): Buffer {
  return Buffer.from([...fingerprints].sort().join(""), "hex");
}

/** The set that `packFingerprints` wrote. Throws if the bytes are not a whole number of fingerprints. */
export function unpackFingerprints(bytes: Buffer): ReadonlySet<string> {
  if (bytes.length % FINGERPRINT_BYTES !== 0) {
    throw new Error(`fingerprints: ${bytes.length} bytes are not a multiple of ${FINGERPRINT_BYTES}; write the file again`);
  }
  return new Set(bytes.toString("hex").match(new RegExp(`.{${2 * FINGERPRINT_BYTES}}`, "g")));
}
