/** An ONNX model of any origin as a function of arrays: one session, whatever the sizes of its open axes. */
import type { DType, TypedArray } from "../dtype.ts";
import { hostArray } from "../host-array.ts";
import type { HostArray } from "../host-array.ts";
import { backendFor, defaultThreads, resolveDevice } from "./devices.ts";

export interface OpenModelOptions {
  /** Default `REPRISE_DEVICE`, else the CPU. */
  readonly device?: string;
  /** Threads inside one operator; default `REPRISE_THREADS`, else all cores. */
  readonly threads?: number;
}

export interface OpenModel {
  /** The outputs asked for, by name. Calls may overlap. */
  run(inputs: Readonly<Record<string, HostArray>>, outputs: readonly string[]): Promise<Record<string, HostArray>>;
  /** Frees the session; the model cannot be used again. */
  release(): Promise<void>;
}

/** Opens the bytes of a model, such as `toOnnx` gives. */
export async function openModel(bytes: Uint8Array, { device, threads = defaultThreads() }: OpenModelOptions = {}): Promise<OpenModel> {
  const backend = await backendFor(resolveDevice(device));
  const session = await backend.createSession(bytes, { threads });
  return {
    run: async (inputs, outputs) => {
      const feeds = Object.fromEntries(Object.entries(inputs).map(([name, array]) => [name, backend.tensor(array)]));
      const found = await session.run({ feeds, fetches: Object.fromEntries(outputs.map((name) => [name, null])) });
      return Object.fromEntries(
        outputs.map((name) => {
          const tensor = found[name];
          if (tensor === undefined) throw new Error(`openModel: the model gave no output "${name}"; it gave ${Object.keys(found).join(", ")}`);
          return [name, hostArray(tensor.data as TypedArray, tensor.dims, tensor.type as DType)];
        }),
      );
    },
    release: () => session.release(),
  };
}
