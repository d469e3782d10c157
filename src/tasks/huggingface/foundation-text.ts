/** Foundations as models of Hugging Face, where their form is one that it knows: `dec-multi` and its English twin as BLOOM. */
import type { Tokenizer } from "../../data/index.ts";
import { RandomStream } from "../../engine/index.ts";
import type { Device } from "../../engine/index.ts";
import type { BuiltFoundation } from "../../lab/foundation.ts";
import { decMulti, decMultiEn, decMultiOf, decMultiSettings } from "../../lab/text/index.ts";
import type { CausalSizes } from "../../lab/text/index.ts";
import type { CausalLm } from "../../nn/index.ts";
import { architectureOf } from "../../nn/pretrained/index.ts";
import { suggestion } from "../../lab/suggestion.ts";
import { RequestError } from "../request-error.ts";
import { PretrainedText } from "./pretrained-text.ts";
import { TextTokenizer } from "./tokenizer.ts";

export interface BloomParts {
  readonly model: CausalLm;
  readonly tokenizer: Tokenizer;
  readonly sizes: Omit<CausalSizes, "vocabulary">;
  /** Most tokens of a text. */
  readonly longest: number;
}

/**
 * A language model of `bloom` as a model of type bloom for causal-lm. Its feed-forward networks use the exact GELU, those of
 * that type the one by tanh, so that states differ in the third or fourth digit.
 */
export function bloomText({ model, tokenizer, sizes: { width, depth, heads, hidden }, longest }: BloomParts, device?: Device): PretrainedText {
  if (hidden !== 4 * width) throw new RequestError(`a model of type bloom has feed-forward networks four times as wide as its states (${4 * width}), this one has ${hidden}`);
  const end = tokenizer.special.sep ?? 0;
  const padId = tokenizer.special.pad ?? end;
  const config = { model_type: "bloom", vocab_size: tokenizer.vocabularySize, hidden_size: width, n_layer: depth, n_head: heads, bos_token_id: end, eos_token_id: end, pad_token_id: padId };
  const architecture = architectureOf(config, "foundation");
  const prepared = architecture.read(config, "foundation");
  const module = prepared.build({ random: RandomStream.of(0, "foundation"), task: "causal-lm", labels: 0, pooler: false });
  module.loadStateDict(new Map([...model.stateDict()].map(([name, value]) => [name.replace(/^embedding\./, "text.embedding.").replace(/^body\./, "text.encoder."), value])));
  return new PretrainedText({ pretrained: { architecture, task: "causal-lm", prepared, module, config, labels: [], unused: [] }, tokenizer: new TextTokenizer(tokenizer, { longest, padId }), device });
}

const EXPORTED = [decMulti, decMultiEn];

/** The foundation that `foundationText` takes by this id. Throws `RequestError` for others, naming those. */
export function exportedFoundation(id: string): (typeof EXPORTED)[number] {
  const found = EXPORTED.find((foundation) => foundation.id === id);
  if (found !== undefined) return found;
  const ids = EXPORTED.map((foundation) => foundation.id);
  throw new RequestError(`the foundation "${id}" has no form of Hugging Face${suggestion(id, ids)}; choose from ${ids.join(", ")}`);
}

/** A built foundation as a model. */
export function foundationText(built: Pick<BuiltFoundation, "id" | "files">, device?: Device): PretrainedText {
  exportedFoundation(built.id);
  return bloomText({ ...decMultiOf(built), sizes: decMultiSettings, longest: decMultiSettings.length }, device);
}
