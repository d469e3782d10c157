/** Papers of the family "science" that model graphs and paired biomedical data. */
import type { Paper } from "../../family.ts";

export const graphclip: Paper = {
  slug: "graphclip",
  arxiv: "2410.10329",
  title: "GraphCLIP: Enhancing Transferability in Graph Foundation Models for Text-Attributed Graphs",
  authors: ["Yun Zhu", "Haizhou Shi", "Xiaotang Wang", "Yongchao Liu", "Yaoke Wang", "Boci Peng", "Chuntao Hong", "Siliang Tang"],
  year: 2025,
  venue: "WWW",
  code: "https://github.com/ZhuYun97/GraphCLIP",
  keywords: ["text-attributed graph", "graph foundation model", "zero-shot", "contrastive learning", "prompt tuning", "node classification"],
  modality: ["graph", "text"],
  card: {
    problem: [
      "Graphs whose nodes carry text, such as papers that cite papers, need labels for every new graph.",
      "Models trained on one rarely work on another.",
    ],
    idea: [
      "Do for graphs what CLIP did for images.",
      "A large language model writes a summary of the surroundings of a node; graph encoder and frozen text encoder must agree on which summary fits.",
      "Class names are texts too, so an unseen graph can be labelled by the closest name.",
      "Small adversarial noise on the node features makes the match hold when the domain shifts.",
      "With a few labels, only a prompt vector is tuned, under the same objective.",
    ],
    claims: [
      "It beats earlier methods with no labels and with few, across domains.",
      "Its prompt tuning follows the pre-training objective, which limits forgetting and keeps learning cheap.",
    ],
    checks: [
      "Package dependency graphs in one domain train it, another tests it, with half of the node texts cut short so that neighbours matter.",
      "It is compared with text alone, the mean of neighbouring texts, and itself without noise.",
      "No summary may contain the label it will be tested on.",
    ],
  },
  diagram: [
    { label: "Graph with node texts", kind: "input" },
    { label: "Random-walk neighbourhoods", kind: "procedure" },
    { label: "Adversarial feature noise", kind: "procedure" },
    { label: "Graph encoder", kind: "encoder" },
    { label: "Summary by language model", kind: "procedure", from: [1] },
    { label: "Frozen text encoder", kind: "encoder" },
    { label: "Match graph and summary", kind: "loss", from: [3, 5] },
    { label: "Labels for unseen graphs", kind: "output", from: [3, 5] },
  ],
};

export const gearnet: Paper = {
  slug: "gearnet",
  arxiv: "2203.06125",
  title: "Protein Representation Learning by Geometric Structure Pretraining",
  authors: ["Zuobai Zhang", "Minghao Xu", "Arian Jamasb", "Vijil Chenthamarakshan", "Aurelie Lozano", "Payel Das", "Jian Tang"],
  year: 2023,
  venue: "ICLR",
  code: "https://github.com/DeepGraphLearning/GearNet",
  keywords: ["protein structure", "geometric pre-training", "graph neural network", "contrastive learning", "function prediction"],
  modality: ["protein", "graph"],
  card: {
    problem: [
      "Protein models read amino-acid sequences by the hundred million.",
      "What a protein does depends on its folded shape, and shapes were hardly used for pre-training.",
    ],
    idea: [
      "Make a protein a graph of residues, with edges for neighbours in the chain, in space, and in nearest-neighbour rank.",
      "Each kind of edge has its own weights, and messages also pass between edges that meet at an angle.",
      "Pre-training takes two crops of one protein, a piece of chain or a ball around a residue, and asks that they match.",
      "Alternatives hide residue types, distances or angles and ask for them.",
      "Only relative geometry enters, so turning the molecule changes nothing.",
    ],
    claims: [
      "On enzyme function the score (Fmax) goes from 0.730 to 0.810 with edge messages and to 0.874 after contrastive pre-training.",
      "It matches or beats sequence models with far less pre-training data.",
    ],
    checks: [
      "Folds built by program carry function in their geometry: a sequence model, plain and edge messages, and three pre-trainings compete.",
      "Rotation, shift and reflection must leave outputs unchanged; that mirror images look alike is stated.",
      "No edge asked for may be present in the input.",
    ],
  },
  diagram: [
    { label: "Protein structure", kind: "input" },
    { label: "Graph with seven edge types", kind: "procedure" },
    { label: "Two noisy crops", kind: "procedure" },
    { label: "Relational and edge messages", kind: "encoder" },
    { label: "Match crops of one protein", kind: "loss" },
    { label: "Or predict hidden geometry", kind: "objective", from: [3] },
    { label: "Function and fold", kind: "output", from: [3, 5] },
  ],
};

