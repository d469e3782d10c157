/** Lets the compiled command be started directly; the compiler does not keep file modes. */
import { chmod } from "node:fs/promises";

await chmod(new URL("../dist/cli/main.js", import.meta.url), 0o755);
