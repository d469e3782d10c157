/** Reprise: papers that run. The public surface, floor by floor; each is also a path of its own, such as `reprise/engine`. */
export * as data from "./data/index.ts";
export * as engine from "./engine/index.ts";
export * as lab from "./lab/index.ts";
export * as nn from "./nn/index.ts";
export * as objectives from "./objectives/index.ts";
export * as train from "./train/index.ts";
