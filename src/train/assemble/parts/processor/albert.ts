/** Rows of two neighbouring segments, half of them in the wrong order (ALBERT, arXiv 1909.11942). */
import { drawSegmentPair } from "../../../../data/index.ts";
import { processorPart } from "../../part.ts";

export default processorPart({
  name: "albert",
  description: "two segments of a document; half of them the wrong way round",
  task: "texts",
  gives: ["follows"],
  paired: true,
  example({ random, corpus, index, room }) {
    const { a, b } = drawSegmentPair(random, corpus.documents, index, { room });
    return random.bernoulli(0.5) ? { a, b, follows: 1 } : { a: b, b: a, follows: 0 };
  },
});
