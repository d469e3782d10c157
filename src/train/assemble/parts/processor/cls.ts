/** Rows with classes. */
import { processorPart } from "../../part.ts";
import { labelledExample } from "../../windows.ts";

export default processorPart({
  name: "cls",
  description: "labelled texts, from their beginning",
  task: "labelled",
  gives: ["classes"],
  example: labelledExample,
});