export const cmta: Paper = {
  slug: "cmta",
  arxiv: "2309.12855",
  title: "Cross-Modal Translation and Alignment for Survival Analysis",
  authors: ["Fengtao Zhou", "Hao Chen"],
  year: 2023,
  venue: "ICCV",
  code: "https://github.com/FT-ZHOU-ZZZ/CMTA",
  keywords: ["survival analysis", "histopathology", "genomics", "cross-modal attention", "multiple instance learning"],
  modality: ["image", "genome"],
  card: {
    problem: [
      "A patient's risk shows in tissue slides and in gene activity.",
      "Glueing the two together misses how they relate; letting genes pick the image parts throws away what only the image knows.",
    ],
    idea: [
      "Give each modality an encoder and a decoder.",
      "The encoder sums up its own modality; the decoder must rebuild that summary from the other one.",
      "Cross-attention bridges carry the information over.",
      "Own summary and rebuilt summary are averaged, so each side is corrected by what the other knows and keeps what is its own.",
      "Risk is predicted from both.",
    ],
    claims: [
      "It outperforms earlier methods on five public cancer cohorts.",
      "Both single-modality models and simple fusion are among those left behind.",
    ],
    checks: [
      "Simulated patients have shared, slide-only and gene-only causes of risk; single modalities, plain joining and gene-guided attention compete.",
      "The oracle concordance is printed, and a separate test fold decides.",
      "The alignment loss must send no gradient into the summaries it imitates.",
    ],
  },
  diagram: [
    { label: "Slide patches", kind: "input" },
    { label: "Gene groups", kind: "input" },
    { label: "Pathology encoder", kind: "encoder", from: [0] },
    { label: "Genomic encoder", kind: "encoder", from: [1] },
    { label: "Cross-attention bridges", kind: "procedure", from: [2, 3] },
    { label: "Rebuild each summary", kind: "decoder" },
    { label: "Alignment", kind: "loss", from: [2, 3, 5] },
    { label: "Average own and rebuilt", kind: "procedure", from: [2, 3, 5] },
    { label: "Risk over time", kind: "output" },
  ],
};

export const highContentScreening: Paper = {
  slug: "high-content-screening",
  arxiv: "2311.04678",
  title: "Weakly supervised cross-modal learning in high-content screening",
  authors: ["Gabriel Watkinson", "Ethan Cohen", "Nicolas Bourriez", "Ihab Bendidi", "Guillaume Bollot", "Auguste Genovesio"],
  year: 2023,
  code: "https://github.com/gwatkinson/jump_models",
  keywords: ["drug discovery", "cell imaging", "batch effect", "contrastive learning", "cross-modal retrieval", "molecules"],
  modality: ["image", "molecule"],
  card: {
    problem: [
      "Screens photograph cells under thousands of compounds.",
      "A model trained to match picture and molecule easily learns which laboratory took the picture.",
    ],
    idea: [
      "The same compound is imaged in several laboratories, and that is a free label.",
      "Each training item holds one molecule and pictures of it from different sites.",
      "All of them are positives: the molecule must match every one, whatever the site.",
      "One loss pairs molecule with pictures; the other adds the pictures among themselves.",
      "What varies between sites no longer pays, and what the compound does is left.",
    ],
    claims: [
      "Molecules and pictures find each other better than with CLIP-type baselines, and the batch effect shrinks.",
      "A processing recipe shrinks the JUMP-CP data set from 85 TB to 7 TB and keeps all perturbations.",
    ],
    checks: [
      "Both losses run against ordinary contrast with one picture and with all pictures as separate pairs, on unseen molecules and an unseen site.",
      "A probe that tries to name the site should get worse.",
      "The order of the pictures must not matter.",
    ],
  },
  diagram: [
    { label: "Molecule", kind: "input" },
    { label: "Its pictures from three sites", kind: "input" },
    { label: "Molecule encoder", kind: "encoder", from: [0] },
    { label: "Image encoder", kind: "encoder", from: [1] },
    { label: "All replicates are positives", kind: "loss", from: [2, 3] },
    { label: "Search either way", kind: "output", from: [2, 3] },
  ],
};
