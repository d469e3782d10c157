/** A model as it was before changes were put into its linear maps. */
import { Linear } from "../linear.ts";
import type { Module } from "../module.ts";

/** Runs `task` while every Linear below a module is plain: changes are taken out and put back. */
export async function withoutChanges<R>(model: Module, task: () => R | Promise<R>): Promise<R> {
  const changed = [...model.namedModules().values()].flatMap((module) => (module instanceof Linear && module.change !== null ? [{ module, change: module.change }] : []));
  for (const { module } of changed) module.change = null;
  try {
    return await task();
  } finally {
    for (const { module, change } of changed) module.change = change;
  }
}
