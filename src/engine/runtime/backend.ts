/** The port between compiled graphs and an onnxruntime build. One small file per build implements it. */
import type { HostArray } from "../host-array.ts";
import type { Lowering } from "../onnx/emitter.ts";

export type Device = "cpu" | "wasm" | "webgpu" | "cuda" | "dml" | "coreml";
export const DEVICES: readonly Device[] = ["cpu", "wasm", "webgpu", "cuda", "dml", "coreml"];

/** A tensor of the runtime, its data in host memory. Structurally the tensor of onnxruntime-common. */
export interface RuntimeTensor {
  readonly type: string;
  readonly dims: readonly number[];
  readonly data: unknown;
}

export interface RunRequest {
  readonly feeds: Readonly<Record<string, RuntimeTensor>>;
  /** Outputs wanted; a tensor is a buffer to write into, null lets the runtime allocate. */
  readonly fetches: Readonly<Record<string, RuntimeTensor | null>>;
}

export interface RuntimeSession {
  run(request: RunRequest): Promise<Readonly<Record<string, RuntimeTensor>>>;
  release(): Promise<void>;
}

export interface SessionOptions {
  /** Threads inside one operator; default all cores the process may use. */
  readonly threads?: number;
  /** File prefix for onnxruntime's profile. */
  readonly profile?: string;
}

export interface Backend {
  readonly device: Device;
  /** Whether given output buffers are written in place. onnxruntime-web returns new tensors instead. */
  readonly writesIntoFetches: boolean;
  /** Lowering that suits the build best. */
  readonly lowering: Lowering;
  /** Address space for one session in bytes: what a compiled step may need at most. */
  readonly memoryLimit: number;
  tensor(array: HostArray): RuntimeTensor;
  createSession(model: Uint8Array, options: SessionOptions): Promise<RuntimeSession>;
}
