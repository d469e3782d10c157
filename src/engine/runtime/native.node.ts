/** onnxruntime-node: CPU everywhere, and the GPU providers the installed build was made with. */
import { totalmem } from "node:os";
import * as ort from "onnxruntime-node";
import type { TypedArray } from "../dtype.ts";
import type { Backend, Device, RuntimeTensor } from "./backend.ts";

type Provider = "cpu" | "cuda" | "dml" | "coreml" | "webgpu";

export function nativeBackend(device: Device): Backend {
  const provider = device as Provider;
  return {
    device,
    writesIntoFetches: true,
    lowering: "fast",
    memoryLimit: totalmem(),
    tensor: ({ data, shape, dtype }) => new ort.Tensor(dtype, data as never, shape) as unknown as RuntimeTensor,
    async createSession(model, { threads, profile }) {
      const creating = ort.InferenceSession.create(model, {
        executionProviders: [provider],
        graphOptimizationLevel: "all",
        logSeverityLevel: 3,
        ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
        ...(profile === undefined ? {} : { enableProfiling: true, profileFilePrefix: profile }),
      });
      const session = await creating.catch((error: unknown) => {
        if (provider === "cpu") throw error;
        throw new Error(`device "${device}" cannot be used here: ${error instanceof Error ? error.message.trim() : String(error)}; choose another one, such as cpu`, { cause: error });
      });
      return {
        async run({ feeds, fetches }) {
          return (await session.run(feeds as never, fetches as never)) as unknown as Record<string, RuntimeTensor & { readonly data: TypedArray }>;
        },
        async release() {
          if (profile !== undefined) session.endProfiling();
          await session.release();
        },
      };
    },
  };
}
