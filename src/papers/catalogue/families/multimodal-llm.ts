/** Papers of the family "multimodal-llm". */
import type { Family } from "../family.ts";

export const multimodalLlm: Family = {
  name: "multimodal-llm",
  title: "Multi-modal language models",
  papers: [
    { slug: "eagle", arxiv: "2408.15998", title: "Eagle: Exploring The Design Space for Multimodal LLMs with Mixture of Encoders" },
    { slug: "vistog", arxiv: "2411.17773", title: "Efficient Multi-modal Large Language Models via Visual Token Grouping" },
    { slug: "oneencoder", arxiv: "2409.11059", title: "OneEncoder: A Lightweight Framework for Progressive Alignment of Modalities" },
    { slug: "x-vila", arxiv: "2405.19335", title: "X-VILA: Cross-Modality Alignment for Large Language Model" },
    { slug: "vl-gpt", arxiv: "2312.09251", title: "VL-GPT: A Generative Pre-trained Transformer for Vision and Language Understanding and Generation" },
    { slug: "rs-capret", arxiv: "2402.06475", title: "Large Language Models for Captioning and Retrieving Remote Sensing Images" },
    { slug: "mustdrop", arxiv: "2411.10803", title: "Multi-Stage Vision Token Dropping: Towards Efficient Multimodal Large Language Model" },
    { slug: "omni-rgpt", arxiv: "2501.08326", title: "Omni-RGPT: Unifying Image and Video Region-level Understanding via Token Marks" },
    { slug: "nxtp", arxiv: "2312.02142", title: "Object Recognition as Next Token Prediction" },
    { slug: "limber", arxiv: "2209.15162", title: "Linearly Mapping from Image to Text Space" },
  ],
};
