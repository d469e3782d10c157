/** LSTM layers. */
import { Lstm } from "../../../../nn/index.ts";
import { recurrentPart } from "../../recurrent-encoder.ts";

export default recurrentPart("lstm", "LSTM", Lstm);
