/** Papers of the family "text-encoders". */
import type { Family } from "../family.ts";

export const textEncoders: Family = {
  name: "text-encoders",
  title: "Text encoders",
  papers: [
    { slug: "monobyte", arxiv: "2209.11035", title: "MonoByte: A Pool of Monolingual Byte-level Language Models" },
    { slug: "fpdm", arxiv: "2306.06190", title: "FPDM: Domain-Specific Fast Pre-training Technique using Document-Level Metadata" },
    { slug: "drbert", arxiv: "2401.15861", title: "DrBERT: Unveiling the Potential of Masked Language Modeling Decoder in BERT pretraining" },
    { slug: "xrayemb", arxiv: "2108.00391", title: "Learning to Look Inside: Augmenting Token-Based Encoders with Character-Level Information" },
    { slug: "cdlm", arxiv: "2101.00406", title: "CDLM: Cross-Document Language Modeling" },
    { slug: "mae-lm", arxiv: "2302.02060", title: "Representation Deficiency in Masked Language Modeling" },
    { slug: "convbert", arxiv: "2008.02496", title: "ConvBERT: Improving BERT with Span-based Dynamic Convolution" },
    { slug: "mosaicbert", arxiv: "2312.17482", title: "MosaicBERT: A Bidirectional Encoder Optimized for Fast Pretraining" },
    { slug: "eurobert", arxiv: "2503.05500", title: "EuroBERT: Scaling Multilingual Encoders for European Languages" },
    { slug: "neobert", arxiv: "2502.19587", title: "NeoBERT: A Next-Generation BERT" },
    { slug: "mpnet", arxiv: "2004.09297", title: "MPNet: Masked and Permuted Pre-training for Language Understanding" },
    { slug: "ernie-2", arxiv: "1907.12412", title: "ERNIE 2.0: A Continual Pre-training Framework for Language Understanding" },
    { slug: "charbert", arxiv: "2011.01513", title: "CharBERT: Character-aware Pre-trained Language Model" },
  ],
};
