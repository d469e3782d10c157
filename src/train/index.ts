/** Training: optimizers, schedules, parameter groups, moving averages. */
export * from "./optimizers/index.ts";
export { clipFactor, globalNorm, GradientAccumulator, phaseOf, sumOfSquares } from "./gradients.ts";
export type { Phase } from "./gradients.ts";
export { decaysByDefault, layerwiseDecay, resolveGroups } from "./parameter-groups.ts";
export type { LayerwiseDecayOptions, ParameterGroup, TrainedParameter } from "./parameter-groups.ts";
export * as schedules from "./schedules.ts";
export { scheduleValues } from "./schedules.ts";
export type { CurvePoint, CurveShape, Schedule } from "./schedules.ts";
export { Shadow } from "./shadow.ts";
export type { ShadowOptions } from "./shadow.ts";
