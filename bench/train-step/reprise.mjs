/** Reprise as a contender, on the device named by the argument. */
import { maskedLmStep } from "./masked-lm.mjs";
import { serve } from "./worker.mjs";

const device = process.argv[2] ?? "cpu";
const { step, inputs } = maskedLmStep({ device, threads: 2 });

await serve({
  async prepare() {
    const cost = step.explain(...inputs);
    return { device, parameters: cost.parameters, productFlops: cost.flops.products, nodes: cost.nodes };
  },
  async step() {
    return (await step(...inputs)).loss.item();
  },
});
