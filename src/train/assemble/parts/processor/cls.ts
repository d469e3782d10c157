/** Rows with classes. */
import { processorPart } from "../../part.ts";
import { wholeOf } from "../../windows.ts";

export default processorPart({
  name: "cls",
  description: "labelled texts, from their beginning",
  task: "labelled",
  gives: ["classes"],
  example: ({ corpus, index, room }) => ({ a: wholeOf(corpus.documents[index] ?? []).slice(0, room), label: corpus.labels?.[index] ?? 0 }),
});
