/** Encodes the papers of a directory, slowly, and says how many it has stored. Arguments: the directory. */
import { setTimeout as delay } from "node:timers/promises";
import { encodePapers } from "../../../src/papers/search/encode-papers.ts";
import { openDatabase } from "../../../src/papers/store/open.ts";
import { wordEncoder } from "./support/models.ts";

const encoder = wordEncoder();
const slow = {
  ...encoder,
  async encode(texts: readonly string[], role: "query" | "document") {
    await delay(50);
    return encoder.encode(texts, role);
  },
};
const database = await openDatabase({ directory: process.argv[2] as string });
await encodePapers(database, slow, { batch: 5, onProgress: ({ papers }) => process.stdout.write(`stored ${papers};`) });
