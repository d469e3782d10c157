/** Runs `killed-run.ts` again and again, killing it with SIGKILL at random moments, until it ends by itself. */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { RandomStream } from "../../../src/engine/index.ts";

const SCRIPT = fileURLToPath(new URL("killed-run.ts", import.meta.url));

export interface KilledRun {
  readonly kills: number;
  /** The bits printed at the end. */
  readonly bits: string;
  /** Steps that each process began with. */
  readonly starts: readonly number[];
}

/** Each of `kills` processes is killed a random time after a random one of its steps; the last one is left to finish. */
export async function runWithKills(directory: string, steps: number, kills: number, random: RandomStream): Promise<KilledRun> {
  const starts: number[] = [];
  for (let kill = 0; ; kill++) {
    const { output, killed } = await runOnce(directory, steps, kill < kills ? { afterSteps: 1 + random.integer(Math.ceil(steps / (kills + 1)) + 2), delay: random.uniform(0, 12) } : null);
    const first = /^step (\d+)$/m.exec(output)?.[1];
    if (first !== undefined) starts.push(Number(first));
    if (!killed) return { kills: kill, bits: output.slice(output.indexOf("bits\n") + 5), starts };
  }
}

function runOnce(directory: string, steps: number, kill: { readonly afterSteps: number; readonly delay: number } | null): Promise<{ readonly output: string; readonly killed: boolean }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ["--import", "tsx", SCRIPT, directory, String(steps)], { stdio: ["ignore", "pipe", "inherit"] });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      if (kill !== null && (output.match(/^step /gm)?.length ?? 0) >= kill.afterSteps) {
        kill = { ...kill, afterSteps: Infinity };
        setTimeout(() => child.kill("SIGKILL"), kill.delay);
      }
    });
    child.on("error", reject);
    child.on("close", (code, signal) => {
      if (signal === "SIGKILL") resolve({ output, killed: true });
      else if (code === 0) resolve({ output, killed: false });
      else reject(new Error(`killed-run.ts ended with code ${code}: ${output.slice(-500)}`));
    });
  });
}
