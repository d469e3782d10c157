/** Rows with classes. */
import { processorPart } from "../../part.ts";
import { labelledExample } from "../../windows.ts";

export default processorPart({
  name: "cls_mlm",
  description: "labelled texts whose words are masked too",
  task: "labelled",
  gives: ["classes"],
  example: labelledExample,
});
