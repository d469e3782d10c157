/**
 * Long run: trains a small attention model and prints resident memory on the way; ends with an error when it grows.
 *
 *     node --import tsx scripts/soak.mjs [steps = 10000] [device = cpu]
 */
import { attentionTraining } from "../test/browser/attention-training.ts";
import { residentMiB } from "../test/engine/memory.ts";

const steps = Number(process.argv[2] ?? 10_000);
const device = process.argv[3] ?? "cpu";
// WebAssembly is compiled again while it runs and takes its memory in large pieces: it settles later.
const allowed = device === "cpu" ? 10 : 64;
const training = attentionTraining({ device });
// Allocators and compilers settle during the first tenth.
const settled = Math.ceil(steps / 10);
const samples = [];
for (let i = 1; i <= steps; i++) {
  const loss = await training.step(i);
  if (i % settled === 0) {
    samples.push(residentMiB());
    process.stdout.write(`step ${i}: loss ${loss.toFixed(4)}, resident ${samples.at(-1).toFixed(1)} MiB\n`);
  }
}
await training.release();
const growth = Math.max(...samples) - samples[0];
process.stdout.write(`growth after the first tenth: ${growth.toFixed(1)} MiB\n`);
if (growth > allowed) {
  process.stderr.write(`soak: memory grew by ${growth.toFixed(1)} MiB, allowed are ${allowed}\n`);
  process.exitCode = 1;
}
