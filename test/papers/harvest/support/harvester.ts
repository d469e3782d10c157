/** A process that harvests arXiv's API at the address of its second argument into the PGlite directory of its first. */
import { harvest, sourceNamed } from "../../../../src/papers/harvest/index.ts";
import { openDatabase } from "../../../../src/papers/store/open.ts";
import { quickFetcher } from "./server.ts";

const [directory = "", base = ""] = process.argv.slice(2);
const database = await openDatabase({ directory });
await harvest(database, quickFetcher(), sourceNamed("arxiv"), { base, pause: 0, pageSize: 5 }, { now: () => new Date("2024-04-01T12:00:00Z"), onPage: ({ pages }) => void process.stdout.write(`page ${pages}\n`) });
await database.close();
process.stdout.write("done\n");
