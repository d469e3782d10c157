/** Two stacks of LSTM layers, one for each way, for language models of both directions. */
import { Lstm } from "../../../../nn/index.ts";
import { twoWayPart } from "../../recurrent-encoder.ts";

export default twoWayPart("bilstm", "LSTM", Lstm);
