/** How long a large step takes from TypeScript to a session that has run once. */
import { maskedLmStep } from "./masked-lm.mjs";
import { SHAPES } from "./shapes.mjs";

/** A deep, narrow masked-LM step of about 3,000 nodes, so that graph work and not arithmetic is measured. */
export async function compileTime() {
  const { step, inputs } = maskedLmStep({ threads: 2 }, { ...SHAPES, layers: 20, width: 32, heads: 2, hidden: 64, vocabulary: 64, length: 8, batch: 2 });
  const started = performance.now();
  const { nodes } = step.explain(...inputs.map((input) => ({ ...input, data: input.data.map((id) => id % 64) })));
  const traceMs = performance.now() - started;
  const before = performance.now();
  await step(...inputs.map((input) => ({ ...input, data: input.data.map((id) => id % 64) })));
  const totalMs = performance.now() - before;
  await step.release();
  return { nodes, traceMs, totalMs };
}
