import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["scripts/generate-registry.mjs"],
    pool: "forks",
    maxWorkers: 2,
    // worker threads load the TypeScript sources themselves
    execArgv: ["--import", "./test/data/support/typescript-hooks.mjs"],
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
