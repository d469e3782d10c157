/** Papers of the family "vision-language". */
import type { Family } from "../family.ts";

export const visionLanguage: Family = {
  name: "vision-language",
  title: "Vision and language",
  papers: [
    { slug: "unicoder-vl", arxiv: "1908.06066", title: "Unicoder-VL: A Universal Encoder for Vision and Language by Cross-modal Pre-training" },
    { slug: "lxmert", arxiv: "1908.07490", title: "LXMERT: Learning Cross-Modality Encoder Representations from Transformers" },
    { slug: "xgpt", arxiv: "2003.01473", title: "XGPT: Cross-modal Generative Pre-Training for Image Captioning" },
    { slug: "growclip", arxiv: "2308.11331", title: "GrowCLIP: Data-aware Automatic Model Growing for Large-scale Contrastive Language-Image Pre-training" },
    { slug: "tulip", arxiv: "2410.10034", title: "TULIP: Token-length Upgraded CLIP" },
    { slug: "pma-net", arxiv: "2308.12383", title: "With a Little Help from your own Past: Prototypical Memory Networks for Image Captioning" },
    { slug: "oscar", arxiv: "2004.06165", title: "Oscar: Object-Semantics Aligned Pre-training for Vision-Language Tasks" },
    { slug: "refers", arxiv: "2111.03452", title: "Generalized Radiograph Representation Learning via Cross-supervision between Images and Free-text Radiology Reports" },
    { slug: "lightclip", arxiv: "2312.00674", title: "LightCLIP: Learning Multi-Level Interaction for Lightweight Vision-Language Models" },
    { slug: "paraclip", arxiv: "2402.15120", title: "Fine-tuning CLIP Text Encoders with Two-step Paraphrasing" },
    { slug: "pre", arxiv: "2309.07760", title: "PRE: Vision-Language Prompt Learning with Reparameterization Encoder" },
    { slug: "clips", arxiv: "2411.16828", title: "CLIPS: An Enhanced CLIP Framework for Learning with Synthetic Captions" },
    { slug: "safe-clip", arxiv: "2311.16254", title: "Safe-CLIP: Removing NSFW Concepts from Vision-and-Language Models" },
    { slug: "clip-beyond-tail", arxiv: "2405.21070", title: "Generalization Beyond Data Imbalance: A Controlled Study on CLIP for Transferable Insights" },
    { slug: "filip", arxiv: "2111.07783", title: "FILIP: Fine-grained Interactive Language-Image Pre-Training" },
    { slug: "pcme", arxiv: "2101.05068", title: "Probabilistic Embeddings for Cross-Modal Retrieval" },
    { slug: "uniadapter", arxiv: "2302.06605", title: "UniAdapter: Unified Parameter-Efficient Transfer Learning for Cross-modal Modeling" },
    { slug: "xbt", arxiv: "2405.14715", title: "Towards Cross-modal Backward-compatible Representation Learning for Vision-Language Models" },
    { slug: "locca", arxiv: "2403.19596", title: "LocCa: Visual Pretraining with Location-aware Captioners" },
    { slug: "coca", arxiv: "2205.01917", title: "CoCa: Contrastive Captioners are Image-Text Foundation Models" },
    { slug: "icmlm", arxiv: "2008.01392", title: "Learning Visual Representations with Caption Annotations" },
    { slug: "x-more", arxiv: "2308.15273", title: "Cross-Modal Retrieval Meets Inference:Improving Zero-Shot Classification with Cross-Modal Retrieval" },
    { slug: "cappa", arxiv: "2306.07915", title: "Image Captioners Are Scalable Vision Learners Too" },
  ],
};
