/** Recurrent subencoders. */
import type { RandomStream, Tensor } from "../../engine/index.ts";
import { Module } from "../../nn/index.ts";
import type { Mode, Recurrent, RecurrentOptions } from "../../nn/index.ts";
import { Characters, perWord } from "./characters.ts";
import type { StreamConfig } from "./config.ts";
import type { SubencoderModule } from "./part.ts";

/** A recurrent network as its class. */
export type RecurrentClass = new (inputs: number, width: number, options: RecurrentOptions) => Recurrent;

export class ReadCharacters extends Module implements SubencoderModule {
  readonly characters: Characters;
  readonly network: Recurrent;

  constructor(config: StreamConfig, random: RandomStream, Network: RecurrentClass) {
    super();
    this.characters = new Characters(config, random.child("characters"));
    this.network = new Network(config.emb_size, config.emb_size, { random: random.child("network"), layers: config.sub_layers_num, dropout: config.dropout });
  }

  forward(characters: Tensor, mode: Mode): Tensor {
    const { vectors, valid } = this.characters.forward(characters);
    const { states } = this.network.forward(vectors, mode, { lengths: valid.cast("int32").sum(1) });
    const hidden = states[0] as Tensor; // [layers, B L, d]
    return perWord(hidden.select(0, hidden.dim(0) - 1), characters);
  }
}
