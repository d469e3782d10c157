/** Protocol between the runner and a contender: JSON lines on standard input and output, so that rounds can be interleaved. */
import { createInterface } from "node:readline";

/** @param {{ prepare: () => Promise<object>, step: () => Promise<number> }} contender `prepare` reports facts, `step` returns the loss. */
export async function serve({ prepare, step }) {
  const say = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);
  try {
    say({ ready: await prepare() });
    for await (const line of createInterface({ input: process.stdin })) {
      const { steps } = JSON.parse(line);
      const milliseconds = [];
      let loss = NaN;
      for (let i = 0; i < steps; i++) {
        const start = performance.now();
        loss = await step();
        milliseconds.push(performance.now() - start);
      }
      say({ milliseconds, loss, memory: process.memoryUsage.rss() });
    }
  } catch (error) {
    say({ error: String(error?.stack ?? error) });
    process.exitCode = 1;
  }
  process.exit();
}
