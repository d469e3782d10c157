/** A graph of relations between concepts, and what of it lies around a question and one of its choices. */
import { normalisedWords } from "../../data/dedupe.ts";
import type { WordEdge } from "../../lab/text/index.ts";
import { RELATIONS } from "./eee-qa-graph.ts";

/** Steps from a choice, and from what the question names. */
const HOPS = { choice: 2, named: 1 } as const;

const keyOf = (name: string): string => normalisedWords(name).join(" ");

export class RelationGraph {
  /** Edges by the words of either end. */
  private readonly byConcept = new Map<string, WordEdge[]>();
  /** Most words of a concept's name. */
  private readonly longest: number;

  /** Throws a `RangeError` for a relation of an unknown kind, and for a concept without words. */
  constructor(relations: readonly WordEdge[]) {
    let longest = 0;
    relations.forEach((edge, i) => {
      const { from, relation, to } = edge;
      if (!(RELATIONS as readonly string[]).includes(relation)) throw new RangeError(`relation ${i}: expected one of ${RELATIONS.join(", ")}, got ${JSON.stringify(relation)}`);
      for (const name of new Set([from, to].map(keyOf))) {
        if (name === "") throw new RangeError(`relation ${i}: expected two concepts with words, got ${JSON.stringify(from)} and ${JSON.stringify(to)}`);
        this.byConcept.set(name, [...(this.byConcept.get(name) ?? []), edge]);
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
