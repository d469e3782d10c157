/**
 * A family of papers as data. `families/<family>.ts` lists its papers in order; each paper is a constant, in that file if
 * the family is small, else in a file of two to six related papers under `families/<family>/` (with a file a paper, the
 * catalogue loads four times slower).
 *
 * Everything said of a paper stands beside it, in our own words, and comes from the paper or its official code; what is
 * not known is left out. `problemsOf` in problems.ts holds the rules.
 */

/** What a paper reads or writes. */
export const MODALITIES = [
  "text",
  "code",
  "image",
  "depth",
  "video",
  "event-stream",
  "speech",
  "audio",
  "protein",
  "molecule",
  "genome",
  "graph",
  "time-series",
] as const;
export type Modality = (typeof MODALITIES)[number];

/**
 * What a stage of a diagram is.
 *
 * - input: data that enter; the only kind that reads no other stage
 * - procedure: a fixed step that learns nothing (tokenize, mask, pair, filter, search)
 * - encoder, decoder: a learned part that reads, or that writes
 * - memory: something kept and looked up later (an index, a cache, a codebook)
 * - objective: what training asks for (which pairs match, which words are hidden)
 * - loss: the number that is minimised
 * - output: what a user gets
 */
export const STAGE_KINDS = ["input", "procedure", "encoder", "decoder", "memory", "objective", "loss", "output"] as const;
export type StageKind = (typeof STAGE_KINDS)[number];

/** One box of a diagram. */
export interface Stage {
  /** Two to five words, at most 32 characters. */
  readonly label: string;
  readonly kind: StageKind;
  /** Positions of the earlier stages it reads; left out, it reads the stage before it. An input reads none. */
  readonly from?: readonly number[];
}

/** A paper explained. Every text is a list of sentences: one sentence an element, ended by its punctuation. */
export interface Card {
  /** What was hard: 1-2 sentences. */
  readonly problem: readonly string[];
  /** What they do and why it should work: 3-6 sentences. */
  readonly idea: readonly string[];
  /** What the paper reports, with its numbers: 2-4 sentences. */
  readonly claims: readonly string[];
  /** What our system measures, against which baseline: 1-3 sentences. */
  readonly checks: readonly string[];
}

/** A paper with its card. */
export interface Paper {
  /** Short name, unique in the catalogue; also the name of the system's file. */
  readonly slug: string;
  /** arXiv identifier. */
  readonly arxiv: string;
  readonly title: string;
  /** In the order of the paper. */
  readonly authors?: readonly string[];
  /** Of publication at `venue`; without a venue, of the first preprint. */
  readonly year: number;
  /** Where it was published, without the year: "ICML", "EMNLP Findings". */
  readonly venue?: string;
  /** URL of the official repository. */
  readonly code?: string;
  /** 4-8 lower-case terms a searcher would type. */
  readonly keywords: readonly string[];
  readonly modality: readonly Modality[];
  readonly card: Card;
  /** The method as 3-10 stages, in the order of a reader's eye; a picture is drawn from it. */
  readonly diagram: readonly Stage[];
}

export interface Family {
  readonly name: string;
  /** The family's name for people. */
  readonly title: string;
  readonly papers: readonly Paper[];
}

/** The positions of the stages that the stage at `position` of its diagram reads. */
export function sourcesOf(stage: Stage, position: number): readonly number[] {
  if (stage.from) return stage.from;
  return stage.kind === "input" || position === 0 ? [] : [position - 1];
}
