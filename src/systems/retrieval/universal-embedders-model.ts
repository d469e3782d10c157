/**
 * A causal language model as an embedder: a text between two role tokens, its vector the state of the closing one. Choices
 * where the paper is silent: the role tokens begin as the separator that ends documents in pre-training; cosine / 0.05.
 */
import { gather, RandomStream, where } from "../../engine/index.ts";
import type { HostArray, Parameter, Tensor } from "../../engine/index.ts";
import { DualEncoder, EVALUATE, Module, pool } from "../../nn/index.ts";
import type { CausalLm, Mode, Tower } from "../../nn/index.ts";
import { infoNce } from "../../objectives/index.ts";
import type { Tokenizer } from "../../data/index.ts";
import type { BatchTensors, ParameterGroup } from "../../train/index.ts";
import type { Side } from "../../lab/index.ts";
import { bloomStates, mapRows, sideOf } from "../../lab/text/index.ts";
import type { BiEncoder, HardNegativeBatch, MapRowsOptions, RowSet, TextLoss, TokenRows } from "../../lab/text/index.ts";
import { ROLES, roleTable } from "./universal-embedders-roles.ts";

const TEMPERATURE = 0.05;

export interface EmbedderModel {
  readonly model: CausalLm;
  readonly heads: number;
  /** Id of the token that the role tokens begin as. */
  readonly separator: number;
}

/** Rows [B, L] whose `segments` say where role tokens stand, by the number of their row in the table plus 1, -> [B, d], the state of the last token. */
export class ClosingTokenTower extends Module implements Tower<TokenRows> {
  readonly model: CausalLm;
  /** [4, d]: opens and closes a query, opens and closes a document. */
  readonly roles: Parameter;
  readonly heads: number;

  constructor({ model, heads, separator }: EmbedderModel) {
    super();
    this.model = model;
    this.roles = roleTable(model.embedding.word.weight.value(), separator);
    this.heads = heads;
  }

  /** [B, L, d] */
  states({ ids, segments }: TokenRows, mode: Mode): Tensor {
    const roles = gather(this.roles, segments.sub(1).maximum(0));
    const words = where(segments.greater(0).unsqueeze(-1), roles, this.model.embedding.word.forward(ids));
    return bloomStates(this.model, words, this.heads, mode);
  }

  forward(rows: TokenRows, mode: Mode): Tensor {
    return pool(this.states(rows, mode), "last", rows.valid);
  }
}

/** Both sides are one tower; vectors have unit length. */
export function universalEmbedder(model: EmbedderModel): BiEncoder {
  const tower = new ClosingTokenTower(model);
  return new DualEncoder({ random: RandomStream.of(0, "embedder"), query: tower, passage: tower, temperature: TEMPERATURE, learnedTemperature: false });
}

/** Texts between their role tokens, cut to `maximum` in all. */
export function roleRows(tokenizer: Pick<Tokenizer, "encode" | "special">, texts: readonly string[], role: Side, maximum: number): RowSet {
  const pad = tokenizer.special.pad ?? 0;
  const { open, close } = ROLES[role];
  // 0 is text.
  const rows = texts.map((text) => {
    const tokens = tokenizer.encode(text).subarray(0, maximum - 2);
    const segments = new Int32Array(tokens.length + 2);
    segments[0] = open + 1;
    segments[tokens.length + 1] = close + 1;
    return { ids: Int32Array.of(pad, ...tokens, pad), segments, special: Uint8Array.from(segments, Number) };
  });
  return { rows, pad };
}

/** BitFit (arXiv 2106.10199): biases and the role tokens are trained, every other parameter is frozen. */
export const BITFIT: readonly ParameterGroup[] = [{ match: /^(?!.*(\.bias|\.roles)$)/, frozen: true }];

/** The document among those of the batch and all hard negatives, for queries only. */
export const embedderLoss: TextLoss<BiEncoder, BatchTensors<HardNegativeBatch>> = (model, batch, mode) => {
  const { query, passage, scale } = model.forward({ query: sideOf(batch, "query"), passage: sideOf(batch, "document") }, mode);
  const { loss, accuracy } = infoNce(query, passage, { scale, similarity: "dot", directions: { rows: 1, columns: 0 }, negatives: model.encodePassage(sideOf(batch, "negative"), mode) });
  return { loss, accuracy };
};

export interface EmbedOptions extends MapRowsOptions {
  /** What the texts are: documents unless said otherwise. */
  readonly role?: Side;
  /** Most tokens of a text, role tokens included; default 128. */
  readonly maximum?: number;
}

/**
 * Unit vectors of texts in any language or of code, [n, d].
 *
 * ```ts
 * const questions = await embed(model, tokenizer, ["Wie packe ich Dateien?"], { role: "query" });
 * ```
 */
export const embed = (model: BiEncoder, tokenizer: Pick<Tokenizer, "encode" | "special">, texts: readonly string[], { role = "document", maximum = 128, ...options }: EmbedOptions = {}): Promise<HostArray> =>
  mapRows((rows) => (role === "query" ? model.encodeQuery(rows, EVALUATE) : model.encodePassage(rows, EVALUATE)), roleRows(tokenizer, texts, role, maximum), options);
