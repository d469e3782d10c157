/** Papers of the family "video". */
import type { Family } from "../family.ts";

export const video: Family = {
  name: "video",
  title: "Video and language",
  papers: [
    { slug: "vlm", arxiv: "2105.09996", title: "VLM: Task-agnostic Video-Language Model Pre-training for Video Understanding" },
    { slug: "testa", arxiv: "2310.19060", title: "TESTA: Temporal-Spatial Token Aggregation for Long-form Video-Language Understanding" },
    { slug: "cico", arxiv: "2303.12793", title: "CiCo: Domain-Aware Sign Language Retrieval via Cross-Lingual Contrastive Learning" },
    { slug: "blip-3-video", arxiv: "2410.16267", title: "xGen-MM-Vid (BLIP-3-Video): You Only Need 32 Tokens to Represent a Video Even in VLMs" },
    { slug: "univl", arxiv: "2002.06353", title: "UniVL: A Unified Video and Language Pre-Training Model for Multimodal Understanding and Generation" },
    { slug: "all-in-one", arxiv: "2203.07303", title: "All in One: Exploring Unified Video-Language Pre-training" },
    { slug: "synch-transformer", arxiv: "2409.09177", title: "Transformer with Controlled Attention for Synchronous Motion Captioning" },
    { slug: "x-clip", arxiv: "2208.02816", title: "Expanding Language-Image Pretrained Models for General Video Recognition" },
    { slug: "videoprism", arxiv: "2402.13217", title: "VideoPrism: A Foundational Visual Encoder for Video Understanding" },
    { slug: "alpro", arxiv: "2112.09583", title: "Align and Prompt: Video-and-Language Pre-training with Entity Prompts" },
    { slug: "teachtext", arxiv: "2104.08271", title: "TEACHTEXT: CrossModal Generalized Distillation for Text-Video Retrieval" },
    { slug: "x-pool", arxiv: "2203.15086", title: "X-Pool: Cross-Modal Language-Video Attention for Text-Video Retrieval" },
    { slug: "smaug", arxiv: "2211.11446", title: "SMAUG: Sparse Masked Autoencoder for Efficient Video-Language Pre-training" },
    { slug: "uatvr", arxiv: "2301.06309", title: "UATVR: Uncertainty-Adaptive Text-Video Retrieval" },
    { slug: "signclip", arxiv: "2407.01264", title: "SignCLIP: Connecting Text and Sign Language by Contrastive Learning" },
    { slug: "contra", arxiv: "2210.04341", title: "ConTra: (Con)text (Tra)nsformer for Cross-Modal Video Retrieval" },
    { slug: "context-slt", arxiv: "2308.09622", title: "Is context all you need? Scaling Neural Sign Language Translation to Large Domains of Discourse" },
    { slug: "valor", arxiv: "2304.08345", title: "VALOR: Vision-Audio-Language Omni-Perception Pretraining Model and Dataset" },
    { slug: "mdmmt-2", arxiv: "2203.07086", title: "MDMMT-2: Multidomain Multimodal Transformer for Video Retrieval, One More Step Towards Generalization" },
  ],
};
