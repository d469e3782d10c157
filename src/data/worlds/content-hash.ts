/** Identity of generated content: SHA-256 over the bytes of typed arrays, in order. */
import type { TypedArray } from "../../engine/dtype.ts";

/** Lower-case hexadecimal SHA-256 of the concatenated bytes. Needs Web Crypto (Node >= 20, browsers on secure pages). */
export async function contentHash(arrays: readonly TypedArray[]): Promise<string> {
  const length = arrays.reduce((total, array) => total + array.byteLength, 0);
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const array of arrays) {
    bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), offset);
    offset += array.byteLength;
  }
  const digest = await globalThis.crypto.subtle.digest("SHA-256", bytes);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
