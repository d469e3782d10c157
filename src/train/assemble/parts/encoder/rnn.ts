/** Simple recurrent network layers. */
import { Elman } from "../../../../nn/index.ts";
import { recurrentPart } from "../../recurrent-encoder.ts";

export default recurrentPart("rnn", "simple recurrent network", Elman);
