/** Papers of the family "text-encoders" that rebuild the transformer block. */
import type { Paper } from "../../family.ts";

export const mosaicbert: Paper = {
  slug: "mosaicbert",
  arxiv: "2312.17482",
  title: "MosaicBERT: A Bidirectional Encoder Optimized for Fast Pretraining",
  authors: ["Jacob Portes", "Alexander Trott", "Sam Havens", "Daniel King", "Abhinav Venigalla", "Moin Nadeem", "Nikhil Sardana", "Daya Khudia", "Jonathan Frankle"],
  year: 2023,
  venue: "NeurIPS",
  code: "https://github.com/mosaicml/examples",
  keywords: ["bert", "efficient pre-training", "alibi", "gated linear units", "unpadding", "masked language model"],
  modality: ["text"],
  card: {
    problem: ["Few teams train their own BERT, for fear of the bill, while five years of improvements to transformers never found their way back into it."],
    idea: [
      "Gather those improvements and keep the ones that pay in wall time.",
      "Position embeddings give way to a fixed penalty on attention that grows with distance, the same in both directions.",
      "The feed-forward part gets a gate.",
      "Padding tokens are squeezed out before the first layer, so no product is spent on them.",
      "In the last layer only masked positions are computed at all.",
      "Hiding 30 % of the words in place of 15 % makes every pass teach more.",
    ],
    claims: [
      "The base model reaches 79.6 on the GLUE development sets after 1.13 hours on eight A100 cards, for about 20 dollars.",
      "Base and large are Pareto optimal in accuracy against pre-training time, compared with a competitive BERT.",
    ],
    checks: [
      "Equal wall time for a plain BERT block and for all changes: masked loss must end 0.1 nat lower, with an arm for each change left out.",
      "Dropping padding must raise real tokens per second 1.4 times on texts that fill 45 % of the length.",
      "Trained at 64 tokens and read at 128, the distance penalty may lose 0.1 nat and learned positions must lose more.",
    ],
  },
  diagram: [
    { label: "Text, 30 % masked", kind: "input" },
    { label: "Drop the padding", kind: "procedure" },
    { label: "Attention, distance penalty", kind: "encoder" },
    { label: "Gated feed-forward", kind: "encoder" },
    { label: "Masked positions only", kind: "decoder" },
    { label: "Cross-entropy on masked words", kind: "loss" },
  ],
};

export const neobert: Paper = {
  slug: "neobert",
  arxiv: "2502.19587",
  title: "NeoBERT: A Next-Generation BERT",
  year: 2025,
  code: "https://github.com/chandar-lab/NeoBERT",
  keywords: ["bert", "text embedding", "rope", "swiglu", "depth versus width", "mteb", "long context"],
  modality: ["text"],
  card: {
    problem: [
      "Decoders got better every year; the encoders that most search and classification systems run on stood still.",
    ],
    idea: [
      "Walk from BERT to a modern encoder one change at a time, and keep a change only if it helps.",
      "Rotary positions, gated feed-forward and norms in front of each part survive; another tokenizer, another optimizer and packing without boundaries do not.",
      "For the same number of weights, 28 narrow layers are preferred to 16 wide ones, and a fifth of the tokens is hidden, always by a mask.",
      "After a million steps on short texts, a brief stage on long documents stretches the context to 4,096 tokens.",
    ],
    claims: [
      "With 250 million parameters it leads the MTEB embedding benchmark among encoders tuned identically.",
      "That puts it ahead of ModernBERT, NomicBERT and the large versions of BERT and RoBERTa.",
    ],
    checks: [
      "The new block against BERT's, equal data and steps: pseudo-perplexity must fall by 0.1 nat.",
      "Deep and narrow against shallow and wide, at equal size, is measured and only its sign reported.",
      "Forty steps at double length must lower the loss on long windows by 0.05 nat.",
    ],
  },
  diagram: [
    { label: "Text, 20 % masked", kind: "input" },
    { label: "28 layers: RoPE, SwiGLU", kind: "encoder" },
    { label: "Masked words, 1,024 tokens", kind: "objective" },
    { label: "Masked words, 4,096 tokens", kind: "objective", from: [1] },
    { label: "Cross-entropy", kind: "loss", from: [2, 3] },
    { label: "Drop-in encoder", kind: "output", from: [1] },
  ],
};

