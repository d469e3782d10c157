/** Rows for masked words: pieces of documents. */
import { processorPart } from "../../part.ts";
import { windowOf } from "../../windows.ts";

export default processorPart({ name: "mlm", description: "pieces of documents", task: "texts", gives: [], example: ({ random, corpus, index, room }) => ({ a: windowOf(random, corpus.documents[index] ?? [], room) }) });
