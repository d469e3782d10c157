/** Papers of the family "crosslingual". */
import type { Family } from "../family.ts";

export const crosslingual: Family = {
  name: "crosslingual",
  title: "Cross-lingual models",
  papers: [
    { slug: "mt4crossoie", arxiv: "2308.06552", title: "MT4CrossOIE: Multi-stage Tuning for Cross-lingual Open Information Extraction" },
    { slug: "xlm", arxiv: "1901.07291", title: "Cross-lingual Language Model Pretraining" },
    { slug: "langsamp", arxiv: "2409.18199", title: "LangSAMP: Language-Script Aware Multilingual Pretraining" },
    { slug: "deltalm", arxiv: "2106.13736", title: "DeltaLM: Encoder-Decoder Pre-training for Language Generation and Translation by Augmenting Pretrained Multilingual Encoders" },
    { slug: "cross-lingual-alignment-survey", arxiv: "2404.06228", title: "Understanding Cross-Lingual Alignment -- A Survey" },
    { slug: "cross-lingual-back-parsing", arxiv: "2410.00513", title: "Cross-lingual Back-Parsing: Utterance Synthesis from Meaning Representation for Zero-Resource Semantic Parsing" },
    { slug: "infoxlm", arxiv: "2007.07834", title: "InfoXLM: An Information-Theoretic Framework for Cross-Lingual Language Model Pre-Training" },
    { slug: "csr4mbart", arxiv: "2204.07834", title: "Bridging Cross-Lingual Gaps During Leveraging the Multilingual Sequence-to-Sequence Pretraining for Text Generation and Understanding" },
    { slug: "prealign", arxiv: "2407.16222", title: "PreAlign: Boosting Cross-Lingual Transfer by Early Establishment of Multilingual Alignment" },
    { slug: "xlm-r-xl", arxiv: "2105.00572", title: "Larger-Scale Transformers for Multilingual Masked Language Modeling" },
    { slug: "xlm-align", arxiv: "2106.06381", title: "Improving Pretrained Cross-Lingual Language Models via Self-Labeled Word Alignment" },
    { slug: "dap", arxiv: "2305.09148", title: "Dual-Alignment Pre-training for Cross-lingual Sentence Embedding" },
    { slug: "cross-lingual-supervision", arxiv: "2305.11778", title: "Cross-Lingual Supervision improves Large Language Models Pre-training" },
    { slug: "hyperpolyglot", arxiv: "2311.18034", title: "Hyperpolyglot LLMs: Cross-Lingual Interpretability in Token Embeddings" },
    { slug: "encoders-on-a-diet", arxiv: "2404.05428", title: "Language Models on a Diet: Cost-Efficient Development of Encoders for Closely-Related Languages via Additional Pretraining" },
    { slug: "xglue", arxiv: "2004.01401", title: "XGLUE: A New Benchmark Dataset for Cross-lingual Pre-training, Understanding and Generation" },
    { slug: "crosssum", arxiv: "2112.08804", title: "CrossSum: Beyond English-Centric Cross-Lingual Abstractive Text Summarization for 1500+ Language Pairs" },
  ],
};
