/** Sources with sentinels for hidden spans, targets that spell them out (T5, arXiv 1910.10683). */
import { corruptSpans } from "../../../../data/index.ts";
import { processorPart } from "../../part.ts";
import { windowOf } from "../../windows.ts";

export default processorPart({
  name: "t5",
  description: "pieces of documents with hidden spans; the target spells them out",
  task: "texts",
  gives: ["target"],
  example({ random, corpus, index, room, targetRoom, tokenizer }) {
    const piece = windowOf(random, corpus.documents[index] ?? [], room);
    const { source, target } = corruptSpans(random, piece, tokenizer.sentinels);
    return { a: source, target: target.slice(0, targetRoom) };
  },
});
