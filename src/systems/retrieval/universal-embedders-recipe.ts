/** Universal embedders on users' own pairs: a causal language model of Hugging Face between role tokens, tuned by its biases. */
import { arange, gather, hostArray, Parameter, where } from "../../engine/index.ts";
import type { Tensor } from "../../engine/index.ts";
import { answerOfBatch, cosineOrder } from "../../lab/index.ts";
import type { Side, SidedModel, TextRecipe } from "../../lab/index.ts";
import type { TokenRows } from "../../lab/text/index.ts";
import { Module } from "../../nn/index.ts";
import type { Mode, TextEncoder } from "../../nn/index.ts";
import type { TextModel } from "../../nn/pretrained/index.ts";

/** Rows of the table of role tokens. */
const ROLES: Readonly<Record<Side, { readonly open: number; readonly close: number }>> = { query: { open: 0, close: 1 }, document: { open: 2, close: 3 } };
const ROLE_COUNT = 4;

export class RoleEmbedder extends Module implements SidedModel {
  readonly model: TextModel;
  /** [4, d]: opens and closes a query, opens and closes a document; they begin as the token that ends texts. */
  readonly roles: Parameter;
  private readonly wordsOf: (ids: Tensor) => Tensor;

  constructor({ model, encoder, end }: { readonly model: TextModel; readonly encoder: TextEncoder; readonly end: number }) {
    super();
    const { word } = encoder.embedding;
    const { data, shape } = word.weight.value();
    const width = shape[1] as number;
    const row = (data as Float32Array).slice(end * width, (end + 1) * width);
    this.model = model;
    this.roles = new Parameter([ROLE_COUNT, width], hostArray(Float32Array.from({ length: ROLE_COUNT * width }, (_, i) => row[i % width] as number), [ROLE_COUNT, width]));
    this.wordsOf = (ids) => word.forward(ids);
  }

  /** Rows [B, L], of which the first and the last token are places of role tokens -> states [B, L, d]. */
  forward(side: Side, { ids, valid }: TokenRows, mode: Mode): Tensor {
    const role = (place: number): Tensor => gather(this.roles, Int32Array.of(place)); // [1, d]
    const places = arange(ids.dim(1)).unsqueeze(0);
    const last = valid.cast("int32").sum(1, { keepDims: true }).sub(1); // [B, 1]
    const closed = where(places.equal(last).unsqueeze(-1), role(ROLES[side].close), this.wordsOf(ids));
    const words = where(places.equal(0).unsqueeze(-1), role(ROLES[side].open), closed);
    return this.model.forward({ ids: words, valid }, mode).lastHiddenState;
  }
}

export const universalEmbeddersRecipe: TextRecipe = {
  version: 1,
  summary: "a language model as an embedder: role tokens around queries and documents, and no weights trained but them and the biases",
  task: "features",
  objectives: { "info-nce": answerOfBatch, cosent: cosineOrder },
  sides: {
    version: 1,
    base: "causal",
    pooling: "last",
    roleTokens: true,
    build: ({ model, encoder, end }) => new RoleEmbedder({ model, encoder, end }),
    frozen: /^(?!roles$|.*\.bias$)/,
    learningRate: 1e-3,
  },
};