export const eurobert: Paper = {
  slug: "eurobert",
  arxiv: "2503.05500",
  title: "EuroBERT: Scaling Multilingual Encoders for European Languages",
  authors: [
    "Nicolas Boizard",
    "Hippolyte Gisserot-Boukhlef",
    "Duarte M. Alves",
    "André Martins",
    "Ayoub Hammal",
    "Caio Corro",
    "Céline Hudelot",
    "Emmanuel Malherbe",
    "Etienne Malaboeuf",
    "Fanny Jourdan",
    "Gabriel Hautreux",
    "João Alves",
    "Kevin El-Haddad",
    "Manuel Faysse",
    "Maxime Peyrard",
    "Nuno M. Guerreiro",
    "Patrick Fernandes",
    "Ricardo Rei",
    "Pierre Colombo",
  ],
  year: 2025,
  code: "https://github.com/Nicolas-BZRD/EuroBERT",
  keywords: ["multilingual encoder", "european languages", "grouped-query attention", "annealing", "masked language model", "long context"],
  modality: ["text", "code"],
  card: {
    problem: ["Multilingual encoders still follow a recipe from before large decoders, though little of what made decoders better depends on generating text."],
    idea: [
      "Take the body of a Llama model, remove the causal mask and train it to fill in words.",
      "Training has two phases: a long, steady one with many hidden words, and a short annealing one with few, longer texts and cleaner data.",
      "Heavy masking first makes the model work; light masking later brings the input close to the intact text it will meet in use.",
      "English is capped in the mixture, and sentences stand beside their translations, so that a hidden word can be read off the other language.",
      "Code and mathematics are part of the diet from the beginning.",
    ],
    claims: [
      "The models outperform existing alternatives on multilingual tasks, mathematics and code.",
      "They read up to 8,192 tokens natively.",
      "Sizes of 210 million, 610 million and 2.1 billion parameters are released together with intermediate checkpoints and the training framework.",
    ],
    checks: [
      "The block against an XLM-R-style one in six languages: 0.1 nat lower pseudo-perplexity.",
      "Heavy-then-light masking must equal or beat both constant rates.",
      "Without translation pairs in one sequence, finding a name across languages must get three points worse.",
    ],
  },
  diagram: [
    { label: "Many languages and code", kind: "input" },
    { label: "Parallel sentences", kind: "input" },
    { label: "Llama-shaped encoder", kind: "encoder", from: [0, 1] },
    { label: "Heavy masking, steady rate", kind: "objective" },
    { label: "Light masking, annealed rate", kind: "objective", from: [2] },
    { label: "Cross-entropy", kind: "loss", from: [3, 4] },
  ],
};

export const convbert: Paper = {
  slug: "convbert",
  arxiv: "2008.02496",
  title: "ConvBERT: Improving BERT with Span-based Dynamic Convolution",
  year: 2020,
  venue: "NeurIPS",
  code: "https://github.com/yitu-opensource/ConvBert",
  keywords: ["bert", "dynamic convolution", "replaced token detection", "electra", "efficient transformer", "mixed attention"],
  modality: ["text"],
  card: {
    problem: ["All heads of BERT scan the entire sequence, yet many of them end up looking no further than a few words around."],
    idea: [
      "Half of the heads become convolutions whose nine taps are generated on the spot, anew for every position.",
      "The taps come from a short span around the word rather than from the word alone, so the same word can be treated in different ways in different phrases.",
      "The remaining heads keep global attention, and both kinds are joined before the feed-forward part.",
      "Training follows ELECTRA: a small generator swaps words and the model must tell which are not original.",
    ],
    claims: [
      "The base model scores 86.4 on GLUE, 0.7 above ELECTRA-base.",
      "It spends less than a quarter of ELECTRA-base's training cost.",
    ],
    checks: [
      "Mixed heads must gain half a point over attention alone on seven small tasks, with at most three quarters of the FLOPs a step.",
      "Dynamic convolution from single words is the ablation, and wall time is shown even where FLOPs savings do not reach it.",
    ],
  },
  diagram: [
    { label: "Text with swapped words", kind: "input" },
    { label: "Global attention heads", kind: "encoder" },
    { label: "Span-made convolution heads", kind: "encoder", from: [0] },
    { label: "Joined, then feed-forward", kind: "encoder", from: [1, 2] },
    { label: "Original or replaced?", kind: "objective" },
    { label: "Binary cross-entropy", kind: "loss" },
  ],
};
