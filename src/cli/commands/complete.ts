/** `reprise complete DIR`: hidden patches of a picture filled in with the help of another view, as a PNG file. */
import type { CliPorts } from "../ports.ts";
import { maskOf, withModel, writeFilled } from "./model-options.ts";
import type { ReconstructCommandOptions } from "./reconstruct.ts";
import { complete as completePicture } from "../../tasks/index.ts";

export interface CompleteCommandOptions extends ReconstructCommandOptions {
  readonly other: string;
}

const USUAL_RATIO = 0.9;

export async function complete(ports: CliPorts, directory: string, { image, other, out, device, json = false, ...mask }: CompleteCommandOptions): Promise<void> {
  const hide = maskOf(mask, USUAL_RATIO);
  await writeFilled(ports, out, await withModel(ports, directory, device, (model) => completePicture(model, image, other, hide)), json);
}
