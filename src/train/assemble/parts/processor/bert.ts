/** Rows of two segments; half of the second ones come from another document (BERT, arXiv 1810.04805). */
import { drawSegmentPair } from "../../../../data/index.ts";
import { processorPart } from "../../part.ts";

export default processorPart({
  name: "bert",
  description: "two segments of a document; half of the second ones from another",
  task: "texts",
  gives: ["follows"],
  paired: true,
  example: ({ random, corpus, index, room }) => drawSegmentPair(random, corpus.documents, index, { room, foreign: 0.5 }),
});
