/** Optimizers: update rules on a common frame. */
export { Adafactor } from "./adafactor.ts";
export type { AdafactorOptions } from "./adafactor.ts";
export { Adam, AdamW } from "./adam.ts";
export type { AdamConstants, AdamOptions } from "./adam.ts";
export { CmaEs } from "./cma-es.ts";
export type { CmaEsOptions } from "./cma-es.ts";
export { Lamb } from "./lamb.ts";
export { Muon, orthogonalize } from "./muon.ts";
export type { MuonOptions } from "./muon.ts";
export { Optimizer } from "./optimizer.ts";
export type { OptimizerOptions } from "./optimizer.ts";
export { Sgd } from "./sgd.ts";
export type { SgdOptions } from "./sgd.ts";
export type { Target, Update, UpdateContext, UpdateRule } from "./update-rule.ts";
