/** The assembly matrix: every embedding, encoder, decoder and objective with every other, either refused with a reason or built. */
import { checkConfig } from "./check.ts";
import { parseConfig } from "./config.ts";
import type { AssembleConfig } from "./config.ts";
import type { Problem } from "./part.ts";
import DECODERS from "./registry/decoder.ts";
import EMBEDDINGS from "./registry/embedding.ts";
import ENCODERS from "./registry/encoder.ts";
import OBJECTIVES from "./registry/objective.ts";

export interface Combination {
  /** `word + pos / lstm / - / lm` */
  readonly name: string;
  readonly config: AssembleConfig;
  /** Empty when it can be built. */
  readonly problems: readonly Problem[];
}

/** What all combinations share: the smallest sizes that mean anything. */
const TINY = {
  version: 1, vocab_size: 24, emb_size: 16, feedforward_size: 32, hidden_size: 16, heads_num: 2, layers_num: 1, max_seq_length: 16, dropout: 0, labels_num: 3,
  image_height: 8, image_width: 8, patch_size: 4, audio_feature_size: 6, conv_channels: [16, 32], conv_kernel_sizes: [3, 3], image_tokenizer: { image_vocab_size: 10 }, layernorm_positioning: "pre",
} as const;

/** Objectives of pre-training: heads for labelled data stand on any encoder that those stand on. */
const TARGETS = Object.values(OBJECTIVES).flatMap((part) => (part === undefined || part.fineTuning === true ? [] : [part.name]));

/** How a person would try: each maker of tokens with learned positions, and the fixed ones for words and frames. */
const LISTS = Object.values(EMBEDDINGS).flatMap((part) => (part === undefined || part.tokens === null ? [] : [[part.name], [part.name, "pos"], [part.name, "sinusoidalpos"], [part.name, "pos", "seg"]]));

/** One stream: all lists of embeddings x encoders x (no decoder, each decoder) x objectives; then both streams of dual models. */
export function combinations(): Combination[] {
  const single = LISTS.flatMap((embedding) => Object.keys(ENCODERS).flatMap((encoder) => [null, ...Object.keys(DECODERS)].flatMap((decoder) => TARGETS.map((target) => ({ embedding, encoder, decoder, target: [target], pooling: "mean", ...(decoder === null ? {} : { tgt_embedding: ["word"] }) })))));
  const streams = LISTS.filter((list) => list.length < 3).flatMap((embedding) => Object.keys(ENCODERS).map((encoder) => ({ embedding, encoder, pooling: "mean" })));
  const text = { embedding: ["word", "pos"], encoder: "transformer", pooling: "mean" };
  const dual = streams.map((stream) => ({ embedding: ["dual"], encoder: "dual", stream_0: text, stream_1: stream, target: ["clr"] }));
  return [...single, ...dual].map((slots) => {
    const config = parseConfig({ ...TINY, ...slots });
    const stream = config.streams[config.streams.length - 1] as AssembleConfig["streams"][number];
    return { name: `${stream.embedding.join(" + ")} / ${stream.encoder} / ${config.decoder ?? "-"} / ${config.target.join(" + ")}`, config, problems: checkConfig(config) };
  });
}
