/** Papers of the family "language-models" that change the input layer, the head or the memory of a causal model. */
import type { Paper } from "../../family.ts";

export const futureTokenPrediction: Paper = {
  slug: "future-token-prediction",
  arxiv: "2410.18160",
  title: "Future Token Prediction -- Causal Language Modelling with Per-Token Semantic State Vector for Multi-Token Prediction",
  authors: ["Nicholas Walker"],
  year: 2024,
  keywords: ["multi-token prediction", "causal language model", "state vector", "topic coherence", "encoder-decoder", "text generation"],
  modality: ["text", "code"],
  card: {
    problem: ["Asked for the next token and nothing else, a language model fills its last layer with that one token and hardly with where the text is going."],
    idea: [
      "Demand more of each vector: from it alone, the next several tokens must be written.",
      "A large causal encoder produces one vector per position; a linear map unfolds it into a short pseudo-sequence; a small decoder attends to that and to nothing else.",
      "As the vector is the only channel from the past, it has to carry the topic and the plan.",
      "Tokens further ahead count less, because they are harder to foresee.",
      "In use the decoder can write one token at a time, as usual, or a few at once.",
    ],
    claims: [
      "State vectors vary smoothly along a text, judging by the cosine of neighbouring positions.",
      "Generated text keeps its topic better than that of GPT models with the same next-token perplexity, and the vectors classify topics better.",
      "On a toy but complex coding problem it is significantly better than GPT.",
    ],
    checks: [
      "At matched next-token loss, the cosine of neighbouring states must rise by 0.1 and a topic probe by two points over GPT.",
      "Completing small programs must succeed two points more often.",
    ],
  },
  diagram: [
    { label: "Text so far", kind: "input" },
    { label: "Large causal encoder", kind: "encoder" },
    { label: "One vector per position", kind: "memory" },
    { label: "Unfold to a pseudo-sequence", kind: "encoder" },
    { label: "Small decoder", kind: "decoder" },
    { label: "Next tokens, near ones first", kind: "objective" },
    { label: "Weighted cross-entropy", kind: "loss" },
  ],
};

export const tFree: Paper = {
  slug: "t-free",
  arxiv: "2406.19223",
  title: "T-FREE: Tokenizer-Free Generative LLMs via Sparse Representations for Memory-Efficient Embeddings",
  authors: ["Björn Deiseroth", "Manuel Brack", "Patrick Schramowski", "Kristian Kersting", "Samuel Weinbach"],
  year: 2024,
  venue: "EMNLP",
  code: "https://github.com/Aleph-Alpha/trigrams",
  keywords: ["tokenizer-free", "hash embedding", "character trigrams", "vocabulary compression", "cross-lingual transfer", "multi-label head"],
  modality: ["text"],
  card: {
    problem: [
      "A tokenizer is trained on a reference corpus, treats other languages badly and fills huge tables with near-duplicates such as a word with and without a capital.",
    ],
    idea: [
      "A word is taken as the set of character triples in it; each triple is hashed to a handful of rows of a small table, and the word's embedding is their sum.",
      "Words that look alike therefore share most of their rows: plurals, compounds and typos start near words already known.",
      "The head does not choose from a vocabulary; it predicts which rows the next word switches on, many yes-no questions at a time.",
      "To generate, every word of a dictionary is scored by its rows, and the dictionary can be exchanged at run time.",
    ],
    claims: [
      "Embedding and head layers lose more than 85 % of their parameters with competitive results downstream.",
      "Transfer to other languages improves significantly.",
      "No reference corpus is needed.",
    ],
    checks: [
      "The same body behind hashed triples and behind a subword vocabulary: with 15 % of the embedding weights, next-word accuracy may drop 1.5 points.",
      "In addition, resistance to typos or transfer to German and Spanish must be two points better.",
    ],
  },
  diagram: [
    { label: "Words", kind: "input" },
    { label: "Hashed character triples", kind: "procedure" },
    { label: "Sum of table rows", kind: "encoder" },
    { label: "Causal transformer", kind: "encoder" },
    { label: "Rows of the next word", kind: "objective" },
    { label: "Many binary cross-entropies", kind: "loss" },
    { label: "Best word of a dictionary", kind: "output", from: [3] },
  ],
};

export const retro: Paper = {
  slug: "retro",
  arxiv: "2112.04426",
  title: "Improving language models by retrieving from trillions of tokens",
  authors: ["Sebastian Borgeaud", "Arthur Mensch", "Jordan Hoffmann", "Trevor Cai", "Eliza Rutherford", "Katie Millican", "George van den Driessche", "Jean-Baptiste Lespiau", "Bogdan Damoc", "Aidan Clark", "Diego de Las Casas", "Aurelia Guy", "Jacob Menick", "Roman Ring", "Tom Hennigan", "Saffron Huang", "Loren Maggiore", "Chris Jones", "Albin Cassirer", "Andy Brock", "Michela Paganini", "Geoffrey Irving", "Oriol Vinyals", "Simon Osindero", "Karen Simonyan", "Jack W. Rae", "Erich Elsen", "Laurent Sifre"],
  year: 2022,
  venue: "ICML",
  keywords: ["retrieval-augmented", "language model", "chunked cross-attention", "nearest neighbours", "external memory", "retrofit"],
  modality: ["text"],
  card: {
    problem: ["Facts are stored in weights, so knowing more has meant being bigger, and correcting a fact has meant training again."],
    idea: [
      "Keep knowledge in a database and let the model read it while writing.",
      "Text is cut into chunks of 64 tokens; for each, a frozen BERT finds similar chunks in the database, together with what came after them.",
      "A small encoder reads these neighbours, and the language model attends to them in some of its layers.",
      "The attention is shifted so that a token only uses neighbours of chunks already complete; nothing leaks from the future.",
      "Cost grows with the number of neighbours, not with the size of the database.",
      "An existing model can be retrofitted by training the new parts alone.",
    ],
    claims: [
      "With a database of two trillion tokens it equals Jurassic-1 and GPT-3 on the Pile, at a twenty-fifth of the parameters.",
      "Fine-tuned, it does well on knowledge-intensive tasks such as question answering.",
      "Retrofitting a trained model is quick and gives good performance.",
    ],
    checks: [
      "Package descriptions: 0.05 bits per byte below the same model without retrieval, and no worse than one three times bigger.",
      "Random neighbours must bring nothing, and results are split by how much a chunk overlaps its neighbours.",
    ],
  },
  diagram: [
    { label: "Text in chunks", kind: "input" },
    { label: "Frozen BERT", kind: "encoder" },
    { label: "Database of chunks", kind: "memory" },
    { label: "Neighbour encoder", kind: "encoder", from: [0, 2] },
    { label: "Decoder, chunked attention", kind: "decoder", from: [0, 3] },
    { label: "Next-token cross-entropy", kind: "loss" },
  ],
};
