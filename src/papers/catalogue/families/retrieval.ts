/** Papers of the family "retrieval". */
import type { Family } from "../family.ts";
import { dupmae, gtr, master, universalEmbedders } from "./retrieval/encoders.ts";
import { anncur, mixencoder, prettr, uniEncoder } from "./retrieval/fast-interaction.ts";
import { llmBlender, spladeRerank, xmen } from "./retrieval/ranking.ts";
import { augmentedSbert, bertChatbotDistillation, semiSiamese, transEncoder } from "./retrieval/taught-encoders.ts";

export const retrieval: Family = {
  name: "retrieval",
  title: "Retrieval and ranking",
  papers: [
    transEncoder,
    augmentedSbert,
    uniEncoder,
    anncur,
    spladeRerank,
    semiSiamese,
    dupmae,
    universalEmbedders,
    master,
    mixencoder,
    xmen,
    bertChatbotDistillation,
    prettr,
    gtr,
    llmBlender,
  ],
};
