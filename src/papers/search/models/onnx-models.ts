/** The shipped models from the contents of their files: no file is read here, so the same code serves Node and browsers. */
import { SubwordTokenizer } from "../../../data/tokenizers/subword-tokenizer.ts";
import { RowGraph } from "./graph-rows.ts";
import type { GraphOptions } from "./graph-rows.ts";
import { readEncoderConfig, readRerankerConfig } from "./model-config.ts";
import type { RerankerPort, TextEncoderPort } from "./port.ts";
import { commonTokens, pairRow, queryIds, textRow } from "./token-rows.ts";

/** Contents of a model's folder. */
export interface ModelContents {
  /** Parsed `config.json`. */
  readonly config: unknown;
  /** Parsed `tokenizer.json`. */
  readonly tokenizer: unknown;
  /** The graph that `config.model` names. */
  readonly model: Uint8Array;
  /** Folder or address, for messages. */
  readonly where: string;
}

/** Names of the graphs' inputs and outputs. */
export const ENCODER_OUTPUT = "sentence_embedding";
export const RERANKER_OUTPUT = "logits";

export async function openEncoder({ config, tokenizer: definition, model, where }: ModelContents, options: GraphOptions = {}): Promise<TextEncoderPort> {
  const { id, dimension, longest } = readEncoderConfig(config, `${where}/config.json`);
  const tokenizer = new SubwordTokenizer(definition);
  const graph = await RowGraph.open(model, ENCODER_OUTPUT, false, options);
  return {
    id,
    dimension,
    // Both roles share one tower; a title and a query are much alike.
    encode: (texts) => graph.run(texts.map((text) => textRow(tokenizer, text, longest))),
    release: () => graph.release(),
  };
}

export async function openReranker({ config, tokenizer: definition, model, where }: ModelContents, options: GraphOptions = {}): Promise<RerankerPort> {
  const { id, longest, longestQuery } = readRerankerConfig(config, `${where}/config.json`);
  const tokenizer = new SubwordTokenizer(definition);
  const common = commonTokens(tokenizer);
  const graph = await RowGraph.open(model, RERANKER_OUTPUT, true, options);
  return {
    id,
    async score(query, documents) {
      const asked = queryIds(tokenizer, query, longestQuery);
      const scores = await graph.run(documents.map((document) => pairRow(tokenizer, asked, tokenizer.encode(document), longest, common)));
      return Float32Array.from(scores, ([score]) => score as number);
    },
    release: () => graph.release(),
  };
}
