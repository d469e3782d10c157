/** Masked words, or codes of masked patches: cross-entropy at the hidden places (arXiv 1810.04805, BEiT 2106.08254). */
import { Parameter } from "../../../../engine/index.ts";
import type { RandomStream, Tensor } from "../../../../engine/index.ts";
import { init, LmHead, Module } from "../../../../nn/index.ts";
import { maskedLm } from "../../../../objectives/index.ts";
import type { AssembleConfig } from "../../config.ts";
import { objectivePart, streamOf } from "../../part.ts";
import type { ObjectiveInputs, ObjectiveModule, Tables } from "../../part.ts";
import { ACTIVATIONS, NORMS } from "../../transformer-options.ts";

/** What is predicted: words, or codes of an image tokenizer. */
const classesOf = (config: AssembleConfig): number | undefined => (streamOf(config).embedding[0] === "masked_patch" ? config.image_tokenizer?.image_vocab_size : streamOf(config).vocab_size);

class MaskedWords extends Module implements ObjectiveModule {
  readonly head: LmHead;

  constructor(config: AssembleConfig, random: RandomStream, { source }: Tables) {
    super();
    const { hidden_size: width, emb_size: emb, hidden_act: act, layernorm, layernorm_eps: eps, factorized_embedding_parameterization: factorized } = streamOf(config);
    const vocabulary = classesOf(config) ?? 0;
    // The head of factorised embeddings goes down to their width, whether tied or not.
    const own = factorized ? new Parameter([vocabulary, emb], init.normal(random.child("table"), 0.02)) : undefined;
    const tied = config.tie_weights ? (source ?? undefined) : own;
    this.head = new LmHead({ random: random.child("head"), width, vocabulary, tied, transform: { activation: ACTIVATIONS[act], norm: NORMS[layernorm], eps }, bias: true });
  }

  forward({ states, fields }: ObjectiveInputs): { readonly loss: Tensor; readonly accuracy: Tensor } {
    return maskedLm(this.head, states[0] as Tensor, { ids: fields.get("places"), labels: fields.get("labels") }, { weights: fields.get("weights") });
  }
}

export default objectivePart({
  name: "mlm",
  description: "words, or codes of patches, at hidden places",
  reads: () => ["places", "labels", "weights"],
  mask: () => "fully_visible",
  words: "masked",
  ofDecoder: false,
  check(config, { tokens, sights }) {
    const stream = streamOf(config);
    const { emb_size: emb, hidden_size: width, factorized_embedding_parameterization: factorized } = stream;
    const patches = stream.embedding[0] === "masked_patch";
    return [
      ...(tokens === "frames" ? [{ fields: ["target", "embedding"], message: "frames of speech have no labels that mlm could predict", fix: 'use "cls", or a decoder with "lm"' }] : []),
      ...(tokens === "patches" && !patches ? [{ fields: ["target", "embedding"], message: "patches that are not masked have nothing to predict", fix: 'use the embedding "masked_patch", or the target "cls"' }] : []),
      ...(patches && classesOf(config) === undefined ? [{ fields: ["target", "image_tokenizer"], message: "the number of image codes is not known", fix: 'add "image_tokenizer": {"image_vocab_size": ...}' }] : []),
      ...(config.tie_weights && patches ? [{ fields: ["tie_weights", "embedding"], message: "masked patches have no word table to tie to", fix: "leave tie_weights out" }] : []),
      ...(config.tie_weights && !factorized && emb !== width ? [{ fields: ["tie_weights", "emb_size", "hidden_size"], message: `the output map takes [${width}], the word table holds [${emb}]`, fix: `set emb_size to ${width}, or factorized_embedding_parameterization to true, or leave tie_weights out` }] : []),
      ...(sights.length > 1 ? [{ fields: ["target", "encoder"], message: "mlm reads one stream, dual models have two", fix: 'use the target "clr", or one stream' }] : []),
    ];
  },
  tied: ({ tie_weights: tied }) => (tied ? "embedding.word" : null),
  build: (config, random, tables) => new MaskedWords(config, random, tables),
});
