/** Rows of a prefix, segment 1, and what follows it, segment 2. */
import { processorPart } from "../../part.ts";
import { windowOf } from "../../windows.ts";

export default processorPart({
  name: "prefixlm",
  description: "pieces of documents, cut at a random place into prefix and continuation",
  task: "texts",
  gives: [],
  paired: true,
  example({ random, corpus, index, room }) {
    const piece = windowOf(random, corpus.documents[index] ?? [], room);
    const cut = 1 + random.integer(Math.max(1, piece.length - 1));
    return { a: piece.slice(0, cut), b: piece.slice(cut) };
  },
});
