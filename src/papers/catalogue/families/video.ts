/** Papers of the family "video". */
import type { Family } from "../family.ts";
import { testa, smaug, xClip, videoprism, blip3Video } from "./video/efficiency.ts";
import { vlm, univl, alpro, allInOne, valor } from "./video/pre-training.ts";
import { xPool, uatvr, teachtext, mdmmt2, contra } from "./video/retrieval.ts";
import { cico, signclip, contextSlt, synchTransformer } from "./video/sign-and-motion.ts";

export const video: Family = {
  name: "video",
  title: "Video and language",
  papers: [
    vlm,
    testa,
    cico,
    blip3Video,
    univl,
    allInOne,
    synchTransformer,
    xClip,
    videoprism,
    alpro,
    teachtext,
    xPool,
    smaug,
    uatvr,
    signclip,
    contra,
    contextSlt,
    valor,
    mdmmt2,
  ],
};
