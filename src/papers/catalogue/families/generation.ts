/** Papers of the family "generation". */
import type { Family } from "../family.ts";

export const generation: Family = {
  name: "generation",
  title: "Image and video generation",
  papers: [
    { slug: "presto", arxiv: "2412.01316", title: "Long Video Diffusion Generation with Segmented Cross-Attention and Content-Rich Video Data Curation" },
    { slug: "crossflow", arxiv: "2412.15213", title: "Flowing from Words to Pixels: A Framework for Cross-Modality Evolution" },
    { slug: "video-adapter", arxiv: "2306.01872", title: "Probabilistic Adaptation of Text-to-Video Models" },
    { slug: "toontalker", arxiv: "2308.12866", title: "ToonTalker: Cross-Domain Face Reenactment" },
    { slug: "task-aware-dvc", arxiv: "2404.04848", title: "Task-Aware Encoder Control for Deep Video Compression" },
    { slug: "cmvc", arxiv: "2408.08093", title: "When Video Coding Meets Multimodal Large Language Models: A Unified Paradigm for Video Coding" },
  ],
};
