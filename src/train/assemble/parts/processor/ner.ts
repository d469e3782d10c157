/** Rows with a tag for each word. */
import { processorPart } from "../../part.ts";
import { wholeOf } from "../../windows.ts";

export default processorPart({
  name: "ner",
  description: "texts whose words have tags, from their beginning",
  task: "tagged",
  gives: ["tags"],
  example: ({ corpus, index, room }) => ({ a: wholeOf(corpus.documents[index] ?? []).slice(0, room), tags: corpus.tags?.[index]?.slice(0, room) }),
});
