/** Papers of the family "text-encoders" whose context is a document, or several. */
import type { Paper } from "../../family.ts";

export const cdlm: Paper = {
  slug: "cdlm",
  arxiv: "2101.00406",
  title: "CDLM: Cross-Document Language Modeling",
  authors: ["Avi Caciularu", "Arman Cohan", "Iz Beltagy", "Matthew E. Peters", "Arie Cattan", "Ido Dagan"],
  year: 2021,
  venue: "EMNLP Findings",
  code: "https://github.com/aviclu/CDLM",
  keywords: ["multi-document", "longformer", "global attention", "cross-document coreference", "masked language model", "long context"],
  modality: ["text"],
  card: {
    problem: ["Two newspapers report one event in different words, but language models are trained on documents in isolation and never learn to line them up."],
    idea: [
      "Pre-train on bundles of documents about the same topic, joined into one long input.",
      "Hidden words can then often be found in a neighbouring document, so alignment between texts is rewarded.",
      "Attention is local for most tokens, to keep long inputs affordable.",
      "Masked positions alone get global attention and may search the entire bundle for evidence.",
      "Which positions are global thus changes with every masking, and in a downstream task the mentions in question take that role.",
    ],
    claims: [
      "Related documents and dynamic global attention are both essential, as ablations show.",
      "Together they set new best results on several multi-text tasks.",
    ],
    checks: [
      "Loss on hidden words that occur only in another document of the bundle: 0.15 nat below each ablation.",
      "Ablations are unrelated bundles, as many global positions at the start, and local attention alone.",
    ],
  },
  diagram: [
    { label: "Bundle of related documents", kind: "input" },
    { label: "Mask 15 % of the words", kind: "procedure" },
    { label: "Local attention", kind: "encoder" },
    { label: "Global attention at masks", kind: "encoder", from: [1, 2] },
    { label: "Name the masked words", kind: "objective" },
    { label: "Cross-entropy", kind: "loss" },
  ],
};

export const fpdm: Paper = {
  slug: "fpdm",
  arxiv: "2306.06190",
  title: "FPDM: Domain-Specific Fast Pre-training Technique using Document-Level Metadata",
  year: 2023,
  code: "https://github.com/conferencessubmission/WWW2023Submission",
  keywords: ["domain adaptation", "document metadata", "taxonomy", "sentence embeddings", "triplet loss", "efficient pre-training"],
  modality: ["text"],
  card: {
    problem: ["Adapting an encoder to manuals, papers or contracts by masking words costs almost as much as training it did."],
    idea: [
      "Read each document as a short row of sentence vectors, computed once by a frozen model.",
      "The encoder takes these vectors where word embeddings would go, so a long manual shrinks to a few dozen steps.",
      "Supervision is the catalogue: documents of one product or field should end up closer than others, and each must be placed in the levels of a taxonomy.",
      "Fine-tuning then feeds ordinary word tokens to the same weights; that this change of input works is the surprising part of the paper.",
    ],
    claims: [
      "Pre-training compute falls by about 1,000 times in customer support, 4,500 in science and 500 in law, compared with masking and next-sentence training.",
      "It outperforms several transformer baselines in these domains.",
      "On open-domain benchmarks the drop is negligible.",
    ],
    checks: [
      "Within a point of domain masking on software descriptions, at 20 times fewer FLOPs in the encoder.",
      "Sentence encoding is counted too: the saving must then still be fourfold, and general tagging may drop by one point.",
    ],
  },
  diagram: [
    { label: "Domain documents", kind: "input" },
    { label: "Frozen sentence encoder", kind: "encoder" },
    { label: "Encoder to adapt", kind: "encoder" },
    { label: "Metadata and taxonomy", kind: "input" },
    { label: "Same product closer", kind: "objective", from: [2, 3] },
    { label: "Place in the taxonomy", kind: "objective", from: [2, 3] },
    { label: "Triplet + classification", kind: "loss", from: [4, 5] },
    { label: "Encoder for word tokens", kind: "output", from: [2] },
  ],
};
