/** Relations that users give for their questions. */
import { expect, test } from "vitest";
import { trainWordPiece } from "../../../src/data/index.ts";
import { RandomStream } from "../../../src/engine/index.ts";
import { bertEncoder } from "../../../src/lab/text/index.ts";
import { fitAnswerer } from "../../../src/systems/classification/eee-qa-answer.ts";
import { RELATIONS } from "../../../src/systems/classification/eee-qa-graph.ts";
import { kindsOf, RelationGraph } from "../../../src/systems/classification/eee-qa-relations.ts";

const edge = (from: string, relation: string, to: string) => ({ from, relation, to });

test("what lies two steps around a choice and one around what the question names, each edge once", () => {
  const [poodle, dog, animal, car, wheel] = [edge("Poodle", "is a", "small dog"), edge("small dog", "is a", "animal"), edge("animal", "is a", "being"), edge("wheel", "is part of", "car"), edge("tyre", "is part of", "wheel")];
  const graph = new RelationGraph([poodle, dog, animal, car, wheel]);
  // From the choice: poodle - small dog - animal, but not animal - being. Its name is spelled as the choice is.
  expect(graph.around("which is it", "poodle")).toEqual([{ ...poodle, from: "poodle" }, dog]);
  // The question names a car (one step) and a small dog (one step) beside it.
  expect(graph.around("a small dog in a car", "cat")).toEqual([poodle, dog, car]);
  expect(graph.around("nothing known", "nothing")).toEqual([]);
});

test("unknown kinds and concepts without words are refused by their place", () => {
  expect(() => new RelationGraph([edge("a", "is a", "b"), edge("a", "likes", "b")], RELATIONS)).toThrow('relation 1: expected one of is a, is part of, has part, got "likes"');
  expect(kindsOf([edge("a", "likes", "b"), edge("a", "eats", "b"), edge("b", "likes", "a")])).toEqual(["eats", "likes"]);
  expect(() => kindsOf(Array.from({ length: 65 }, (_, i) => edge("a", `kind ${i}`, "b")))).toThrow('expected at most 64 kinds of relations, got 65, such as "kind 0", "kind 1", "kind 10"; join those that mean the like');
  expect(() => new RelationGraph([edge("a", "is a", "!")])).toThrow('relation 0: expected two concepts with words, got "a" and "!"');
});

test("an answerer reads its graph when it learns and when it is asked, as it reads edges that are given by hand", async () => {
  const words = "which word means a dog cat poodle beagle wheel car".split(" ");
  const tokenizer = trainWordPiece(words.flatMap((word) => [word, word, word]), { size: 96 });
  const sizes = { vocabulary: tokenizer.vocabularySize, width: 16, depth: 1, heads: 2, positions: 40 };
  const graph = [edge("poodle", "is a", "dog"), edge("beagle", "is a", "dog")];
  const question = "which word means a dog";
  const examples = ["poodle", "beagle"].flatMap((dog) => ["cat", "wheel", "car"].map((other) => ({ question, choices: [dog, other], answer: 0 })));
  const fit = (given: typeof examples, rest: object) => fitAnswerer({ model: { encoder: bertEncoder({ random: RandomStream.of(1), ...sizes }) } as never, sizes, tokenizer: tokenizer as never }, given, { steps: 6, learningRate: 3e-3, lengths: { question: 8, choice: 3 }, batch: 6, ...rest });
  const known = new RelationGraph(graph);
  const byHand = (choices: readonly string[]) => choices.map((choice) => known.around(question, choice));
  const [read, given] = [await fit(examples, { graph }), await fit(examples.map((example) => ({ ...example, edges: byHand(example.choices) })), {})];
  const choices = ["wheel", "poodle", "car"];
  const { probabilities } = await read.answer(question, choices);
  expect(probabilities).toEqual((await given.answer(question, choices, byHand(choices))).probabilities);
  expect(probabilities).not.toEqual((await given.answer(question, choices)).probabilities);
  for (const answerer of [read, given]) await answerer.release();
});
