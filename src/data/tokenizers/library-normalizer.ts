/** The normalising step that the JavaScript library takes otherwise than `tokenizer.json` says, set right in a tokenizer it has built. */
import type { LibraryNormalizer } from "./library.ts";
import { precompiled } from "./precompiled.ts";

/** The library reads any `Precompiled` as NFKC with spaces and control characters set right. Throws TokenizerError for a damaged table. */
export function mendNormalizer(normalizer: LibraryNormalizer | null): void {
  if (normalizer === null) return;
  normalizer.normalizers?.forEach(mendNormalizer);
  if (normalizer.config.type === "Precompiled") normalizer.normalize = precompiled(normalizer.config.precompiled_charsmap);
}
