/** Child processes that run a TypeScript file of the tests. */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";

const HOOKS = fileURLToPath(import.meta.resolve("tsx"));

export interface TestChild {
  readonly process: ChildProcess;
  /** What it has printed so far. */
  printed(): string;
  /** Resolves when it has printed `text`; rejects with what it said when it ends before. */
  says(text: string): Promise<void>;
  /** Sends a signal and waits for the end; gives the exit code, null if a signal ended it. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

/** Runs `file` (a URL) with `words` as arguments. It dies with this process. */
export function startChild(file: URL, words: readonly string[] = [], environment: Readonly<Record<string, string>> = {}): TestChild {
  const child = spawn(process.execPath, ["--import", HOOKS, fileURLToPath(file), ...words], { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, NODE_OPTIONS: "", ...environment } });
  const killed = (): void => void child.kill("SIGKILL");
  process.once("exit", killed);
  let out = "";
  let complaints = "";
  child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (complaints += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve)).finally(() => process.off("exit", killed));
  return {
    process: child,
    printed: () => out,
    says: (text) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (out.includes(text)) resolve();
        };
        child.stdout.on("data", look);
        look();
        void ended.then((code) => reject(new Error(`the process ended with ${code} before it said "${text}":\n${out}${complaints}`)));
      }),
    async end(signal) {
      child.kill(signal);
      return ended;
    },
  };
}
