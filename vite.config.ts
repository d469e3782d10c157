/**
 * Builds the explorer's pages twice from one source: `vite build` for browsers (dist/web/client) and
 * `vite build --ssr web/render.tsx` for the server (dist/web/server).
 */
import { defineConfig } from "vite";

export default defineConfig(({ isSsrBuild = false }) => ({
  root: import.meta.dirname,
  base: "./", // the same files serve the explorer at its root and a static site below any path
  publicDir: false,
  // Tabs train on WebAssembly alone: without this, the runtime for WebGPU, 27 MB, would be copied beside it.
  resolve: { alias: { "onnxruntime-web/webgpu": "onnxruntime-web/wasm" } },
  worker: { format: "es", rolldownOptions: { checks: { importIsUndefined: false } } }, // wavefile is a module of both kinds, and its reader here asks which
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: isSsrBuild ? "dist/web/server" : "dist/web/client",
    emptyOutDir: true,
    target: "es2022",
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    manifest: isSsrBuild ? false : "manifest.json",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { input: isSsrBuild ? "web/render.tsx" : "web/entry.ts", checks: { pluginTimings: false } },
    reportCompressedSize: false,
  },
  logLevel: "warn",
}));
