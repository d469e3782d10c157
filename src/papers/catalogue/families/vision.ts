/** Papers of the family "vision". */
import type { Family } from "../family.ts";

export const vision: Family = {
  name: "vision",
  title: "Vision",
  papers: [
    { slug: "crossformer", arxiv: "2108.00154", title: "CrossFormer: A Versatile Vision Transformer Hinging on Cross-scale Attention" },
    { slug: "xcit", arxiv: "2106.09681", title: "XCiT: Cross-Covariance Image Transformers" },
    { slug: "x-decoder", arxiv: "2212.11270", title: "Generalized Decoding for Pixel, Image, and Language" },
    { slug: "crosskd", arxiv: "2306.11369", title: "CrossKD: Cross-Head Knowledge Distillation for Object Detection" },
    { slug: "look", arxiv: "2110.06014", title: "Rethinking Supervised Pre-training for Better Downstream Transferring" },
    { slug: "deepcvir", arxiv: "2005.00725", title: "Cross-View Image Retrieval -- Ground to Aerial Image Retrieval through Deep Learning" },
    { slug: "dformer", arxiv: "2309.09668", title: "DFormer: Rethinking RGBD Representation Learning for Semantic Segmentation" },
    { slug: "cswin", arxiv: "2107.00652", title: "CSWin Transformer: A General Vision Transformer Backbone with Cross-Shaped Windows" },
    { slug: "multimodal-pathway", arxiv: "2401.14405", title: "Multimodal Pathway: Improve Transformers with Irrelevant Data from Other Modalities" },
    { slug: "intr", arxiv: "2311.04157", title: "A Simple Interpretable Transformer for Fine-Grained Image Classification and Analysis" },
    { slug: "cat-sam", arxiv: "2402.03631", title: "CAT-SAM: Conditional Tuning for Few-Shot Adaptation of Segment Anything Model" },
    { slug: "crossvit", arxiv: "2103.14899", title: "CrossViT: Cross-Attention Multi-Scale Vision Transformer for Image Classification" },
    { slug: "swag", arxiv: "2201.08371", title: "Revisiting Weakly Supervised Pre-Training of Visual Perception Models" },
    { slug: "conditional-detr", arxiv: "2108.06152", title: "Conditional DETR for Fast Training Convergence" },
    { slug: "rgb-event-tracking", arxiv: "2307.04129", title: "Cross-modal Orthogonal High-rank Augmentation for RGB-Event Transformer-trackers" },
    { slug: "hashtag-pretraining", arxiv: "1805.00932", title: "Exploring the Limits of Weakly Supervised Pretraining" },
  ],
};
