/** The subencoder of a stream, if it names one. */
import type { RandomStream } from "../../engine/index.ts";
import type { StreamConfig } from "./config.ts";
import type { SubencoderModule } from "./part.ts";
import SUBENCODERS from "./registry/subencoder.ts";

export const makeSubencoder = (config: StreamConfig, random: RandomStream): SubencoderModule | null => (config.subencoder === undefined ? null : (SUBENCODERS[config.subencoder]?.build(config, random) ?? null));
