/** Modules: what models are built from. */
export * as init from "./init.ts";
export { Linear } from "./linear.ts";
export type { LinearOptions } from "./linear.ts";
export { EVALUATE, Module, nameTree } from "./module.ts";
export type { Mode, RandomSource } from "./module.ts";
