/** Sources without their most telling sentence, targets with it (PEGASUS, arXiv 1912.08777). */
import { processorPart } from "../../part.ts";
import { wholeOf, windowOf } from "../../windows.ts";

/** Share of a sentence's different words that the rest has too. */
function overlap(sentence: Int32Array, rest: ReadonlySet<number>): number {
  const own = new Set(sentence);
  return own.size === 0 ? 0 : [...own].filter((id) => rest.has(id)).length / own.size;
}

export default processorPart({
  name: "gsg",
  description: "documents without the sentence that shares most words with the others; the target is that sentence",
  task: "texts",
  gives: ["target"],
  example({ random, corpus, index, room, targetRoom, tokenizer: { special } }) {
    const document = corpus.documents[index] ?? [];
    if (document.length < 2) {
      const piece = windowOf(random, document, room);
      return { a: piece.slice(0, piece.length >> 1), target: piece.slice(piece.length >> 1, (piece.length >> 1) + targetRoom) };
    }
    const scores = document.map((sentence, i) => overlap(sentence, new Set(document.flatMap((other, j) => (j === i ? [] : [...other])))));
    const chosen = scores.indexOf(Math.max(...scores));
    const mark = special.mask === undefined ? [] : [special.mask];
    return { a: wholeOf(document.map((sentence, i) => (i === chosen ? Int32Array.from(mark) : sentence))).slice(0, room), target: (document[chosen] as Int32Array).slice(0, targetRoom) };
  },
});
