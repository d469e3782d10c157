/** Papers of the family "tagging". */
import type { Family, Paper } from "../family.ts";

const urlSegmentation: Paper = {
  slug: "url-segmentation",
  arxiv: "2011.03138",
  title: "Semi-supervised URL Segmentation with Recurrent Neural Networks Pre-trained on Knowledge Graph Entities",
  authors: ["Hao Zhang", "Jae Ro", "Richard Sproat"],
  year: 2020,
  venue: "COLING",
  keywords: ["word segmentation", "domain names", "character tagging", "recurrent network", "knowledge graph", "hashtag segmentation"],
  modality: ["text"],
  card: {
    problem: [
      "Read aloud or searched, \"openresearch\" has to become two words.",
      "Labelled domain names are few, and dictionaries do not settle which split is meant.",
    ],
    idea: [
      "As has long been done for Chinese, each character is tagged as the beginning or the inside of a word, here by a bidirectional recurrent network.",
      "Training data come for free from a knowledge base: entity names are sequences of words, so deleting their spaces gives inputs whose right answers are known.",
      "The tagger is pre-trained on these names and then fine-tuned, all weights, on the few real ones.",
      "Names of a single word stay in, to teach it when not to cut.",
    ],
    claims: [
      "Pre-training on concatenated entity names improves the model by 33 %.",
      "85 % of the names are then segmented without a single error.",
      "The published data hold 17,572 training, 1,953 evaluation and 2,170 test names.",
    ],
    checks: [
      "On lower-cased program identifiers, 1,000 of them labelled, pre-training must raise whole-name accuracy by 15 % relative or cut its errors by a quarter.",
      "Viterbi search with unigram and bigram word models is the classical baseline.",
    ],
  },
  diagram: [
    { label: "Entity names, spaces removed", kind: "input" },
    { label: "Few labelled domain names", kind: "input" },
    { label: "Pre-train, then fine-tune", kind: "procedure", from: [0, 1] },
    { label: "Bidirectional recurrent net", kind: "encoder" },
    { label: "Begin or inside, per letter", kind: "objective" },
    { label: "Cross-entropy", kind: "loss" },
  ],
};

const crossner: Paper = {
  slug: "crossner",
  arxiv: "2012.04373",
  title: "CrossNER: Evaluating Cross-Domain Named Entity Recognition",
  authors: ["Zihan Liu", "Yan Xu", "Tiezheng Yu", "Wenliang Dai", "Ziwei Ji", "Samuel Cahyawijaya", "Andrea Madotto", "Pascale Fung"],
  year: 2021,
  venue: "AAAI",
  code: "https://github.com/zliucr/CrossNER",
  keywords: ["named entity recognition", "cross-domain", "domain-adaptive pre-training", "benchmark", "span masking", "low-resource"],
  modality: ["text"],
  card: {
    problem: [
      "Entity recognisers learn persons and places from news and are then wanted for enzymes or albums.",
      "Benchmarks for this move either lacked special entity types or did not stick to one domain.",
    ],
    idea: [
      "Five domains, politics, science, music, literature and AI, get their own entity types and one or two hundred labelled training sentences.",
      "Before it sees them, a language model is trained further on unlabelled text; but on all of it, or on sentences that mention special entities?",
      "And should single words be masked, or pairs and triples that leave less to copy from?",
      "Less but denser text, masked harder, puts more of the effort on the entities that matter.",
    ],
    claims: [
      "Text restricted to domain entities and the harder masking both help adaptation.",
      "The combination consistently outperforms earlier cross-domain recognisers, though the task is far from solved.",
      "Training sets have 100 to 200 sentences and 9 to 17 entity types per domain.",
    ],
    checks: [
      "Software and literature with silver labels: entity-focused text masked in spans must gain two F1 points over no adaptation and half a point over plain domain text.",
      "Test entities seen and unseen in training are reported apart.",
    ],
  },
  diagram: [
    { label: "Sentences with domain entities", kind: "input" },
    { label: "Mask short spans", kind: "procedure" },
    { label: "BERT, trained further", kind: "encoder" },
    { label: "Labelled news, then 100 target", kind: "input" },
    { label: "Tag every word", kind: "decoder", from: [2, 3] },
    { label: "Cross-entropy", kind: "loss" },
  ],
};

const graphMatchingNer: Paper = {
  slug: "graph-matching-ner",
  arxiv: "2408.00981",
  title: "Cross-domain Named Entity Recognition via Graph Matching",
  authors: ["Junhao Zheng", "Haibin Chen", "Qianli Ma"],
  year: 2022,
  venue: "ACL Findings",
  keywords: ["named entity recognition", "cross-domain", "graph matching", "gromov-wasserstein", "label graph", "transfer learning"],
  modality: ["text"],
  card: {
    problem: ["News has four entity types, music twelve; a classifier cannot be handed over when the labels do not correspond."],
    idea: [
      "Transfer how labels relate rather than what they are called.",
      "Run the news model on target sentences and see how it mistakes each new type for its old ones: a singer looks like a person, a band a little like an organisation.",
      "Types that are mistaken alike become neighbours in a graph.",
      "The target model draws the same graph from its own predictions, and training pulls the two into agreement.",
      "Gromov-Wasserstein distance makes that possible, because it compares shapes and needs no pairing of the nodes.",
      "The graph also enters the word vectors, through attention between words and labels.",
    ],
    claims: [
      "On four datasets it outperforms transfer, multi-task and few-shot methods.",
      "It combines with further pre-training of the language model.",
    ],
    checks: [
      "From news-like text to software, literature and music with 100 sentences each: one F1 point over plain transfer on average.",
      "With 20 examples a type the gain should be two points; both graphs and the transport plan are printed.",
    ],
  },
  diagram: [
    { label: "Target sentences", kind: "input" },
    { label: "Source model's confusions", kind: "encoder" },
    { label: "Source label graph", kind: "memory" },
    { label: "BERT + label attention", kind: "encoder", from: [0, 2] },
    { label: "Target label graph", kind: "memory" },
    { label: "Match the two graphs", kind: "objective", from: [2, 4] },
    { label: "Tagging + graph distance", kind: "loss", from: [3, 5] },
  ],
};

