/** Papers of the family "vision-language" that adapt a trained CLIP. */
import type { Paper } from "../../family.ts";

export const tulip: Paper = {
  slug: "tulip",
  arxiv: "2410.10034",
  title: "TULIP: Token-length Upgraded CLIP",
  authors: ["Ivona Najdenkoska", "Mohammad Mahdi Derakhshani", "Yuki M. Asano", "Nanne van Noord", "Marcel Worring", "Cees GM Snoek"],
  year: 2025,
  venue: "ICLR",
  code: "https://github.com/ivonajdenkoska/tulip",
  keywords: ["long captions", "clip", "rotary position", "distillation", "image-text retrieval"],
  modality: ["image", "text"],
  card: {
    problem: [
      "CLIP reads 77 tokens and ignores the rest.",
      "Its positions are a fixed table, and stretching the table blurs them.",
    ],
    idea: [
      "Replace the table by relative positions, which have no end.",
      "A student copies CLIP's text encoder but rotates queries and keys by position instead.",
      "First it learns to reproduce the original's embedding of short captions.",
      "Only then is the context stretched and the whole model tuned on long captions.",
      "Without the first step, old knowledge would be lost along with the old table.",
    ],
    claims: [
      "Beyond 77 tokens it beats the baselines in retrieval and in generating images from text.",
      "The length can be raised to any value, for CLIP-like models in general.",
    ],
    checks: [
      "Truncation, a stretched table, relative positions without distillation, and the full method retrieve by long captions with equal total steps.",
      "Short captions must not suffer.",
      "Shifting all positions by a constant must leave attention alone.",
    ],
  },
  diagram: [
    { label: "Short captions", kind: "input" },
    { label: "CLIP text encoder", kind: "encoder" },
    { label: "Student, relative positions", kind: "encoder", from: [0] },
    { label: "Same embedding", kind: "loss", from: [1, 2] },
    { label: "Long captions and images", kind: "input" },
    { label: "Stretched student", kind: "encoder", from: [2, 4] },
    { label: "Contrast with images", kind: "loss" },
    { label: "Long-text search", kind: "output", from: [5] },
  ],
};

export const paraclip: Paper = {
  slug: "paraclip",
  arxiv: "2402.15120",
  title: "Fine-tuning CLIP Text Encoders with Two-step Paraphrasing",
  authors: ["Hyunjae Kim", "Seunghyun Yoon", "Trung Bui", "Handong Zhao", "Quan Tran", "Franck Dernoncourt", "Jaewoo Kang"],
  year: 2024,
  venue: "EACL Findings",
  keywords: ["paraphrase", "clip", "text encoder", "image retrieval", "robustness"],
  modality: ["image", "text"],
  card: {
    problem: [
      "Say the same thing in other words and CLIP returns other images.",
    ],
    idea: [
      "Show the text encoder paraphrases, and leave the image encoder untouched.",
      "A web caption is too messy a start, so a language model first rewrites it in plain words and then paraphrases the result.",
      "Three contrasts tie the chain together: image with paraphrase, caption with rewrite, rewrite with paraphrase.",
      "The first keeps the link to images, the others make wording matter less.",
    ],
    claims: [
      "The lists found for a query and for its paraphrase agree more: one measure gains up to 2.0%, another 5.6%.",
      "Relations, attributes, and seven sentence-similarity tasks improve as well.",
    ],
    checks: [
      "CLIP, CLIP tuned with the image contrast alone, and the full method answer queries and held-out paraphrases from 500 images.",
      "Recall on the original queries may drop two points at most.",
      "Image embeddings must be bit-identical before and after.",
    ],
  },
  diagram: [
    { label: "Image", kind: "input" },
    { label: "Web caption", kind: "input" },
    { label: "Rewrite plainly", kind: "procedure" },
    { label: "Paraphrase", kind: "procedure" },
    { label: "Frozen image encoder", kind: "encoder", from: [0] },
    { label: "Tuned text encoder", kind: "encoder", from: [1, 2, 3] },
    { label: "Three contrasts", kind: "loss", from: [4, 5] },
    { label: "Stable search", kind: "output", from: [4, 5] },
  ],
};

