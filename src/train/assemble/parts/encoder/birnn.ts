/** Two stacks of simple recurrent network layers, one for each way, for language models of both directions. */
import { Elman } from "../../../../nn/index.ts";
import { twoWayPart } from "../../recurrent-encoder.ts";

export default twoWayPart("birnn", "simple recurrent network", Elman);
