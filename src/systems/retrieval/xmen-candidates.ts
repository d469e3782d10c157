/**
 * Candidates for names: a dictionary of concepts, generators that find names like a given one, and their ensemble. A
 * concept scores as its best name does, in a generator and between them.
 */
import type { HostArray } from "../../engine/index.ts";
import { FlatIndex, fuseScores, TfIdf } from "../../data/search/index.ts";
import type { FusedHit, SearchHit } from "../../data/search/index.ts";

/** What can be linked to. */
export interface Concept {
  readonly id: string;
  /** The name it is shown by. */
  readonly name: string;
  /** Other names, in any language. */
  readonly aliases: readonly string[];
  /** Such as `country`. */
  readonly types: readonly string[];
}

/** A name of a dictionary. */
export interface Alias {
  readonly concept: string;
  readonly text: string;
}

/** All names of concepts, the shown ones included, each once for a concept. */
export const aliasesOf = (concepts: readonly Concept[]): Alias[] => concepts.flatMap(({ id, name, aliases }) => [...new Set([name, ...aliases])].map((text) => ({ concept: id, text })));

/** A name to look for, and places of names that are passed over. */
export interface NameQuery {
  readonly text: string;
  readonly except?: readonly number[];
}

/** Finds the best concepts for names, best first. */
export interface CandidateGenerator {
  find(queries: readonly NameQuery[], k: number): Promise<SearchHit[][]>;
}

/** Names by the cosine of their runs of three characters, weighted by TF-IDF. */
export class NgramGenerator implements CandidateGenerator {
  private readonly index = new TfIdf({ analysis: { kind: "characters", n: 3 } });
  private readonly aliases: readonly Alias[];

  constructor(aliases: readonly Alias[]) {
    aliases.forEach(({ text }, place) => this.index.add(place, text));
    this.aliases = aliases;
  }

  find(queries: readonly NameQuery[], k: number): Promise<SearchHit[][]> {
    return Promise.resolve(queries.map((query) => this.findNow(query, k)));
  }

  /** The best concepts for one name. */
  findNow({ text, except }: NameQuery, k: number): SearchHit[] {
    // As many names as it takes to see k concepts.
    for (let names = 2 * k; ; names *= 2) {
      const hits = this.index.search(text, names, { exclude: except });
      const best = bestOfConcepts(hits.map(({ id, score }) => ({ id: this.aliases[Number(id)]?.concept as string, score })));
      if (best.length >= k || hits.length < names) return best.slice(0, k);
    }
  }
}

/** The first hit of each concept. */
function bestOfConcepts(hits: readonly SearchHit[]): SearchHit[] {
  const best = new Map<SearchHit["id"], SearchHit>();
  for (const hit of hits) if (!best.has(hit.id)) best.set(hit.id, hit);
  return [...best.values()];
}

export interface DenseOptions {
  readonly aliases: readonly Alias[];
  /** Of the names, [aliases, d]. */
  readonly vectors: HostArray;
  /** Vectors of names that are looked for, [n, d]. */
  readonly encode: (texts: readonly string[]) => Promise<HostArray>;
  readonly device?: string;
}

/** Names by the cosine of vectors that synonyms were brought together in. */
export class DenseGenerator implements CandidateGenerator {
  private readonly index: FlatIndex;
  private readonly encode: DenseOptions["encode"];

  constructor({ aliases, vectors, encode, device }: DenseOptions) {
    this.index = new FlatIndex({ width: vectors.shape[1] as number, device });
    this.index.add([...aliases.keys()], vectors, { groups: aliases.map(({ concept }) => concept) });
    this.encode = encode;
  }

  async find(queries: readonly NameQuery[], k: number): Promise<SearchHit[][]> {
    const found = await this.index.search(await this.encode(queries.map(({ text }) => text)), k, { by: "groups", exclude: queries.map(({ except = [] }) => except) });
    return found.map((hits) => hits.map(({ group, score }) => ({ id: group, score })));
  }

  release(): Promise<void> {
    return this.index.release();
  }
}

/** How a generator takes part in an ensemble. */
export interface Member {
  /** Of its hits, at most so many; default all. */
  readonly k?: number;
  /** Hits below this score do not count; default none. */
  readonly threshold?: number;
  /** Factor on its scores; default 1. */
  readonly weight?: number;
}

/** One list from those of several generators: the largest weighted score of a concept, and `from` who found it. */
export function ensemble(rankings: Readonly<Record<string, readonly SearchHit[]>>, members: Readonly<Record<string, Member>> = {}): FusedHit[] {
  const kept = Object.entries(rankings).map(([name, hits]) => [name, hits.filter(({ score }) => score >= (members[name]?.threshold ?? -Infinity)).slice(0, members[name]?.k)] as const);
  const weights = Object.entries(members).flatMap(([name, { weight }]) => (weight === undefined ? [] : [[name, weight] as const]));
  return fuseScores(Object.fromEntries(kept), { kind: "maximum", weights: Object.fromEntries(weights) });
}