export const pre: Paper = {
  slug: "pre",
  arxiv: "2309.07760",
  title: "PRE: Vision-Language Prompt Learning with Reparameterization Encoder",
  authors: ["Thi Minh Anh Pham", "An Duc Nguyen", "Cephas Svosve", "Vasileios Argyriou", "Georgios Tzimiropoulos"],
  year: 2023,
  code: "https://github.com/minhanh151/PRE",
  keywords: ["prompt learning", "clip", "few-shot", "generalization", "reparameterization"],
  modality: ["image", "text"],
  card: {
    problem: [
      "CoOp learns the words around a class name from a few images.",
      "The learnt prompt fits the classes it saw and misleads for new ones.",
    ],
    idea: [
      "Do not optimise the prompt vectors directly.",
      "Send them through a small network, a bidirectional LSTM with a shortcut, and optimise both.",
      "The vectors are then tied to one another, and search for a prompt happens in a smoother space.",
      "After training the network is run once and discarded; what is left is a prompt as before.",
    ],
    claims: [
      "In the 16-shot setting new classes gain 5.60% on average over CoOp, and the harmonic mean 3%, on eight benchmarks.",
      "The project's table lists, for new classes, 66.92 with CoOp and 71.88 with this method.",
    ],
    checks: [
      "No prompt learning, CoOp, and the encoder are tuned on half of the classes in three shifted domains and tested on both halves.",
      "The exported prompt must give the same scores as the training graph.",
      "With the network silenced the method must be CoOp.",
    ],
  },
  diagram: [
    { label: "Few images per class", kind: "input" },
    { label: "Frozen image encoder", kind: "encoder" },
    { label: "Learnable prompt vectors", kind: "input" },
    { label: "BiLSTM with shortcut", kind: "encoder" },
    { label: "Frozen text encoder", kind: "encoder" },
    { label: "Classify base classes", kind: "loss", from: [1, 4] },
    { label: "Prompt for any class", kind: "output", from: [3] },
  ],
};

export const safeClip: Paper = {
  slug: "safe-clip",
  arxiv: "2311.16254",
  title: "Safe-CLIP: Removing NSFW Concepts from Vision-and-Language Models",
  year: 2024,
  venue: "ECCV",
  code: "https://github.com/aimagelab/safe-clip",
  keywords: ["safety", "unlearning", "clip", "nsfw", "lora"],
  modality: ["image", "text"],
  card: {
    problem: [
      "CLIP learnt from the web, the unsafe part included.",
      "A harmless query may return, or help to generate, what nobody should see.",
    ],
    idea: [
      "Do not merely block unsafe inputs; send them elsewhere.",
      "Each training item has a safe caption and image and an unsafe twin of both, made by a tuned language model and an image generator.",
      "The embedding of the unsafe twin is moved to where its safe counterpart lies in the original model.",
      "Safe inputs are held at their places, so everything else still works.",
      "Only low-rank updates are trained.",
    ],
    claims: [
      "Sensitivity to unsafe text and images falls in retrieval and in generation, both from text to image and back.",
      "The tuned model drops into existing generators.",
    ],
    checks: [
      "A harmless stand-in, the concept 'spiky', must vanish from the top of mixed galleries while safe recall falls by three points at most.",
      "Attacks with held-out synonyms report what leaks.",
      "At the first step the model must equal the original bit for bit.",
    ],
  },
  diagram: [
    { label: "Safe image and caption", kind: "input" },
    { label: "Unsafe twins", kind: "input" },
    { label: "Frozen original CLIP", kind: "encoder", from: [0] },
    { label: "Tuned CLIP", kind: "encoder", from: [0, 1] },
    { label: "Unsafe goes to safe", kind: "loss", from: [2, 3] },
    { label: "Safe stays put", kind: "loss", from: [2, 3] },
    { label: "Safer embeddings", kind: "output", from: [3] },
  ],
};

export const xMore: Paper = {
  slug: "x-more",
  arxiv: "2308.15273",
  title: "Cross-Modal Retrieval Meets Inference:Improving Zero-Shot Classification with Cross-Modal Retrieval",
  authors: ["Seongha Eom", "Namgyu Ho", "Jaehoon Oh", "Se-Young Yun"],
  year: 2023,
  keywords: ["zero-shot classification", "cross-modal retrieval", "training-free", "clip", "ensemble"],
  modality: ["image", "text"],
  card: {
    problem: [
      "Tuning CLIP for a task makes it better there and worse on classes it did not see.",
    ],
    idea: [
      "Tune nothing, and look things up instead.",
      "For a query image, CLIP fetches texts from a collection of captioned pictures.",
      "Class scores are computed twice: from the image and from the fetched texts.",
      "For each query the more confident of the two gets the greater say.",
    ],
    claims: [
      "It performs robustly over a diverse set of tasks without further training.",
      "Captioned pictures from outside bring out more of CLIP's zero-shot ability.",
    ],
    checks: [
      "Image alone, texts alone, an even average, and the weighted one classify clean and damaged drawings.",
      "With shuffled captions the gain must vanish.",
      "An empty collection must give back plain CLIP, and no weight may change.",
    ],
  },
  diagram: [
    { label: "Query image", kind: "input" },
    { label: "Frozen CLIP", kind: "encoder" },
    { label: "Captioned collection", kind: "memory" },
    { label: "Fetch related texts", kind: "procedure", from: [1, 2] },
    { label: "Score image and texts", kind: "procedure", from: [1, 3] },
    { label: "Weigh by confidence", kind: "procedure" },
    { label: "Class", kind: "output" },
  ],
};
