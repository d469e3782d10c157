/** `reprise predict DIR`: depth or classes of a picture, as a grey PNG file. */
import { encode } from "fast-png";
import { printJson } from "../ports.ts";
import type { CliPorts } from "../ports.ts";
import { withModel } from "./model-options.ts";
import { writeFileAtomic } from "../../data/node/index.ts";
import type { MapName } from "../../lab/index.ts";
import { predict as predictMap } from "../../tasks/index.ts";

export interface PredictCommandOptions {
  readonly image: string;
  readonly want: MapName;
  readonly out: string;
  readonly device?: string;
  readonly json?: boolean;
}

export async function predict(ports: CliPorts, directory: string, { image, want, out, device, json = false }: PredictCommandOptions): Promise<void> {
  const { map, cost } = await withModel(ports, directory, device, (model) => predictMap(model, image, want));
  const { data, width, height } = map;
  await writeFileAtomic(out, encode({ width, height, channels: 1, data: want === "depth" ? greys(data) : Uint8Array.from(data) }));
  if (json) printJson(ports, { out, want, width, height, seconds: cost.seconds });
  else ports.out(`${want}, ${width} x ${height}${want === "depth" ? ", least black, greatest white" : ", class numbers"}: ${out}\n`);
}

/** From the least, 0, to the greatest value, 255. */
function greys(data: Float32Array): Uint8Array {
  const least = data.reduce((a, b) => Math.min(a, b));
  const range = data.reduce((a, b) => Math.max(a, b)) - least;
  return Uint8Array.from(data, (value) => (range > 0 ? Math.round((255 * (value - least)) / range) : 0));
}
