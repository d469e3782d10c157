/** Keys by which stored vectors are known to be those of a text, and of a state of a paper. */
import { createHash } from "node:crypto";

/** Changes when papers are cut otherwise, so that stored vectors are made anew. */
const CUT = 1;

/** Tells texts apart, whatever the model. */
export function textHash(text: string): string {
  return createHash("sha256").update(text).digest("base64url").slice(0, 22);
}

/** Tells states of a paper apart, as far as its vectors depend on it. */
export function encodingKey(contentHash: string): string {
  return `${CUT}:${contentHash}`;
}
