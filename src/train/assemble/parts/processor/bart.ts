/** Sources with one mask for each hidden span, targets with the whole text: text infilling (BART, arXiv 1910.13461). */
import { corruptSpans } from "../../../../data/index.ts";
import { processorPart } from "../../part.ts";
import { windowOf } from "../../windows.ts";

export default processorPart({
  name: "bart",
  description: "pieces of documents with spans hidden behind one mask each; the target is the whole piece",
  task: "texts",
  gives: ["target"],
  example({ random, corpus, index, room, targetRoom, tokenizer: { sentinels, special } }) {
    const piece = windowOf(random, corpus.documents[index] ?? [], Math.min(room, targetRoom));
    if (special.mask === undefined) throw new RangeError("data_processor bart: the tokenizer has no mask token; train one that has");
    const marks = new Set(sentinels);
    const { source } = corruptSpans(random, piece, sentinels, { rate: 0.3 });
    return { a: source.map((id) => (marks.has(id) ? (special.mask as number) : id)), target: piece };
  },
});
