/** Rows with the class of one of several tasks. */
import { processorPart } from "../../part.ts";
import { labelledExample } from "../../windows.ts";

export default processorPart({
  name: "tasks",
  description: "labelled texts of several tasks, one file each",
  task: "labelled",
  gives: ["classes", "task"],
  example: (context) => ({ ...labelledExample(context), task: context.corpus.tasks?.[context.index] ?? 0 }),
});
