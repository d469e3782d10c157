/** Decoding steps that the JavaScript library takes otherwise than the library that writes `tokenizer.json`, set right in a tokenizer it has built. */
import type { LibraryDecoder } from "./library.ts";

/** Bytes that are no UTF-8 become one U+FFFD each; a U+FEFF in front is text like any other. */
const byteFallback = {
  decode(bytes: Uint8Array): string {
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      return "\ufffd".repeat(bytes.length);
    }
  },
};

export function mendDecoder(decoder: LibraryDecoder | null): void {
  if (decoder === null) return;
  decoder.decoders?.forEach(mendDecoder);
  const { type, replacement, prepend_scheme: scheme, add_prefix_space: prefix } = decoder.config;
  if (type === "ByteFallback") decoder.text_decoder = byteFallback;
  if (type === "Metaspace") {
    // The first token loses all its marks, unless none was put in front of texts.
    const inFront = (scheme ?? (prefix === false ? "never" : "always")) === "never" ? " " : "";
    const mark = replacement ?? "\u2581";
    decoder.decode_chain = (tokens) => tokens.map((token, i) => token.replaceAll(mark, i === 0 ? inFront : " "));
  }
}