const gector: Paper = {
  slug: "gector",
  arxiv: "2005.12592",
  title: "GECToR -- Grammatical Error Correction: Tag, Not Rewrite",
  authors: ["Kostiantyn Omelianchuk", "Vitaliy Atrasevych", "Artem Chernodub", "Oleksandr Skurzhanskyi"],
  year: 2020,
  venue: "BEA Workshop at ACL",
  code: "https://github.com/grammarly/gector",
  keywords: ["grammatical error correction", "sequence tagging", "edit operations", "iterative correction", "synthetic data", "fast inference"],
  modality: ["text"],
  card: {
    problem: ["Correcting grammar by translation writes the whole sentence anew, word by word, to change two words in it."],
    idea: [
      "Predict an edit for each word: keep, delete, append this, replace by that.",
      "Frequent corrections become transformations, such as changing case, number or verb form, so one tag serves thousands of words.",
      "All tags are predicted at once, which is where the speed comes from.",
      "Some corrections depend on others, hence the result is fed back for a few rounds.",
      "Training goes from synthetic errors to real ones and ends with a mixture that includes correct sentences.",
      "Two knobs, a bias towards keeping and a threshold on error probability, trade recall for precision.",
    ],
    claims: [
      "A single model reaches an F0.5 of 65.3 on CoNLL-2014 and 72.4 on BEA-2019; an ensemble 66.5 and 73.6.",
      "Inference is up to ten times faster than with a transformer that rewrites.",
    ],
    checks: [
      "A tagger and a rewriter of equal size, trained on the same synthetic pairs: four times the speed with an F0.5 that is not lower.",
      "A second round must add a point, and ending with clean sentences must raise precision by three.",
    ],
  },
  diagram: [
    { label: "Sentence with errors", kind: "input" },
    { label: "Pre-trained encoder", kind: "encoder" },
    { label: "Edit tag for each word", kind: "decoder" },
    { label: "Is the word wrong?", kind: "decoder", from: [1] },
    { label: "Two cross-entropies", kind: "loss", from: [2, 3] },
    { label: "Apply edits, repeat", kind: "procedure", from: [2, 3] },
    { label: "Corrected sentence", kind: "output" },
  ],
};

const hear: Paper = {
  slug: "hear",
  arxiv: "2301.09244",
  title: "Efficient Encoders for Streaming Sequence Tagging",
  authors: ["Ayush Kaushal", "Aditya Gupta", "Shyam Upadhyay", "Manaal Faruqui"],
  year: 2023,
  venue: "EACL",
  keywords: ["streaming", "sequence tagging", "incremental processing", "adaptive restart", "efficient encoder", "live captions"],
  modality: ["text"],
  card: {
    problem: [
      "Live captions grow word by word, and a bidirectional tagger re-reads everything each time.",
      "Besides the cost, labels already shown keep flipping.",
    ],
    idea: [
      "Split the encoder across its depth.",
      "Lower layers read left to right only, so their work is cached and never repeated.",
      "Upper layers look in both directions and would have to be restarted for every word.",
      "A small gate watches the newest word and restarts them only when labels are likely to improve.",
      "Skipped restarts save computation and also hold labels still while the context is too short to decide.",
      "At the end there is always a restart, so complete sentences lose nothing.",
    ],
    claims: [
      "Streaming needs up to 71.1 % fewer FLOPs over four tagging tasks.",
      "Exact match while streaming improves by up to 10 points on bidirectional encoders.",
      "In one setting FLOPs fall from 74.7 to 21.6 billion while F1 on complete input stays at 93.0, from 93.1.",
    ],
    checks: [
      "Part-of-speech and disfluency streams: 60 % fewer FLOPs than re-encoding, offline accuracy within a point.",
      "Streaming exact match must rise by two points and be no worse than restarting at fixed intervals for the same FLOPs.",
    ],
  },
  diagram: [
    { label: "Next word of a stream", kind: "input" },
    { label: "Left-to-right layers", kind: "encoder" },
    { label: "Cached states", kind: "memory" },
    { label: "Restart gate", kind: "decoder", from: [1] },
    { label: "Bidirectional layers", kind: "encoder", from: [2, 3] },
    { label: "Labels so far", kind: "output", from: [1, 4] },
  ],
};

export const tagging: Family = {
  name: "tagging",
  title: "Tagging and correction",
  papers: [crossner, gector, hear, graphMatchingNer, urlSegmentation],
};
