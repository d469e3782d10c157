/** onnxruntime-web: WebAssembly in Node and in browsers, WebGPU in browsers that have it. */
import type * as Ort from "onnxruntime-web";
import type { Backend, Device, RuntimeTensor, SessionOptions } from "./backend.ts";
import { wasmPath } from "./web-options.ts";

type Runtime = typeof Ort;

/** wasm32 can address 4 GiB, of which some is code and stack. */
const WASM_MEMORY_LIMIT = 3.5 * 2 ** 30;

export async function webBackend(device: Device): Promise<Backend> {
  if (device === "webgpu") await requireWebGpu();
  // Both imports are literal, so that a bundler leaves each build in a file of its own.
  const ort: Runtime = device === "webgpu" ? await import("onnxruntime-web/webgpu") : await import("onnxruntime-web");
  ort.env.logLevel = "error";
  const configure = configuration(ort);
  return {
    device,
    writesIntoFetches: false,
    lowering: "fast",
    memoryLimit: WASM_MEMORY_LIMIT,
    tensor: ({ data, shape, dtype }) => new ort.Tensor(dtype, data as never, shape) as unknown as RuntimeTensor,
    async createSession(model, options) {
      configure(options);
      const session = await ort.InferenceSession.create(model, { executionProviders: [device], graphOptimizationLevel: "all", logSeverityLevel: 3 });
      return {
        async run({ feeds, fetches }) {
          return (await session.run(feeds as never, Object.keys(fetches))) as unknown as Record<string, RuntimeTensor>;
        },
        release: () => session.release(),
      };
    },
  };
}

async function requireWebGpu(): Promise<void> {
  const { gpu } = navigator as { readonly gpu?: { requestAdapter(): Promise<object | null> } };
  if (gpu === undefined || (await gpu.requestAdapter()) === null) throw new Error('device "webgpu": this browser offers no WebGPU; choose "wasm"');
}

/** Applies the options of the first session, which starts the module; later ones must agree with them. */
function configuration(ort: Runtime): (options: SessionOptions) => void {
  let started: { readonly threads: number | undefined } | undefined;
  return ({ threads, profile }) => {
    if (profile !== undefined) throw new Error("profile: onnxruntime-web writes no profile; use a native device such as cpu");
    if (started !== undefined) {
      if (threads !== undefined && threads !== started.threads) throw new Error(`threads: the WebAssembly module started with ${started.threads ?? "its own choice of"} threads and cannot change to ${threads}; ask for them in the first compiled call`);
      return;
    }
    started = { threads };
    // Threads share memory, which a page may only do when it is isolated from other origins; one thread works everywhere.
    const shared = !("crossOriginIsolated" in globalThis) || globalThis.crossOriginIsolated;
    if (threads !== undefined) ort.env.wasm.numThreads = shared ? threads : 1;
    const directory = wasmPath();
    if (directory !== undefined) ort.env.wasm.wasmPaths = directory;
  };
}
