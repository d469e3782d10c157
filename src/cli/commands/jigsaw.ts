/** `reprise jigsaw DIR`: the shuffled tiles of a picture put in place, as a PNG file. */
import { UsageError } from "../errors.ts";
import { printJson } from "../ports.ts";
import type { CliPorts } from "../ports.ts";
import { withModel, writePicture } from "./model-options.ts";
import { jigsaw as solve } from "../../tasks/index.ts";

export interface JigsawCommandOptions {
  readonly image: string;
  readonly out: string;
  readonly shuffled?: boolean;
  readonly seed?: number;
  readonly keep?: string;
  readonly device?: string;
  readonly json?: boolean;
}

export async function jigsaw(ports: CliPorts, directory: string, { image, out, shuffled = false, seed, keep, device, json = false }: JigsawCommandOptions): Promise<void> {
  if (shuffled && seed !== undefined) throw new UsageError("--seed shuffles the tiles; with --shuffled they are shuffled already; give one or the other");
  const solved = await withModel(ports, directory, device, (model) => solve(model, image, { shuffled, seed }));
  const { picture, places, right, grid, cost } = solved;
  await writePicture(out, picture);
  if (keep !== undefined) await writePicture(keep, solved.shuffled);
  if (json) return printJson(ports, { out, width: picture.width, height: picture.height, grid, places: Array.from(places), right, seconds: cost.seconds });
  const tiles = `${places.length} tiles (${grid.rows} rows of ${grid.columns})`;
  ports.out(right === null ? `${tiles} put in place: ${out}\n` : `${right} of ${tiles} found their place: ${out}\n`);
}
