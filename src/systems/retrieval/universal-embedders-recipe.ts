/** Universal embedders on users' own pairs: a causal language model of Hugging Face between role tokens, tuned by its biases. */
import { arange, gather, where } from "../../engine/index.ts";
import type { Parameter, Tensor } from "../../engine/index.ts";
import { answerOfBatch, cosineOrder } from "../../lab/index.ts";
import type { Side, SidedModel, TextRecipe } from "../../lab/index.ts";
import type { TokenRows } from "../../lab/text/index.ts";
import { Module } from "../../nn/index.ts";
import type { Mode, TextEncoder } from "../../nn/index.ts";
import type { TextModel } from "../../nn/pretrained/index.ts";
import { ROLES, roleTable } from "./universal-embedders-roles.ts";

class RoleEmbedder extends Module implements SidedModel {
  readonly model: TextModel;
  /** [4, d]: opens and closes a query, opens and closes a document; they begin as the token that ends texts. */
  readonly roles: Parameter;
  private readonly wordsOf: (ids: Tensor) => Tensor;

  constructor({ model, encoder, end }: { readonly model: TextModel; readonly encoder: TextEncoder; readonly end: number }) {
    super();
    const { word } = encoder.embedding;
    this.model = model;
    this.roles = roleTable(word.weight.value(), end);
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
