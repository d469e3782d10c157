/** A cache in which the foundations of recipes stand ready: of the true shapes and under the true keys, but with random weights. */
import { RandomStream } from "../../src/engine/index.ts";
import { obtainFoundation } from "../../src/lab/foundation.ts";
import { clipEmoji, clipEmojiSettings } from "../../src/lab/foundations/clip-emoji.ts";
import { buildClip } from "../../src/lab/foundations/clip-model.ts";
import { WordVocabulary } from "../../src/lab/foundations/word-vocabulary.ts";
import type { BlobStore } from "../../src/lab/index.ts";
import { encodeSafetensors } from "../../src/train/index.ts";

export const WORDS = ["ball", "red", "tree"];

export async function fillCache<S extends BlobStore>(cache: S): Promise<S> {
  const build = (): Promise<Readonly<Record<string, Uint8Array>>> => {
    const { model } = buildClip(RandomStream.of(1), clipEmojiSettings, new WordVocabulary(WORDS).size);
    return Promise.resolve({ "clip.safetensors": encodeSafetensors(model.stateDict()), "vocabulary.json": new TextEncoder().encode(JSON.stringify(WORDS)) });
  };
  const gate = { description: "none", check: () => Promise.resolve({ holds: true, measured: "not measured" }) };
  await obtainFoundation({ ...clipEmoji, build, gate }, { cache, device: "cpu", signal: new AbortController().signal, report: () => undefined });
  return cache;
}
