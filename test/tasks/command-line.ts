/** The command in this process, as tests call it. */
import { main } from "../../src/cli/program.ts";
import { SILENT } from "../../src/lab/progress.ts";
import { CATALOGUE } from "../../src/papers/catalogue/catalogue.ts";
import { SYSTEMS } from "../../src/systems/registry.ts";

export interface Answer {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

/** Runs the words of a command; messages go to `error`, bars nowhere. */
export function commandLine(directory: string): (...words: string[]) => Promise<Answer> {
  return async (...words) => {
    const text = { out: "", error: "" };
    const code = await main(words, {
      catalogue: CATALOGUE,
      systems: SYSTEMS,
      home: { directory, version: "1.2.3", cloned: false },
      out: (chunk) => (text.out += chunk),
      error: (chunk) => (text.error += chunk),
      progress: () => ({ ...SILENT, message: (line) => (text.error += `${line}\n`) }),
      signal: new AbortController().signal,
    });
    return { code, ...text };
  };
}
