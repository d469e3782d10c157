/** The last state of a recurrent network over a word's characters. */
import { subencoderPart } from "../../part.ts";
import { ReadCharacters } from "../../read-characters.ts";
import { Lstm } from "../../../../nn/index.ts";

export default subencoderPart({ name: "lstm", description: "last state of an LSTM over the characters", build: (config, random) => new ReadCharacters(config, random, Lstm) });
