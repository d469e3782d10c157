/** EEE-QA's scorer: one encoder pass over rows of a question with one choice or all of them, a pooled question, a mean of each choice's own tokens, a score. */
import { arange, concat, cumSum, equal, logicalAnd, logicalNot, minimum, where } from "../../engine/index.ts";
import type { RandomStream, Tensor } from "../../engine/index.ts";
import { candidateTable, DotPool, dropout, LayerMix, Linear, mask, Module, pool, spanPool } from "../../nn/index.ts";
import type { CandidateVisibility, Mode, TextEncoder } from "../../nn/index.ts";
import { encodeRows } from "../../lab/text/index.ts";
import type { TokenRows } from "../../lab/text/index.ts";
import type { GraphReasoner, Subgraphs } from "./eee-qa-graph.ts";

/** How a question becomes one vector: the first token's state, the question's tokens pooled in three ways, or the first token's states of all layers. */
export type QuestionPooling = "first" | "mean" | "max" | "attentive" | "layerwise";

export interface ChoiceScorerOptions {
  readonly random: RandomStream;
  readonly encoder: TextEncoder;
  readonly width: number;
  /** Layers of the encoder. */
  readonly depth: number;
  /** Id that ends the question and each choice, by which rows are told apart; not needed where they come with their layout. */
  readonly separator?: number;
  /** Choices in a row. */
  readonly choices: number;
  readonly pooling: QuestionPooling;
  /** Whether the score reads the choice's vector beside the question's; a row of several choices needs it. Default: with several choices. */
  readonly readsChoice?: boolean;
  /** Who sees whom in a row; default all see all. */
  readonly visibility?: CandidateVisibility;
  /** `running`: positions as tokens stand. `shared`: every choice begins right after the question. Default running. */
  readonly positions?: "running" | "shared";
  /** Reads a graph for each choice; default none. */
  readonly graph?: GraphReasoner;
  /** Of what the score reads; default 0.1. */
  readonly dropout?: number;
}

export interface RowParts {
  /** int32 [B, L]: 0 for the question with the tokens around it, c for the c-th choice with its separator, C + 1 for padding. */
  readonly part: Tensor;
  /** bool [B, L]: tokens of texts, without separators, the first token and padding. */
  readonly content: Tensor;
}

/** How rows are laid out, where separators do not tell. */
export interface RowLayout extends RowParts {
  /** int32 [B, L] */
  readonly positionIds: Tensor;
}

/** What each token of rows belongs to, told by the separators. */
export function partsOf({ ids, valid }: Pick<TokenRows, "ids" | "valid">, separator: number, choices: number): RowParts {
  const ends = equal(ids, separator);
  const part = minimum(cumSum(ends.cast("int32"), 1, { exclusive: true }), choices + 1).cast("int32");
  const inside = logicalAnd(logicalNot(ends), arange(ids.dim(1)).greater(0).unsqueeze(0));
  return { part, content: logicalAnd(valid, inside) };
}

/** Positions [B, L] at which every choice begins right after the question. */
export function sharedPositions(part: Tensor): Tensor {
  const [batch, length] = part.shape as [number, number];
  const places = arange(length).unsqueeze(0).expand([batch, length]);
  const before = (bound: Tensor): Tensor => part.unsqueeze(1).less(bound).cast("int32").sum(2); // tokens of earlier parts
  const start = before(part.unsqueeze(2)); // [B, L]
  const question = before(part.mul(0).add(1).unsqueeze(2));
  return where(part.equal(0), places, places.sub(start).add(question));
}

export class ChoiceScorer extends Module {
  readonly encoder: TextEncoder;
  readonly attentive: DotPool | null;
  readonly layers: LayerMix | null;
  readonly graph: GraphReasoner | null;
  readonly hidden: Linear;
  /** Without a bias: a constant added to all scores changes no answer. */
  readonly score: Linear;
  readonly pooling: QuestionPooling;
  readonly choices: number;
  private readonly options: { readonly separator: number | undefined; readonly readsChoice: boolean; readonly visibility: CandidateVisibility; readonly positions: "running" | "shared"; readonly dropout: number };

  constructor({ random, encoder, width, depth, separator, choices, pooling, readsChoice = choices > 1, visibility = "square", positions = "running", graph, dropout: rate = 0.1 }: ChoiceScorerOptions) {
    super();
    if (choices > 1 && !readsChoice) throw new RangeError("ChoiceScorer: choices of one row share the question's vector; without their own vectors all score alike");
    this.encoder = encoder;
    this.attentive = pooling === "attentive" ? new DotPool(width) : null;
    this.layers = pooling === "layerwise" ? new LayerMix(depth) : null;
    this.graph = graph ?? null;
    this.hidden = new Linear((readsChoice ? 2 : 1) * width + (graph?.width ?? 0), width, { random: random.child("hidden") });
    this.score = new Linear(width, 1, { random: random.child("score"), bias: false });
    this.pooling = pooling;
    this.choices = choices;
    this.options = { separator, readsChoice, visibility, positions, dropout: rate };
  }

  /** Rows [B, L], and a graph for each row and choice [B * C, ..] if the scorer reads graphs -> scores [B, C]. Rows may have another number of choices than those it was made for. */
  forward(rows: TokenRows, mode: Mode, { graphs, choices = this.choices, layout }: { readonly graphs?: Subgraphs; readonly choices?: number; readonly layout?: RowLayout } = {}): Tensor {
    const { question, answers } = this.represent(rows, mode, choices, layout);
    const [batch, width] = question.shape as [number, number];
    const each = question.unsqueeze(1).expand([batch, choices, width]).reshape([batch * choices, width]);
    const read = [each];
    if (this.options.readsChoice) read.push(answers.reshape([batch * choices, width]));
    if (this.graph !== null) {
      if (graphs === undefined) throw new Error("ChoiceScorer: it reads graphs; pass those of the choices");
      read.push(this.graph.forward(each, this.encoder.embedding.word.weight, graphs));
    }
    return this.score.forward(this.hidden.forward(dropout(concat(read, -1), this.options.dropout, mode)).gelu()).reshape([batch, choices]);
  }

  /** The question's vector [B, d] and those of its choices [B, C, d]. */
  represent(rows: TokenRows, mode: Mode, choices = this.choices, layout?: RowLayout): { readonly question: Tensor; readonly answers: Tensor } {
    const { separator, visibility, positions } = this.options;
    if (layout === undefined && separator === undefined) throw new Error("ChoiceScorer: it was made without a separator; pass the layout of its rows");
    const { part, content } = layout ?? partsOf(rows, separator as number, choices);
    const { output, hidden } = encodeRows(this.encoder, rows, mode, {
      ...(visibility === "square" ? {} : { mask: mask.blocks(part, candidateTable(choices + 1, visibility)) }),
      ...(positions === "shared" ? { positionIds: sharedPositions(part) } : layout === undefined ? {} : { positionIds: layout.positionIds }),
    });
    const own = logicalAnd(content.unsqueeze(1), equal(part.unsqueeze(1), arange(choices + 1).reshape([1, choices + 1, 1]))); // [B, 1 + C, L]
    const asked = own.select(1, 0);
    const answers = spanPool(output, own.sliceAxis(1, 1, choices + 1).cast("float32"));
    switch (this.pooling) {
      case "first":
      case "mean":
      case "max":
        return { question: pool(output, this.pooling, asked), answers };
      case "attentive":
        return { question: (this.attentive as DotPool).forward(output, asked), answers };
      case "layerwise":
        return { question: (this.layers as LayerMix).forward(hidden.slice(1).map((states) => states.select(1, 0))), answers };
    }
  }
}
