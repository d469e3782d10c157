/** A graph of relations between concepts, and what of it lies around a question and one of its choices. */
import { normalisedWords } from "../../data/dedupe.ts";
import type { WordEdge } from "../../lab/text/index.ts";

/** Steps from a choice, and from what the question names. */
const HOPS = { choice: 2, named: 1 } as const;

const keyOf = (name: string): string => normalisedWords(name).join(" ");

/** Kinds that a reasoner has weights for, at most. */
const MOST_KINDS = 64;

/** Edges that are followed from a concept, those that stand first: what half the world is tied to tells choices apart no better. */
const MOST_EDGES = 200;

/** Kinds of relations, in alphabetical order. Throws a `RangeError` for more than a reasoner has weights for. */
export function kindsOf(relations: readonly WordEdge[]): string[] {
  const kinds = [...new Set(relations.map(({ relation }) => relation))].sort();
  if (kinds.length > MOST_KINDS) throw new RangeError(`expected at most ${MOST_KINDS} kinds of relations, got ${kinds.length}, such as ${kinds.slice(0, 3).map((kind) => JSON.stringify(kind)).join(", ")}; join those that mean the like`);
  return kinds;
}

export class RelationGraph {
  /** Of relations. */
  readonly kinds: readonly string[];
  /** Edges by the words of either end. */
  private readonly byConcept = new Map<string, WordEdge[]>();
  /** Most words of a concept's name. */
  private readonly longest: number;

  /** `kinds`: those a model knows; default those there are. Throws a `RangeError` for a relation of another kind, and for a concept without words. */
  constructor(relations: readonly WordEdge[], kinds: readonly string[] = kindsOf(relations)) {
    this.kinds = kinds;
    const known = new Set(kinds);
    let longest = 0;
    relations.forEach((edge, i) => {
      const { from, relation, to } = edge;
      if (!known.has(relation)) throw new RangeError(`relation ${i}: expected one of ${kinds.join(", ")}, got ${JSON.stringify(relation)}`);
      for (const name of new Set([from, to].map(keyOf))) {
        if (name === "") throw new RangeError(`relation ${i}: expected two concepts with words, got ${JSON.stringify(from)} and ${JSON.stringify(to)}`);
        const edges = this.byConcept.get(name);
        if (edges === undefined) this.byConcept.set(name, [edge]);
        else if (edges.length < MOST_EDGES) edges.push(edge);
        longest = Math.max(longest, name.split(" ").length);
      }
    });
    this.longest = longest;
  }

  /** Edges within two steps of the choice and one of what the question names; ends that are the choice in other letters are spelled as it is. */
  around(question: string, choice: string): readonly WordEdge[] {
    const found = new Set([...this.within(keyOf(choice), HOPS.choice), ...this.namedIn(question).flatMap((name) => this.within(name, HOPS.named))]);
    const spelled = (name: string): string => (keyOf(name) === keyOf(choice) ? choice : name);
    return [...found].map(({ from, relation, to }) => ({ from: spelled(from), relation, to: spelled(to) }));
  }

  private namedIn(question: string): string[] {
    const words = normalisedWords(question);
    const spans = words.flatMap((_, start) => Array.from({ length: Math.min(this.longest, words.length - start) }, (_each, i) => words.slice(start, start + i + 1).join(" ")));
    return spans.filter((span) => this.byConcept.has(span));
  }

  private within(start: string, hops: number): WordEdge[] {
    const edges = new Set<WordEdge>();
    let front = [start];
    const seen = new Set(front);
    for (let hop = 0; hop < hops; hop++) {
      const own = front.flatMap((name) => this.byConcept.get(name) ?? []);
      for (const edge of own) edges.add(edge);
      front = own.flatMap(({ from, to }) => [keyOf(from), keyOf(to)]).filter((name) => !seen.has(name));
      for (const name of front) seen.add(name);
    }
    return [...edges];
  }
}
