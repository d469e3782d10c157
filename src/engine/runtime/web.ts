/** onnxruntime-web: WebAssembly in Node and in browsers, WebGPU in browsers that have it. */
import * as ort from "onnxruntime-web";
import type { Backend, Device, RuntimeTensor } from "./backend.ts";

/** wasm32 can address 4 GiB, of which some is code and stack. */
const WASM_MEMORY_LIMIT = 3.5 * 2 ** 30;

export function webBackend(device: Device): Backend {
  return {
    device,
    writesIntoFetches: false,
    lowering: "fast",
    memoryLimit: WASM_MEMORY_LIMIT,
    tensor: ({ data, shape, dtype }) => new ort.Tensor(dtype, data as never, shape) as unknown as RuntimeTensor,
    async createSession(model, { threads }) {
      if (threads !== undefined) ort.env.wasm.numThreads = threads;
      const session = await ort.InferenceSession.create(model, { executionProviders: [device === "webgpu" ? "webgpu" : "wasm"], graphOptimizationLevel: "all", logSeverityLevel: 3 });
      return {
        async run({ feeds, fetches }) {
          return (await session.run(feeds as never, Object.keys(fetches))) as unknown as Record<string, RuntimeTensor>;
        },
        release: () => session.release(),
      };
    },
  };
}
