/** Pairs of texts, one to be read and one to be written: translation, summaries, answers. */
import { processorPart } from "../../part.ts";
import { wholeOf } from "../../windows.ts";

export default processorPart({
  name: "mt",
  description: "pairs of texts; the second is written",
  task: "pairs",
  gives: ["target"],
  example: ({ corpus, index, room, targetRoom }) => ({ a: wholeOf(corpus.documents[index] ?? []).slice(0, room), target: (corpus.targets?.[index] ?? new Int32Array()).slice(0, targetRoom) }),
});
