/** Papers of the family "code". */
import type { Family } from "../family.ts";
import { codet5, transcoder, codet5Plus, crosscodeeval, panguCoder } from "./code/generation.ts";
import { unixcoder, contrabert, decoderOnlyCodeSearch, graphcodebert } from "./code/representation.ts";

export const code: Family = {
  name: "code",
  title: "Code",
  papers: [
    codet5,
    unixcoder,
    transcoder,
    contrabert,
    decoderOnlyCodeSearch,
    graphcodebert,
    codet5Plus,
    crosscodeeval,
    panguCoder,
  ],
};
