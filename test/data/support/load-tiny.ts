/** Child process: loads the tiny source with the integrity and size given, and prints what it got. */
import { tinySource } from "./tiny-source.ts";

const [integrity, bytes] = process.argv.slice(2) as [string, string];
console.log(JSON.stringify(await tinySource(integrity, Number(bytes)).load()));
