/** Papers of the family "retrieval" that keep the interaction of query and candidate but pay for it only once, or hardly ever. */
import type { Paper } from "../../family.ts";

export const uniEncoder: Paper = {
  slug: "uni-encoder",
  arxiv: "2106.01263",
  title: "Uni-Encoder: A Fast and Accurate Response Selection Paradigm for Generation-Based Dialogue Systems",
  authors: ["Chiyu Song", "Hongliang He", "Haofei Yu", "Pengfei Fang", "Leyang Cui", "Zhenzhong Lan"],
  year: 2023,
  venue: "ACL Findings",
  code: "https://github.com/dll-wu/Uni-Encoder",
  keywords: ["response selection", "dialogue", "attention mask", "cross-encoder", "reranking", "poly-encoder"],
  modality: ["text"],
  card: {
    problem: [
      "A dialogue system generates a handful of replies and ranks them.",
      "A cross-encoder re-reads the long conversation for each, and cheaper schemes lose accuracy by cutting the interaction.",
    ],
    idea: [
      "The conversation and all replies go into one sequence, and an arrow-shaped attention mask lets every reply see the conversation and itself but no rival.",
      "All replies start counting positions at the same number, so none is favoured for where it happens to stand.",
      "Each reply still attends fully to the context, as in a cross-encoder, while the context is encoded a single time.",
      "With other masks the same code turns into the older schemes, which makes comparisons fair.",
    ],
    claims: [
      "Recall at 1 of 10 rises by 2.9 % on Ubuntu V2, with inference about four times faster.",
      "It sets the best results on four response selection benchmarks.",
    ],
    checks: [
      "Choosing among ten candidate sentences, it may lose at most a point to the cross-encoder and must beat a poly-encoder by one.",
      "With contexts of 96 tokens it must be at least 2.5 times as fast as the cross-encoder.",
    ],
  },
  diagram: [
    { label: "Conversation + all replies", kind: "input" },
    { label: "Arrow mask, same positions", kind: "procedure" },
    { label: "One transformer pass", kind: "encoder" },
    { label: "Mean of each reply", kind: "encoder" },
    { label: "Pick the right reply", kind: "objective" },
    { label: "Softmax + word masking", kind: "loss" },
  ],
};

export const mixencoder: Paper = {
  slug: "mixencoder",
  arxiv: "2210.05261",
  title: "Once is Enough: A Light-Weight Cross-Attention for Fast Sentence Pair Modeling",
  year: 2023,
  venue: "EMNLP",
  code: "https://github.com/ysngki/MixEncoder",
  keywords: ["sentence pair modeling", "light cross-attention", "answer selection", "dual encoder", "late interaction", "efficient ranking"],
  modality: ["text"],
  card: {
    problem: ["Between the dual encoder, fast and shallow, and the cross-encoder, precise and slow, there was no good middle for thousands of candidates."],
    idea: [
      "Store each candidate as a few vectors, one by default, before any query arrives.",
      "When the query passes through the encoder, candidates ride along in the last layer: their vectors read the attention keys and values the query has produced anyway.",
      "The query never looks back at them, so it is computed once however many there are.",
      "A gate then builds a picture of the query for each candidate, coloured by what that candidate asked for.",
      "The extra weights start as copies of the pre-trained layer, so the new attention works from the first step.",
    ],
    claims: [
      "Sentence pairing runs more than 113 times faster than with cross-attention at comparable quality.",
      "This holds across four sentence-pair tasks.",
    ],
    checks: [
      "Next-sentence choice: two points over a dual encoder, and at least half of the way to the cross-encoder.",
      "For a thousand candidates it must rank 20 times faster than the cross-encoder.",
    ],
  },
  diagram: [
    { label: "Candidates", kind: "input" },
    { label: "Stored candidate vectors", kind: "memory" },
    { label: "Query", kind: "input" },
    { label: "Transformer layers, once", kind: "encoder" },
    { label: "Candidates read the query", kind: "decoder", from: [1, 3] },
    { label: "Gated query state", kind: "decoder", from: [3, 4] },
    { label: "One score per candidate", kind: "output", from: [4, 5] },
  ],
};

