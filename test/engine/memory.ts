/** Memory of this process, for tests that nothing leaks. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** Resident memory in MiB after a garbage collection. */
export function residentMiB(): number {
  collect();
  return process.memoryUsage.rss() / 2 ** 20;
}
