/** Where a browser finds the files of onnxruntime-web. Set before the first program is compiled. */

let path: string | undefined;

/**
 * Address of the directory that holds the files of onnxruntime-web's `dist` (`.mjs` and `.wasm`), with a slash at its
 * end. Without it they are looked for beside the bundle.
 */
export function setWasmPath(directory: string): void {
  if (!directory.endsWith("/")) throw new RangeError(`setWasmPath: expected the address of a directory, ending in "/", got "${directory}"`);
  path = directory;
}

export const wasmPath = (): string | undefined => path;
