/** The command with all papers and systems in this process, as tests call it. */
import { commandLine as run } from "../cli/support/command-line.ts";
import type { WrittenText } from "../cli/support/command-line.ts";
import { CATALOGUE } from "../../src/papers/catalogue/catalogue.ts";
import { SYSTEMS } from "../../src/systems/registry.ts";

export type Answer = WrittenText & { readonly code: number };

/** Runs the words of a command; bars go nowhere, messages to `error`. */
export const commandLine =
  (directory: string) =>
  (...words: string[]): Promise<Answer> =>
    run(words, directory, { catalogue: CATALOGUE, systems: SYSTEMS });
