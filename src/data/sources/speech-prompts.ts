/** `speech/prompts`: telephone prompts read by one speaker, with what she says. */
import { hostArray } from "../../engine/host-array.ts";
import { decodeWave } from "../audio/waves.ts";
import type { SpeechSet } from "../audio/waves.ts";
import { foldOf } from "../folds.ts";
import { SourceError } from "../source-error.ts";
import { defineSource, provenanceOf } from "../source.ts";
import type { LoadedPack, SourceCard } from "../source.ts";

const SAMPLE_RATE = 8000;
const BETWEEN_REPORTS = 64;
const SOUNDS = /^usr\/share\/asterisk\/sounds\/[^/]+\/(.+)\.wav$/;
const TEXTS = /^usr\/share\/doc\/asterisk-core-sounds-\w+\/core-sounds-\w+\.txt\.gz$/;

const card: SourceCard = {
  id: "speech/prompts",
  version: 1,
  title: "Telephone prompts with transcripts (English)",
  licence: "CC-BY-SA-3.0; recorded by Allison Smith",
  packages: [
    {
      registry: "deb",
      name: "asterisk-core-sounds-en-wav",
      version: "1.6.1-1",
      integrity: "sha512-jEdxFcZ8seraij3mzUkv++5wUFKrmpTNttXQYrnsWEFEy8bkdm5s4mvKu4th5GmGKGkPPwmUcAU0fKCW5vnFDQ==",
      bytes: 18_272_864,
      part: "en",
    },
    {
      registry: "deb",
      name: "asterisk-core-sounds-en",
      version: "1.6.1-1",
      integrity: "sha512-CPYU7B7qXZPPyEvJsxj0lEJJg+OKqZ6racrx6iiCM9hpzqGV8RjypI0MNp7mrr/HsnDSPUxLyu2grhDJs1ufsA==",
      bytes: 22_844,
      part: "en",
    },
  ],
  records: 553,
  splitKey: "sentence: prompts with the same words share the first one's id",
  description: "8 kHz mono, 16 bit. Tones, silences and other prompts without words are left out.",
};

/**
 * Transcripts from lines `id: text`; `;` starts a remark. Notes in brackets are not spoken, and a prompt that is
 * nothing else has no transcript.
 */
export function parseTranscripts(text: string): Map<string, string> {
  const transcripts = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const [, id, written] = /^([^;:\s][^:]*):\s*(.*)$/.exec(line) ?? [];
    const spoken = written?.replace(/\[[^\]]*\]|\([^)]*\)/g, "").trim();
    if (id && spoken) transcripts.set(id, spoken);
  }
  return transcripts;
}

async function gunzip(bytes: Uint8Array): Promise<string> {
  const stream = new Blob([new Uint8Array(bytes)]).stream().pipeThrough(new DecompressionStream("gzip"));
  return await new Response(stream).text();
}

export const speechPrompts = defineSource<SpeechSet>({
  card,
  wants: (path) => SOUNDS.test(path) || TEXTS.test(path),

  async freeze(part, files, progress) {
    const [texts] = files.get(`asterisk-core-sounds-${part}`)?.values() ?? [];
    if (!texts) throw new SourceError(`${card.id}: the package asterisk-core-sounds-${part} holds no transcripts`);
    const transcripts = parseTranscripts(await gunzip(texts));
    const waves = [...(files.get(`asterisk-core-sounds-${part}-wav`) ?? [])]
      .map(([path, bytes]) => ({ id: SOUNDS.exec(path)?.[1] as string, bytes }))
      .filter(({ id }) => transcripts.has(id) && !id.startsWith("silence/"))
      .sort((a, b) => (a.id < b.id ? -1 : 1));
    const recordings: Int16Array[] = [];
    for (const [i, { id, bytes }] of waves.entries()) {
      const { sampleRate, samples } = decodeWave(bytes);
      if (sampleRate !== SAMPLE_RATE) throw new SourceError(`${card.id}: ${id} has ${sampleRate} samples per second, expected ${SAMPLE_RATE}`);
      recordings.push(samples);
      if (i % BETWEEN_REPORTS === 0) await progress(i, waves.length);
    }
    const { samples, offsets } = joined(recordings);
    const bytes = new Uint8Array(samples.buffer); // packs know no 16-bit type
    return {
      arrays: { samples: hostArray(bytes, [bytes.length]), offsets: hostArray(offsets, [offsets.length]) },
      meta: { ids: waves.map(({ id }) => id), texts: waves.map(({ id }) => transcripts.get(id) as string) },
    };
  },

  thaw(packs) {
    const [{ part, pack }] = packs as [LoadedPack]; // the card has one part
    const ids = pack.meta["ids"] as string[];
    const texts = pack.meta["texts"] as string[];
    const keys = sentenceKeys(ids, texts);
    const bytes = pack.arrays["samples"]?.data as Uint8Array;
    return {
      sampleRate: SAMPLE_RATE,
      samples: new Int16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2),
      offsets: pack.arrays["offsets"]?.data as Int32Array,
      count: ids.length,
      ids,
      texts,
      languages: ids.map(() => part),
      keys,
      folds: Uint8Array.from(keys, foldOf),
      provenance: provenanceOf(card, packs),
    };
  },
});

/** Id of the first prompt with the same words; ids are shared by translations, so these stay together too. */
function sentenceKeys(ids: readonly string[], texts: readonly string[]): string[] {
  const first = new Map<string, string>();
  return texts.map((text, i) => {
    const words = (text.toLowerCase().match(/[\p{L}\p{N}']+/gu) ?? []).join(" ");
    const key = first.get(words) ?? (ids[i] as string);
    first.set(words, key);
    return key;
  });
}

/** Recordings one after the other, and where each starts and ends. */
function joined(recordings: readonly Int16Array[]): { samples: Int16Array; offsets: Int32Array } {
  const offsets = new Int32Array(recordings.length + 1);
  for (const [i, recording] of recordings.entries()) offsets[i + 1] = (offsets[i] as number) + recording.length;
  const samples = new Int16Array(offsets[recordings.length] as number);
  for (const [i, recording] of recordings.entries()) samples.set(recording, offsets[i]);
  return { samples, offsets };
}
