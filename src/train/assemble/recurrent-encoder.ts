/** Recurrent encoders, and what is put in front of or behind them. */
import type { RandomStream, Tensor } from "../../engine/index.ts";
import { dropout, Module } from "../../nn/index.ts";
import type { Mode, Recurrent } from "../../nn/index.ts";
import type { MaskName, StreamConfig } from "./config.ts";
import { encoderPart } from "./part.ts";
import type { EncoderModule, EncoderPart, Problem } from "./part.ts";
import type { RecurrentClass } from "./read-characters.ts";

export class RecurrentEncoder extends Module implements EncoderModule {
  readonly network: Recurrent;
  private readonly rate: number;

  /** `stacks` are two networks, one for each way, half of hidden_size each. */
  constructor({ emb_size: emb, hidden_size: width, layers_num: layers, bidirectional, dropout: rate }: StreamConfig, random: RandomStream, Network: RecurrentClass, { stacks = false, inputs = emb }: { readonly stacks?: boolean; readonly inputs?: number } = {}) {
    super();
    const directions = stacks ? "stacks" : bidirectional ? "both" : "forward";
    this.network = new Network(inputs, directions === "forward" ? width : width / 2, { random: random.child("network"), layers, directions, dropout: rate });
    this.rate = rate;
  }

  forward(x: Tensor, segments: Tensor, _mask: MaskName, mode: Mode): Tensor {
    const lengths = segments.greater(0).cast("int32").sum(1);
    return dropout(this.network.forward(x, mode, { lengths }).output, this.rate, mode);
  }
}

/** Both ways need an even width. */
export const checkHalves = ({ hidden_size: width }: StreamConfig, both: boolean): Problem[] =>
  both && width % 2 !== 0 ? [{ fields: ["encoder", "hidden_size"], message: `two ways share hidden_size ${width}`, fix: `make hidden_size even, such as ${width + 1}` }] : [];

/** rnn, lstm, gru: forwards, or both ways in every layer where `bidirectional` says so. */
export const recurrentPart = (name: string, network: string, Network: RecurrentClass): EncoderPart =>
  encoderPart({
    name,
    description: `${network}, forwards, or both ways in every layer with bidirectional`,
    masked: false,
    sees: ({ bidirectional }) => (bidirectional ? "all" : "past"),
    check: (config) => checkHalves(config, config.bidirectional),
    build: (config, random) => new RecurrentEncoder(config, random, Network),
  });

/** birnn, bilstm, bigru: two stacks that never see each other. */
export const twoWayPart = (name: string, network: string, Network: RecurrentClass): EncoderPart =>
  encoderPart({
    name,
    description: `two separate stacks (${network}), one for each way, hidden_size / 2 each`,
    masked: false,
    sees: () => "sides",
    check: (config) => [...checkHalves(config, true), ...(config.bidirectional ? [{ fields: ["encoder", "bidirectional"], message: `${name} reads both ways in stacks that must not mix`, fix: `leave bidirectional out, or use the encoder ${name.slice(2)}` }] : [])],
    build: (config, random) => new RecurrentEncoder(config, random, Network, { stacks: true }),
  });
