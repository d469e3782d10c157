/** The command line in this process, with what it writes kept as text. */
import { main } from "../../../src/cli/program.ts";
import type { CliPorts } from "../../../src/cli/ports.ts";
import { SILENT } from "../../../src/lab/progress.ts";

export interface WrittenText {
  out: string;
  error: string;
}

/** Ports that write into `text`, messages of progress among the errors, of a package that lives in `directory` and has no systems. */
export function textPorts(text: WrittenText, directory: string, others: Partial<CliPorts> = {}): CliPorts {
  return {
    catalogue: [],
    systems: {},
    home: { directory, version: "1.2.3", cloned: false },
    out: (chunk) => (text.out += chunk),
    error: (chunk) => (text.error += chunk),
    progress: () => ({ ...SILENT, message: (line) => (text.error += `${line}\n`) }),
    signal: new AbortController().signal,
    ...others,
  };
}

/** Runs `reprise` with these words; gives its exit code and what it wrote. */
export async function commandLine(words: readonly string[], directory: string, others: Partial<CliPorts> = {}): Promise<WrittenText & { readonly code: number }> {
  const text = { out: "", error: "" };
  const code = await main(words, textPorts(text, directory, others));
  return { code, ...text };
}
