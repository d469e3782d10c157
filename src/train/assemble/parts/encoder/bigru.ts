/** Two stacks of GRU layers, one for each way, for language models of both directions. */
import { Gru } from "../../../../nn/index.ts";
import { twoWayPart } from "../../recurrent-encoder.ts";

export default twoWayPart("bigru", "GRU", Gru);
