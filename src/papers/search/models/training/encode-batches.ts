/** A module's vectors or scores for many rows, in batches of one compiled shape. */
import { compile } from "../../../../engine/index.ts";
import type { Tensor } from "../../../../engine/index.ts";
import { EVALUATE } from "../../../../nn/index.ts";
import type { SearchEncoder } from "../encoder-module.ts";
import type { PairBatch, SearchReranker } from "../reranker-module.ts";
import { stackRows } from "../token-rows.ts";
import type { TokenRow } from "../token-rows.ts";

export interface RowProgram {
  /** Result of each row; what is longer than `longest` is cut. */
  run(rows: readonly TokenRow[], longest: number): Promise<Float32Array[]>;
  release(): Promise<void>;
}

const BATCH = 64;

export const encoderProgram = (encoder: SearchEncoder): RowProgram => rowProgram("search encoder", ({ ids, valid }) => encoder.forward({ ids, valid }, EVALUATE));
export const rerankerProgram = (reranker: SearchReranker): RowProgram => rowProgram("search reranker", (batch) => reranker.forward(batch, EVALUATE).unsqueeze(-1));

function rowProgram(name: string, forward: (batch: PairBatch) => Tensor): RowProgram {
  const program = compile(forward, { name });
  return {
    async run(rows, longest) {
      const results: Float32Array[] = [];
      for (let start = 0; start < rows.length; start += BATCH) {
        const members = rows.slice(start, start + BATCH);
        const full = [...members, ...new Array<TokenRow>(BATCH - members.length).fill(members[0] as TokenRow)];
        const { data, shape } = await program(stackRows(full, longest));
        const width = shape[1] as number;
        members.forEach((_, i) => results.push((data as Float32Array).slice(i * width, (i + 1) * width)));
      }
      return results;
    },
    release: () => program.release(),
  };
}
