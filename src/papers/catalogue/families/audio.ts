/** Papers of the family "audio". */
import type { Family } from "../family.ts";

export const audio: Family = {
  name: "audio",
  title: "Audio and speech",
  papers: [
    { slug: "conette", arxiv: "2309.00454", title: "CoNeTTE: An efficient Audio Captioning system leveraging multiple datasets with Task Embedding" },
    { slug: "jmla", arxiv: "2310.10159", title: "Joint Music and Language Attention Models for Zero-shot Music Tagging" },
    { slug: "ctc-optimal-transport", arxiv: "2301.11716", title: "Pre-training for Speech Translation: CTC Meets Optimal Transport" },
    { slug: "speech2c", arxiv: "2203.17113", title: "Pre-Training Transformer Decoder for End-to-End ASR Model with Unpaired Speech Data" },
    { slug: "ms-hubert", arxiv: "2406.05661", title: "MS-HuBERT: Mitigating Pre-training and Inference Mismatch in Masked Language Modelling methods for learning Speech Representations" },
    { slug: "ccc-wav2vec2", arxiv: "2210.02592", title: "CCC-wav2vec 2.0: Clustering aided Cross Contrastive Self-supervised learning of speech representations" },
    { slug: "speecht5", arxiv: "2110.07205", title: "SpeechT5: Unified-Modal Encoder-Decoder Pre-Training for Spoken Language Processing" },
    { slug: "joint-speech-text", arxiv: "2308.06125", title: "Improving Joint Speech-Text Representations Without Alignment" },
    { slug: "enclap", arxiv: "2401.17690", title: "EnCLAP: Combining Neural Audio Codec and Audio-Text Joint Embedding for Automated Audio Captioning" },
    { slug: "cpc-transfer", arxiv: "2002.02848", title: "Unsupervised pretraining transfers well across languages" },
    { slug: "pmcanet", arxiv: "2406.02345", title: "Progressive Confident Masking Attention Network for Audio-Visual Segmentation" },
    { slug: "x-codec", arxiv: "2408.17175", title: "Codec Does Matter: Exploring the Semantic Shortcoming of Codec for Audio Language Model" },
    { slug: "rnn-audio-captioning", arxiv: "1706.10006", title: "Automated Audio Captioning with Recurrent Neural Networks" },
    { slug: "tera", arxiv: "2007.06028", title: "TERA: Self-Supervised Learning of Transformer Encoder Representation for Speech" },
    { slug: "learnable-pins", arxiv: "1805.00833", title: "Learnable PINs: Cross-Modal Embeddings for Person Identity" },
    { slug: "enclap-plus-plus", arxiv: "2409.01201", title: "EnCLAP++: Analyzing the EnCLAP Framework for Optimizing Automated Audio Captioning Performance" },
  ],
};
