/** The mean of a word's character vectors. */
import type { RandomStream, Tensor } from "../../../../engine/index.ts";
import { Module, pool } from "../../../../nn/index.ts";
import { Characters, perWord } from "../../characters.ts";
import type { StreamConfig } from "../../config.ts";
import { subencoderPart } from "../../part.ts";
import type { SubencoderModule } from "../../part.ts";

class Average extends Module implements SubencoderModule {
  readonly characters: Characters;

  constructor(config: StreamConfig, random: RandomStream) {
    super();
    this.characters = new Characters(config, random.child("characters"));
  }

  forward(characters: Tensor): Tensor {
    const { vectors, valid } = this.characters.forward(characters);
    return perWord(pool(vectors, "mean", valid), characters);
  }
}

export default subencoderPart({ name: "avg", description: "mean of the characters' vectors", build: (config, random) => new Average(config, random) });
