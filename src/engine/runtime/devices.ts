/** Choice of the device: an option, else REPRISE_DEVICE, else the CPU in Node and WebAssembly in a browser. */
import { DEVICES } from "./backend.ts";
import type { Backend, Device } from "./backend.ts";

/** Threads inside one operator: REPRISE_THREADS, for machines shared with other work; undefined leaves it to onnxruntime. */
export function defaultThreads(): number | undefined {
  const text = environment()["REPRISE_THREADS"];
  if (text === undefined || text === "") return undefined;
  const threads = Number(text);
  if (!Number.isInteger(threads) || threads < 1) throw new Error(`REPRISE_THREADS: expected a whole number >= 1, got "${text}"`);
  return threads;
}

const loaded = new Map<Device, Promise<Backend>>();

const environment = (): Record<string, string | undefined> => (typeof process === "undefined" ? {} : (process.env ?? {}));
const inNode = (): boolean => typeof process !== "undefined" && process.versions?.node !== undefined;

/** Device for an option that may be left out. Throws on unknown names. */
export function resolveDevice(option?: string): Device {
  const name = option ?? environment()["REPRISE_DEVICE"] ?? (inNode() ? "cpu" : "wasm");
  const device = DEVICES.find((known) => known === name);
  if (device === undefined) throw new Error(`device: unknown name "${name}"; choose one of ${DEVICES.join(", ")}`);
  return device;
}

/** The backend of a device, loaded once. */
export function backendFor(device: Device): Promise<Backend> {
  let backend = loaded.get(device);
  if (backend === undefined) {
    backend = load(device);
    loaded.set(device, backend);
    backend.catch(() => loaded.delete(device));
  }
  return backend;
}

async function load(device: Device): Promise<Backend> {
  if (device === "wasm" || (device === "webgpu" && !inNode())) return (await import("./web.ts")).webBackend(device);
  if (!inNode()) throw new Error(`device "${device}" needs Node; a browser has wasm and webgpu`);
  return (await import("./native.node.ts")).nativeBackend(device);
}
