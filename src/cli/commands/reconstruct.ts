/** `reprise reconstruct DIR`: hidden patches of a picture filled in, as a PNG file. */
import { UsageError } from "../errors.ts";
import { printJson } from "../ports.ts";
import type { CliPorts } from "../ports.ts";
import { withModel, writePicture } from "./model-options.ts";
import { reconstruct as fillPicture } from "../../tasks/index.ts";
import type { PatchMask } from "../../tasks/index.ts";

export interface ReconstructCommandOptions {
  readonly image: string;
  readonly out: string;
  readonly hide?: readonly number[];
  readonly ratio?: number;
  readonly seed?: number;
  readonly device?: string;
  readonly json?: boolean;
}

const DEFAULT_RATIO = 0.75;

export async function reconstruct(ports: CliPorts, directory: string, options: ReconstructCommandOptions): Promise<void> {
  const { image, out, device, json = false } = options;
  const mask = maskOf(options);
  const { picture, hidden, grid, cost } = await withModel(ports, directory, device, (model) => fillPicture(model, image, mask));
  await writePicture(out, picture);
  if (json) printJson(ports, { out, width: picture.width, height: picture.height, grid, hidden: Array.from(hidden), seconds: cost.seconds });
  else ports.out(`${hidden.length} of ${grid.rows * grid.columns} patches filled (${grid.rows} rows of ${grid.columns}): ${out}\n`);
}

function maskOf({ hide, ratio, seed }: ReconstructCommandOptions): PatchMask {
  if (hide === undefined) return { ratio: ratio ?? DEFAULT_RATIO, seed };
  if (ratio !== undefined || seed !== undefined) throw new UsageError("--hide names the patches; --ratio and --seed draw them at random; give one or the other");
  return { hide };
}
