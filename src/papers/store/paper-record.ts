/** A paper as the explorer stores it, from whichever source it came. */
export interface PaperRecord {
  /** Slug of a catalogued paper, else `arxiv:<id>`, `doi:<doi>` or `title:<hash>`. */
  readonly id: string;
  readonly slug: string | null;
  readonly family: string | null;
  readonly title: string;
  /** Abstract as its source gives it; of catalogued papers the card, in our own words. Plain text, untrusted: escape it. */
  readonly abstract: string;
  readonly authors: readonly string[];
  readonly year: number | null;
  readonly venue: string | null;
  readonly published: Date | null;
  readonly updated: Date | null;
  /** Without version. */
  readonly arxiv: string | null;
  /** Lower case. */
  readonly doi: string | null;
  readonly url: string | null;
  readonly code: string | null;
  readonly categories: readonly string[];
  readonly keywords: readonly string[];
  readonly modalities: readonly string[];
  /** Whether a system of ours runs it. */
  readonly runs: boolean;
  readonly withdrawn: boolean;
}

/** Something the world thinks of a paper, at one time. */
export interface PaperSignal {
  readonly paper: string;
  readonly source: string;
  readonly kind: "upvotes" | "stars" | "citations" | "comments";
  readonly value: number;
  readonly observedAt: Date;
}
