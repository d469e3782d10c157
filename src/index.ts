/** Reprise: papers that run. The public surface, floor by floor. */
export {};