export const prettr: Paper = {
  slug: "prettr",
  arxiv: "2004.14255",
  title: "Efficient Document Re-Ranking for Transformers by Precomputing Term Representations",
  authors: ["Sean MacAvaney", "Franco Maria Nardini", "Raffaele Perego", "Nicola Tonellotto", "Nazli Goharian", "Ophir Frieder"],
  year: 2020,
  venue: "SIGIR",
  code: "https://github.com/Georgetown-IR-Lab/OpenNIR",
  keywords: ["document re-ranking", "precomputation", "cross-encoder", "query latency", "index compression", "bert ranking"],
  modality: ["text"],
  card: {
    problem: [
      "A transformer ranker spends nearly all its time on documents it has seen before.",
      "Search cannot wait for it.",
    ],
    idea: [
      "Split the ranker by depth.",
      "In the lower layers a mask keeps query and document apart, so everything the document goes through there can be computed at indexing time.",
      "Only the last layers join the two, and the topmost needs just the summary token.",
      "Token states take far more disk than text, so a small bottleneck squeezes them.",
      "It is trained to leave later attention patterns unchanged rather than the numbers themselves, because attention is what the ranker will act on.",
    ],
    claims: [
      "Web documents are re-ranked up to 42 times faster at query time.",
      "Storage falls by up to 95 % without a substantial loss of ranking quality.",
    ],
    checks: [
      "Joining only in the last of four layers must stay within 1.5 nDCG points of the ordinary cross-encoder and need a third of its FLOPs per query.",
      "Squeezing 128 numbers to 32 may cost one point; training the squeeze on attention must not lose to no such training.",
    ],
  },
  diagram: [
    { label: "Document", kind: "input" },
    { label: "Lower layers, offline", kind: "encoder" },
    { label: "Compressed token states", kind: "memory" },
    { label: "Query", kind: "input" },
    { label: "Lower layers, online", kind: "encoder" },
    { label: "Joint upper layers", kind: "encoder", from: [2, 4] },
    { label: "Relevance score", kind: "output" },
  ],
};

export const anncur: Paper = {
  slug: "anncur",
  arxiv: "2210.12579",
  title: "Efficient Nearest Neighbor Search for Cross-Encoder Models using Matrix Factorization",
  authors: ["Nishant Yadav", "Nicholas Monath", "Rico Angell", "Manzil Zaheer", "Andrew McCallum"],
  year: 2022,
  venue: "EMNLP",
  code: "https://github.com/iesl/anncur",
  keywords: ["nearest neighbor search", "cross-encoder", "cur decomposition", "matrix factorization", "entity linking", "low-rank approximation"],
  modality: ["text"],
  card: {
    problem: [
      "Nobody can run a cross-encoder over a whole collection, so it reranks what a cheaper model found.",
      "What that model misses is lost for good.",
    ],
    idea: [
      "Imagine the full table of cross-encoder scores, queries by items, and assume it has low rank.",
      "Then a few rows and a few columns determine the rest: this is the CUR decomposition of linear algebra.",
      "Offline, some training queries are scored against every item; online, a new query is scored against a handful of anchor items.",
      "One matrix product then guesses all its other scores, and the best guesses are rescored exactly.",
      "No second model is trained, and the index is built from the cross-encoder's own opinions.",
    ],
    claims: [
      "For more than ten neighbours, recall per unit of cost beats reranking what a dual encoder or TF-IDF retrieved.",
      "Indexing is cheaper than distilling a dual encoder from the cross-encoder.",
    ],
    checks: [
      "Recall of the exact top 50 with a budget of 80 scorings must be five points above dual-encoder retrieval with as many.",
      "No advantage is claimed for the single best item; singular values of the score matrix are shown for two kinds of head.",
    ],
  },
  diagram: [
    { label: "Anchor queries x all items", kind: "input" },
    { label: "Cross-encoder, offline", kind: "encoder" },
    { label: "Item vectors by CUR", kind: "memory" },
    { label: "New query x anchor items", kind: "input" },
    { label: "Cross-encoder, online", kind: "encoder" },
    { label: "Guess every score", kind: "procedure", from: [2, 4] },
    { label: "Rescore the best exactly", kind: "output" },
  ],
};
