/** Papers of the family "data-selection". */
import type { Family, Paper } from "../family.ts";

const preselect: Paper = {
  slug: "preselect",
  arxiv: "2503.00808",
  title: "Predictive Data Selection: The Data That Predicts Is the Data That Teaches",
  authors: ["Kashun Shum", "Yuzhen Huang", "Hongjian Zou", "Qi Ding", "Yixuan Liao", "Xiaoxin Chen", "Qian Liu", "Junxian He"],
  year: 2025,
  code: "https://github.com/hkust-nlp/PreSelect",
  keywords: ["data selection", "pre-training data", "fasttext", "compression efficiency", "data quality", "language model"],
  modality: ["text"],
  card: {
    problem: ["Filters for web text encode somebody's taste, a textbook style or an instruction style, and not what makes a model better."],
    idea: [
      "Ask existing models which documents tell them apart.",
      "Take several models whose benchmark ranking is known and measure how well each compresses a document, per character so that tokenizers do not matter.",
      "If the losses rank the models as the benchmarks do, the document exercises the same abilities, and should teach them.",
      "The score is computed on a sample only; its best and worst documents train a fastText classifier, which costs next to nothing and runs over the entire pool.",
    ],
    claims: [
      "Models trained on 30 billion selected tokens beat ones trained on 300 billion unselected tokens, a tenfold saving of compute.",
      "At 3 billion parameters and 100 billion tokens it clearly outperforms the DCLM and FineWeb-Edu filters.",
    ],
    checks: [
      "Six small judge models, a pool with planted junk: training on the selected tenth must gain two points over random text at equal steps.",
      "It must reach nine tenths of the gain that ten times as many random steps bring, and keep at most half of the junk.",
    ],
  },
  diagram: [
    { label: "Sample of documents", kind: "input" },
    { label: "Models of known rank", kind: "encoder" },
    { label: "Do losses agree with rank?", kind: "procedure" },
    { label: "fastText classifier", kind: "encoder" },
    { label: "Whole pool", kind: "input" },
    { label: "Keep the best tenth", kind: "procedure", from: [3, 4] },
    { label: "Training data", kind: "output" },
  ],
};

const arcticSnowcoder: Paper = {
  slug: "arctic-snowcoder",
  arxiv: "2409.02326",
  title: "Arctic-SnowCoder: Demystifying High-Quality Data in Code Pretraining",
  year: 2024,
  keywords: ["code pre-training", "data quality", "quality annotator", "synthetic data", "code generation", "staged training"],
  modality: ["code", "text"],
  card: {
    problem: ["Everyone trains code models on \"high-quality\" data, and nobody can say what the quality consists of."],
    idea: [
      "Refine the data in three phases and study each decision.",
      "First comes ordinary filtered code, by far the largest part.",
      "Then an annotator, a BERT with one extra layer, picks the files it takes for good; they are seen four times, with the learning rate raised again and run down.",
      "Last come documents a large language model wrote around those files.",
      "The annotator learns good from random code, and what counts as good is the point: files and instructions that resemble what the model will be asked to do.",
    ],
    claims: [
      "With 555 billion tokens in total the 1.3-billion-parameter model beats Phi-1.5 by 36 % on BigCodeBench and leads its size class up to a trillion tokens.",
      "It beats StarCoderBase-3B, which saw a trillion tokens, on every benchmark tried.",
      "On HumanEval+ it surpasses StarCoder2-3B, which saw more than 3.3 trillion.",
      "Quality turns out to mean agreement with the distribution of later use.",
    ],
    checks: [
      "Equal tokens, programs with known tests: the selected slice must gain two points of pass rate over general code alone, synthetic documents two more.",
      "Annotators with four kinds of positives are compared, random positives as the control.",
    ],
  },
  diagram: [
    { label: "Filtered repositories", kind: "input" },
    { label: "Phase 1: general code", kind: "objective" },
    { label: "Quality annotator", kind: "encoder", from: [0] },
    { label: "Phase 2: best files, 4 times", kind: "objective", from: [1, 2] },
    { label: "Synthetic documents", kind: "procedure", from: [2] },
    { label: "Phase 3: synthetic", kind: "objective", from: [3, 4] },
    { label: "Code model", kind: "output" },
  ],
};

