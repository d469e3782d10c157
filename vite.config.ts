/**
 * Builds the explorer's pages twice from one source: `vite build` for browsers (dist/web/client) and
 * `vite build --ssr web/render.tsx` for the server (dist/web/server).
 */
import { defineConfig } from "vite";

export default defineConfig(({ isSsrBuild = false }) => ({
  root: import.meta.dirname,
  base: "./", // the same files serve the explorer at its root and a static site below any path
  publicDir: false,
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: isSsrBuild ? "dist/web/server" : "dist/web/client",
    emptyOutDir: true,
    target: "es2022",
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    manifest: isSsrBuild ? false : "manifest.json",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { input: isSsrBuild ? "web/render.tsx" : "web/entry.ts" },
    reportCompressedSize: false,
  },
  logLevel: "warn",
}));
