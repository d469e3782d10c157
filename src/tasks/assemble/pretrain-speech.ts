/** `pretrain` of a configuration of speech: its model learns to write what is said in the user's recordings. */
import { SILENT } from "../../lab/index.ts";
import { checkSpeech, parseConfig, speechBatches, speechReading, speechStream, streamOf, TARGET_TEMPLATE } from "../../train/assemble/index.ts";
import type { AssembleConfig } from "../../train/assemble/index.ts";
import { RequestError } from "../request-error.ts";
import { pretrainExamples, roomyEnough, VOCABULARY } from "./pretrain-examples.ts";
import type { ExampleFacts, ExampleModel, ExampleSource, PretrainExamplesOptions } from "./pretrain-examples.ts";
import { readSpeech } from "./read-speech.ts";
import type { RawSpeech } from "./read-speech.ts";

/** Whether a configuration reads recordings. */
export const readsSpeech = (given: Readonly<Record<string, unknown>>, where = "config"): boolean => speechStream(parseConfig(given, where)) !== undefined;

/**
 * Trains the model of a configuration on recordings (`s2t`): records with `audio`, the path of a WAV file from the file that names
 * it, and `text`. Parts of the frames are hidden in training (SpecAugment); `label_smoothing` is 0.1 unless the configuration
 * says otherwise. `loadAssembled` opens what is left.
 */
export const pretrainSpeech = (asked: Readonly<Record<string, unknown>>, paths: readonly string[], options: PretrainExamplesOptions): Promise<ExampleModel & ExampleFacts> =>
  pretrainExamples(asked, speechSource(paths, options), options);

const wordsOf = (config: AssembleConfig): number | undefined => config.tgt_vocab_size ?? streamOf(config).vocab_size;

function speechSource(paths: readonly string[], options: PretrainExamplesOptions): ExampleSource<RawSpeech> {
  return {
    usual: { label_smoothing: 0.1 },
    read(draft) {
      checkSpeech(draft);
      const { sampleRate, mostFrames } = speechReading(draft);
      return readSpeech(paths, { ...options, bands: streamOf(draft).audio_feature_size, sampleRate, mostFrames });
    },
    words: (draft) => wordsOf(draft) ?? VOCABULARY,
    sizes(draft, _, tokenizer) {
      const needed = tokenizer?.vocabularySize ?? 0;
      const key = draft.tgt_vocab_size === undefined ? "vocab_size" : "tgt_vocab_size";
      return { [key]: roomyEnough(key, wordsOf(draft), needed, `the tokenizer's ${needed}`) };
    },
    length: (config, { texts }, tokenizer) => Math.min(streamOf(config).max_seq_length, texts.reduce((most, text) => Math.max(most, tokenizer?.encode(text).length ?? 0), 0) + TARGET_TEMPLATE),
    fitting(raw, tokenizer, length) {
      const tokens = raw.texts.map((text) => (tokenizer?.encode(text).length ?? 0) + TARGET_TEMPLATE);
      const kept = [...tokens.keys()].filter((i) => (tokens[i] as number) <= length);
      for (const [i, count] of tokens.entries()) {
        if (count <= length) continue;
        const problem = `${JSON.stringify((raw.texts[i] as string).slice(0, 60))} has ${count} tokens with its first and last, a target has ${length}; raise length, and max_seq_length with it`;
        if (options.strict === true) throw new RequestError(problem);
        (options.progress ?? SILENT).message(`left out: ${problem}`);
      }
      if (kept.length === 0) throw new RequestError(`length ${length}: no recording's text fits; raise length`);
      return { ...raw, frames: kept.map((i) => raw.frames[i] as RawSpeech["frames"][number]), texts: kept.map((i) => raw.texts[i] as string), count: kept.length, broken: raw.broken + raw.count - kept.length };
    },
    open: ({ config, raw, tokenizer, batch, length, seed }) => {
      if (tokenizer === null) throw new Error("internal: speech is written in words, yet there is no tokenizer");
      return speechBatches(config, { corpus: { frames: raw.frames, texts: raw.texts.map((text) => tokenizer.encode(text)) }, tokenizer, batch, length, seed, augment: speechReading(config).augment });
    },
  };
}
