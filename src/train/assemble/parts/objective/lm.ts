/**
 * The next word: of the source, or, where there is a decoder, of the target. A target begins with its start token, which is
 * read and not predicted; its last word is predicted, and what the decoder says after it is not scored.
 */
import type { RandomStream, Tensor } from "../../../../engine/index.ts";
import { LmHead, Module } from "../../../../nn/index.ts";
import { crossEntropy } from "../../../../objectives/index.ts";
import type { AssembleConfig } from "../../config.ts";
import { objectivePart, streamOf } from "../../part.ts";
import type { ObjectiveInputs, ObjectiveModule, Problem, Tables } from "../../part.ts";

class NextWord extends Module implements ObjectiveModule {
  readonly head: LmHead;
  private readonly config: AssembleConfig;

  constructor(config: AssembleConfig, random: RandomStream, { source, target }: Tables) {
    super();
    const { hidden_size: width, vocab_size: words = 0 } = streamOf(config);
    const table = config.decoder === null ? source : (target ?? source);
    const vocabulary = config.decoder === null ? words : (config.tgt_vocab_size ?? words);
    this.head = new LmHead({ random: random.child("head"), width, vocabulary, tied: config.tie_weights ? (table ?? undefined) : undefined, bias: config.has_lmtarget_bias });
    this.config = config;
  }

  forward({ states, fields }: ObjectiveInputs): { readonly loss: Tensor; readonly accuracy: Tensor } {
    const ofTarget = this.config.decoder !== null;
    const words = fields.get(ofTarget ? "target" : "tokens");
    const segments = fields.get(ofTarget ? "targetSegments" : "segments");
    const length = words.dim(1);
    const counted = segments.greater(this.config.prefix_lm_loss && !ofTarget ? 1 : 0).cast("float32").sliceAxis(1, 1, length);
    const logits = this.head.forward((states[0] as Tensor).sliceAxis(1, 0, length - 1));
    return crossEntropy(logits, words.sliceAxis(1, 1, length), { weights: counted, smoothing: this.config.label_smoothing });
  }
}

export default objectivePart({
  name: "lm",
  description: "the next word, of the source, or of the target where there is a decoder",
  reads: ({ decoder }) => (decoder === null ? ["tokens", "segments"] : ["target", "targetSegments"]),
  mask: ({ decoder, data_processor: processor }) => (decoder !== null ? "fully_visible" : processor === "prefixlm" ? "causal_with_prefix" : "causal"),
  words: "clean",
  ofDecoder: true,
  check(config, { tokens, sights, encoder }) {
    const { emb_size: emb, hidden_size: width } = streamOf(config);
    const problems: Problem[] = [];
    if (sights.length > 1) problems.push({ fields: ["target", "encoder"], message: "lm reads one stream, dual models have two", fix: 'use the target "clr", or one stream' });
    if (config.decoder === null) {
      if (tokens !== "words") problems.push({ fields: ["target", "embedding"], message: `${tokens ?? "nothing"} have no next word`, fix: 'start embedding with "word", or add a decoder with tgt_embedding ["word"]' });
      if (sights[0] === "all") problems.push({ fields: ["target", "encoder", "mask"], message: `states of ${encoder} see the word they should predict`, fix: 'set mask to "causal", or use lstm, gru or gatedcnn, or the target "mlm"' });
      if (sights[0] === "sides") problems.push({ fields: ["target", "encoder"], message: `half of ${encoder}'s state sees the word it should predict`, fix: 'use the target "bilm"' });
      if (config.prefix_lm_loss && sights[0] !== "prefix") problems.push({ fields: ["prefix_lm_loss", "mask"], message: "the loss of segment 2 alone is for prefix models", fix: 'set mask to "causal_with_prefix", or leave prefix_lm_loss out' });
    } else if (config.tgt_vocab_size === undefined && streamOf(config).vocab_size === undefined) problems.push({ fields: ["tgt_vocab_size", "decoder"], message: "the number of target words is not known", fix: 'add "tgt_vocab_size"' });
    if (config.tie_weights && emb !== width) problems.push({ fields: ["tie_weights", "emb_size", "hidden_size"], message: `the output map takes [${width}], the word table holds [${emb}]`, fix: `set emb_size to ${width}, or leave tie_weights out` });
    return problems;
  },
  tied: (config) => (config.tie_weights ? (config.decoder === null ? "embedding.word" : "tgt_embedding.word") : null),
  build: (config, random, tables) => new NextWord(config, random, tables),
});
