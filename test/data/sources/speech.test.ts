import { gzipSync } from "node:zlib";
import wavefile from "wavefile";
import { expect, test } from "vitest";
import { decodeWave, waveOf } from "../../../src/data/audio/waves.ts";
import { pictureReaders } from "../../../src/data/node/picture-readers.node.ts";
import { parseTranscripts, speechPrompts } from "../../../src/data/sources/speech-prompts.ts";

function wave(samples: number[], sampleRate = 8000): Uint8Array {
  const file = new wavefile.WaveFile();
  file.fromScratch(1, sampleRate, "16", Int16Array.from(samples));
  return file.toBuffer();
}

test("transcripts drop remarks and what is not spoken", () => {
  const text = "; Core sounds\n\nadded: Added.\nbeep: [a tone]\nletters/at: at [@]\r\nsilence/1: (one second)\nlong: Login: incorrect.\n";
  expect([...parseTranscripts(text)]).toEqual([
    ["added", "Added."],
    ["letters/at", "at"],
    ["long", "Login: incorrect."],
  ]);
});

test("prompts are frozen with their words; the same words share a key", async () => {
  const sounds = "usr/share/asterisk/sounds/en_US_f_Allison/";
  const waves = new Map([["b", [1, -32768]], ["a", [16384]], ["tone", [5]], ["sub/c", [7, 8, 9]]].map(([id, samples]) => [`${sounds}${id as string}.wav`, wave(samples as number[])]));
  const texts = gzipSync("a: Thank you.\nb: Press one!\ntone: [beep]\nsub/c: thank  YOU\n");
  const files = new Map([
    ["asterisk-core-sounds-en-wav", waves],
    ["asterisk-core-sounds-en", new Map([["usr/share/doc/asterisk-core-sounds-en/core-sounds-en.txt.gz", new Uint8Array(texts)]])],
  ]);
  const pack = await speechPrompts.freeze("en", files, async () => undefined, pictureReaders);
  const set = speechPrompts.thaw([{ part: "en", pack, sha256: "x" }]);
  expect(set.ids).toEqual(["a", "b", "sub/c"]);
  expect(set.texts).toEqual(["Thank you.", "Press one!", "thank  YOU"]);
  expect(set.keys).toEqual(["a", "b", "a"]);
  expect(set.folds[0]).toBe(set.folds[2]);
  expect([...set.offsets]).toEqual([0, 1, 3, 6]);
  expect([...waveOf(set, 0)]).toEqual([0.5]);
  expect([...waveOf(set, 1)]).toEqual([1 / 32768, -1]);
  expect(() => waveOf(set, 3)).toThrow("recording 3: the set holds 3");
});

test("a file of another kind is refused with what it is", () => {
  expect([...decodeWave(wave([1, 2])).samples]).toEqual([1, 2]);
  const stereo = new wavefile.WaveFile();
  stereo.fromScratch(2, 8000, "16", [Int16Array.of(1), Int16Array.of(2)]);
  expect(() => decodeWave(stereo.toBuffer())).toThrow("expected 16-bit mono, got 16-bit with 2 channels");
});

test("without Debian's tools the error says what to do", async () => {
  const path = process.env["PATH"];
  process.env["PATH"] = "";
  try {
    const { readDebianPackage } = await import("../../../src/data/node/debian-package.node.ts");
    await expect(readDebianPackage(speechPrompts.card.packages[1]!, { wants: () => true, onBytes: () => undefined })).rejects.toThrow(/asterisk-core-sounds-en 1\.6\.1-1: .*apt-get was not found; load it once on a Debian/);
  } finally {
    process.env["PATH"] = path;
  }
});
