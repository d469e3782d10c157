/** The command as a process: signals in, exit code out. */
import { EXIT } from "./exit-codes.ts";
import type { CliPorts } from "./ports.ts";
import { main, READER_GONE } from "./program.ts";
import { packageHome } from "../lab/node/provenance.ts";
import { TerminalProgress } from "../lab/node/terminal-progress.ts";

/** Runs the command line of this process over a catalogue and its systems. A second signal stops at once. */
export async function runProcess({ catalogue, systems }: Pick<CliPorts, "catalogue" | "systems">): Promise<void> {
  const controller = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      if (controller.signal.aborted) process.exit(signal === "SIGINT" ? EXIT.interrupted : EXIT.terminated);
      controller.abort(signal);
    });
  }
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") return controller.abort(READER_GONE); // the reader, such as `head`, has seen enough
    process.stderr.write(`reprise: cannot write to stdout: ${error.message}\n`);
    process.exit(EXIT.failure);
  });
  process.exitCode = await main(process.argv.slice(2), {
    catalogue,
    systems,
    home: await packageHome(),
    out: (text) => process.stdout.write(text),
    error: (text) => process.stderr.write(text),
    progress: () => new TerminalProgress(),
    signal: controller.signal,
  });
}