const clipcov: Paper = {
  slug: "clipcov",
  arxiv: "2403.12267",
  title: "Data-Efficient Contrastive Language-Image Pretraining: Prioritizing Data Quality over Quantity",
  authors: ["Siddharth Joshi", "Arnav Jain", "Ali Payani", "Baharan Mirzasoleiman"],
  year: 2024,
  venue: "AISTATS",
  code: "https://github.com/BigML-CS-UCLA/clipcov-data-efficient-clip",
  keywords: ["data selection", "clip", "image-text pairs", "cross-covariance", "coreset", "contrastive learning"],
  modality: ["image", "text"],
  card: {
    problem: [
      "CLIP needs millions of captioned images, and most of them add little.",
      "Picking pairs that match best keeps easy ones and loses the variety.",
    ],
    idea: [
      "What does CLIP extract from its data?",
      "In theory, the cross-covariance of images and captions; a good subset therefore keeps this matrix nearly unchanged within each latent class, while the classes remain apart.",
      "A proxy CLIP supplies classes and similarities.",
      "A greedy procedure then favours pairs whose image fits many captions of the class and the reverse, and after each round subtracts what the chosen ones already cover.",
      "Matched pairs rise, mismatched ones sink, near-duplicates are taken once.",
    ],
    claims: [
      "Subsets of Conceptual Captions give over 2.7 times (3M) and 1.4 times (12M) the accuracy of the next best selection on ImageNet and its shifted versions.",
      "Averaged over 11 further datasets the factor is 1.5.",
      "It is the first selection method for CLIP with a proof of generalization, according to the authors.",
    ],
    checks: [
      "Emoji and scenes with planted mismatches: at a tenth of the pairs, zero-shot accuracy must be 1.15 times that of the next best selector.",
      "At most 5 % of the kept pairs may be mismatched; random, CLIP score and de-duplication are the rivals.",
    ],
  },
  diagram: [
    { label: "Image-caption pairs", kind: "input" },
    { label: "Proxy CLIP", kind: "encoder" },
    { label: "Latent classes", kind: "procedure" },
    { label: "Similarities per class", kind: "procedure", from: [1, 2] },
    { label: "Keep the cross-covariance", kind: "objective" },
    { label: "Greedy pick, minus redundancy", kind: "procedure" },
    { label: "Small training set", kind: "output" },
  ],
};

const tldr: Paper = {
  slug: "tldr",
  arxiv: "2305.20087",
  title: "Too Large; Data Reduction for Vision-Language Pre-Training",
  authors: ["Alex Jinpeng Wang", "Kevin Qinghong Lin", "David Junhao Zhang", "Stan Weixian Lei", "Mike Zheng Shou"],
  year: 2023,
  venue: "ICCV",
  code: "https://github.com/showlab/datacentric.vlp",
  keywords: ["data reduction", "vision-language pre-training", "codebook", "image captioning", "redundancy", "caption refinement"],
  modality: ["image", "text"],
  card: {
    problem: ["Web-scale image-text sets repeat themselves endlessly, and many captions say little about their image."],
    idea: [
      "Remove repetition first, then repair what stays.",
      "A captioner with a discrete codebook learns to describe images; since the codes have to support words, pictures with alike meaning get alike codes.",
      "Clusters of codes are thinned evenly, so that rare content survives.",
      "Of the rest, the better-matching half is kept.",
      "A captioner then writes a second caption, which is added to the original one: the new half fits the image, the old half keeps it distinctive.",
    ],
    claims: [
      "CC3M shrinks from 2.82 to 0.67 million pairs and YFCC15M from 15 to 2.5 million.",
      "Trained on the small CC3M, text retrieval on COCO rises from 70.9 to 72.8 and captioning BLEU-4 from 36.8 to 37.6.",
      "Three popular models do as well or better on seven tasks.",
    ],
    checks: [
      "A quarter of a noisy set of pairs against all of it, at equal steps: recall at 1 may fall by half a point and must beat a random quarter by two.",
      "A second table compares equal epochs, that is a quarter of the time.",
    ],
  },
  diagram: [
    { label: "Image-text pairs", kind: "input" },
    { label: "Captioner with codebook", kind: "encoder" },
    { label: "Thin out code clusters", kind: "procedure" },
    { label: "Keep the well matched", kind: "procedure" },
    { label: "Write a second caption", kind: "decoder" },
    { label: "Quarter-size training set", kind: "output", from: [3, 4] },
  ],
};

export const dataSelection: Family = {
  name: "data-selection",
  title: "Data selection",
  papers: [clipcov, arcticSnowcoder, preselect, tldr],
};
