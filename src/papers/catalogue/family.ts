/** A family of papers as data: one file a family under `families/`. Cards grow there, beside their paper. */

export interface Paper {
  /** Short name, unique in the catalogue; also the name of the system's file. */
  readonly slug: string;
  /** arXiv identifier. */
  readonly arxiv: string;
  readonly title: string;
}

export interface Family {
  readonly name: string;
  /** The family's name for people. */
  readonly title: string;
  readonly papers: readonly Paper[];
}
