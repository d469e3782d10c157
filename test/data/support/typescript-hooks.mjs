/**
 * Lets plain Node load the TypeScript sources, for worker threads and child processes that tests start:
 * `node --import ./test/data/support/typescript-hooks.mjs file.ts`. Node 22.18 and later need no help.
 */
import { register } from "node:module";

if (!process.features.typescript) register("./typescript-loader.mjs", import.meta.url);
