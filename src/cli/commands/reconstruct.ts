/** `reprise reconstruct DIR`: hidden patches of a picture filled in, as a PNG file. */
import type { CliPorts } from "../ports.ts";
import { maskOf, withModel, writeFilled } from "./model-options.ts";
import type { MaskOptions } from "./model-options.ts";
import { reconstruct as fillPicture } from "../../tasks/index.ts";

export interface ReconstructCommandOptions extends MaskOptions {
  readonly image: string;
  readonly out: string;
  readonly device?: string;
  readonly json?: boolean;
}

const USUAL_RATIO = 0.75;

export async function reconstruct(ports: CliPorts, directory: string, { image, out, device, json = false, ...mask }: ReconstructCommandOptions): Promise<void> {
  const hide = maskOf(mask, USUAL_RATIO);
  await writeFilled(ports, out, await withModel(ports, directory, device, (model) => fillPicture(model, image, hide)), json);
}
