/** Papers of the family "masked". */
import type { Family } from "../family.ts";
import { crossmae } from "./masked/images.ts";

export const masked: Family = {
  name: "masked",
  title: "Masked image, multi-modal and video modelling",
  papers: [
    crossmae,
    { slug: "multimae", arxiv: "2204.01678", title: "MultiMAE: Multi-modal Multi-task Masked Autoencoders" },
    { slug: "croco", arxiv: "2210.10716", title: "CroCo: Self-Supervised Pre-training for 3D Vision Tasks by Cross-View Completion" },
    { slug: "position-prediction", arxiv: "2207.07611", title: "Position Prediction as an Effective Pretraining Strategy" },
    { slug: "flexpredict", arxiv: "2308.00566", title: "Predicting masked tokens in stochastic locations improves masked image modeling" },
    { slug: "videomae-v2", arxiv: "2303.16727", title: "VideoMAE V2: Scaling Video Masked Autoencoders with Dual Masking" },
    { slug: "uta", arxiv: "2405.19009", title: "Enhancing Vision-Language Model with Unmasked Token Alignment" },
  ],
};
