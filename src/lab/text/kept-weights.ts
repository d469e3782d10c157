/** Weights that an arm keeps, so that a later arm of the same seed can start from its model or ask it. */
import type { Module } from "../../nn/index.ts";
import { decodeSafetensors, encodeSafetensors } from "../../train/index.ts";
import type { ArmContext } from "../context.ts";

const fileOf = (name: string): string => `weights-${name}.safetensors`;

/** Keeps the weights of a model under a name. */
export const keepWeights = (context: Pick<ArmContext<object>, "artifacts">, name: string, model: Module): Promise<void> => context.artifacts.write(fileOf(name), encodeSafetensors(model.stateDict()));

/** Gives a model the weights an earlier arm kept under the name. Throws when the arm kept none. */
export async function takeWeights<M extends Module>(context: Pick<ArmContext<object>, "artifactsOf">, arm: string, name: string, model: M): Promise<M> {
  const bytes = await context.artifactsOf(arm).read(fileOf(name));
  if (bytes === undefined) throw new Error(`takeWeights: arm "${arm}" kept no weights named "${name}"`);
  model.loadStateDict(decodeSafetensors(bytes, `${arm}: ${name}`).tensors);
  return model;
}
