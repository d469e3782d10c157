/** Papers of the family "generation" on diffusion and flow models. */
import type { Paper } from "../../family.ts";

export const crossflow: Paper = {
  slug: "crossflow",
  arxiv: "2412.15213",
  title: "Flowing from Words to Pixels: A Framework for Cross-Modality Evolution",
  authors: ["Qihao Liu", "Xi Yin", "Alan Yuille", "Andrew Brown", "Mannat Singh"],
  year: 2025,
  venue: "CVPR",
  code: "https://github.com/qihao067/CrossFlow",
  keywords: ["flow matching", "text-to-image", "variational encoder", "cross-modal generation", "latent arithmetic", "classifier-free guidance"],
  modality: ["text", "image", "depth"],
  card: {
    problem: ["Image generators start from noise and need extra machinery to be told at every step what to draw."],
    idea: [
      "Start from the sentence instead of noise.",
      "Flow matching can connect any two distributions, so the text is encoded into a cloud the size of the image latent, and a plain transformer learns to move it to the picture.",
      "Text goes in at the start and nowhere else; cross-attention disappears.",
      "The encoder has to be variational: a sentence must be a region and not a point, or the flow has nothing to spread over.",
      "Guidance works through a switch token: when it says unconditional, training swaps in a wrong image as the target.",
      "Captioning, depth and super-resolution follow by changing the encoder.",
    ],
    claims: [
      "For text-to-image, without cross-attention, it slightly outperforms standard flow matching and scales better with steps and size.",
      "Adding and subtracting text latents gives meaningful edits of the image.",
      "In captioning, depth estimation and super-resolution it equals or exceeds the state of the art.",
    ],
    checks: [
      "Prompts about shapes, equal parameters and steps: within two points of noise-to-image flow with cross-attention in prompt accuracy.",
      "Without variational sampling it must lose five points.",
      "Red circle minus red square plus blue square must give a blue circle in half of the trials.",
    ],
  },
  diagram: [
    { label: "Sentence", kind: "input" },
    { label: "Variational text encoder", kind: "encoder" },
    { label: "Latent shaped like an image", kind: "memory" },
    { label: "Flow transformer", kind: "decoder" },
    { label: "Velocity towards the image", kind: "objective" },
    { label: "Flow + contrastive + KL", kind: "loss", from: [1, 4] },
    { label: "Picture", kind: "output", from: [3] },
  ],
};

export const presto: Paper = {
  slug: "presto",
  arxiv: "2412.01316",
  title: "Long Video Diffusion Generation with Segmented Cross-Attention and Content-Rich Video Data Curation",
  authors: ["Xin Yan", "Yuxuan Cai", "Qiuyue Wang", "Yuan Zhou", "Wenhao Huang", "Huan Yang"],
  year: 2025,
  venue: "CVPR",
  keywords: ["long video generation", "video diffusion", "cross-attention", "data curation", "sub-captions", "diffusion transformer"],
  modality: ["text", "video"],
  card: {
    problem: ["Asked for fifteen seconds, a video model stretches one moment, because one caption describes one scene."],
    idea: [
      "Tell the story in five captions and say when each applies.",
      "The time axis is cut into segments, and the frames of a segment cross-attend to their own caption; nothing is added to the network.",
      "Segments overlap a little, and where they do, the results of both captions are averaged, so that scenes blend.",
      "Self-attention over all frames remains and holds the video together.",
      "The training clips are picked to change a lot without a cut: pairs of key frames too alike and pairs too different are both thrown out.",
    ],
    claims: [
      "On VBench the semantic score is 78.5 % and the dynamic degree 100 %.",
      "Its base model has 73.0 and 55.0 there, but leads on the quality score, 83.1 to Presto's 80.6.",
      "A set of 261,000 curated clips with one overall caption and five progressive ones comes with it.",
    ],
    checks: [
      "Clips of three events: with overlapping segments, the right order must come ten points more often than with one joined caption.",
      "Jumps at segment borders must be a fifth smaller than without overlap.",
    ],
  },
  diagram: [
    { label: "Five progressive captions", kind: "input" },
    { label: "Text encoder, one by one", kind: "encoder" },
    { label: "Noisy frames", kind: "input" },
    { label: "Self-attention, all frames", kind: "decoder" },
    { label: "Segments read own caption", kind: "decoder", from: [1, 3] },
    { label: "Average where they overlap", kind: "procedure" },
    { label: "Diffusion loss", kind: "loss" },
  ],
};

export const videoAdapter: Paper = {
  slug: "video-adapter",
  arxiv: "2306.01872",
  title: "Probabilistic Adaptation of Text-to-Video Models",
  authors: ["Mengjiao Yang", "Yilun Du", "Bo Dai", "Dale Schuurmans", "Joshua B. Tenenbaum", "Pieter Abbeel"],
  year: 2024,
  venue: "ICLR",
  keywords: ["text-to-video", "diffusion model", "score composition", "domain adaptation", "black-box adaptation", "product of experts"],
  modality: ["text", "video"],
  card: {
    problem: [
      "Big text-to-video models know much and cannot be fine-tuned by most people, often not even downloaded.",
      "A small model trained on animation or robot clips has the style and lacks the knowledge.",
    ],
    idea: [
      "In diffusion, a product of two distributions becomes a sum of scores.",
      "So at every denoising step the big model's prediction, with a weight, is added to the small one's: the first knows how the world moves, the second insists on the domain.",
      "Outputs of the big model are all that is needed, never its weights.",
      "As the sum is not exactly right at every noise level, a few correction steps follow each time.",
    ],
    claims: [
      "Good videos in special domains result: animation, egocentric scenes, simulated and real robots.",
      "The small model has about 1.25 % of the size of the large one, 0.07 against 5.6 billion parameters.",
      "No fine-tuning of the large model takes place.",
    ],
    checks: [
      "Sketch-style clips of actions that only the big model has seen: eight points more accuracy than the small model alone, style within five points.",
      "The big model alone and a tuned big model frame the comparison, and the prior's weight is swept.",
    ],
  },
  diagram: [
    { label: "Text", kind: "input" },
    { label: "Noisy video", kind: "input" },
    { label: "Big model, black box", kind: "decoder", from: [0, 1] },
    { label: "Small domain model", kind: "decoder", from: [0, 1] },
    { label: "Weighted sum of scores", kind: "procedure", from: [2, 3] },
    { label: "Correction steps", kind: "procedure" },
    { label: "Video in the domain's style", kind: "output" },
  ],
};
