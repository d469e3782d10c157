/** Rows with classes. */
import { processorPart } from "../../part.ts";
import { wholeOf } from "../../windows.ts";

export default processorPart({
  name: "cls_mlm",
  description: "labelled texts whose words are masked too",
  task: "labelled",
  gives: ["classes"],
  example: ({ corpus, index, room }) => ({ a: wholeOf(corpus.documents[index] ?? []).slice(0, room), label: corpus.labels?.[index] ?? 0 }),
});
