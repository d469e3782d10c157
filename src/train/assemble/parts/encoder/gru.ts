/** GRU layers. */
import { Gru } from "../../../../nn/index.ts";
import { recurrentPart } from "../../recurrent-encoder.ts";

export default recurrentPart("gru", "GRU", Gru);
