/** The last state of a recurrent network over a word's characters. */
import { subencoderPart } from "../../part.ts";
import { ReadCharacters } from "../../read-characters.ts";
import { Gru } from "../../../../nn/index.ts";

export default subencoderPart({ name: "gru", description: "last state of a GRU over the characters", build: (config, random) => new ReadCharacters(config, random, Gru) });
