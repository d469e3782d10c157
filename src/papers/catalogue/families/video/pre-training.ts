/** Papers of the family "video" that pre-train video and language together. */
import type { Paper } from "../../family.ts";

export const vlm: Paper = {
  slug: "vlm",
  arxiv: "2105.09996",
  title: "VLM: Task-agnostic Video-Language Model Pre-training for Video Understanding",
  authors: ["Hu Xu", "Gargi Ghosh", "Po-Yao Huang", "Prahal Arora", "Masoumeh Aminzadeh", "Christoph Feichtenhofer", "Florian Metze", "Luke Zettlemoyer"],
  year: 2021,
  venue: "ACL Findings",
  code: "https://github.com/facebookresearch/fairseq/tree/main/examples/MMPT",
  keywords: ["video-language pre-training", "masked modeling", "single encoder", "task-agnostic", "video retrieval"],
  modality: ["video", "text"],
  card: {
    problem: [
      "Pre-training for video and text commits early: one joint encoder cannot search quickly, two separate ones cannot fuse.",
      "Each task then needs its own recipe.",
    ],
    idea: [
      "Use one BERT for both and let the masks decide.",
      "In pre-training, sometimes scattered words and frames are hidden, sometimes all of the text or all of the video.",
      "Hidden words may be answered by video vectors and hidden frames by words, since both compete in one list of candidates.",
      "Afterwards the attention mask alone picks the task: isolated halves for search, full view for questions, left to right for captions.",
    ],
    claims: [
      "It is strong on more kinds of task than earlier methods, which each served a few.",
      "One encoder often beats pre-training made for the task.",
    ],
    checks: [
      "Separate heads, the joint list, and hiding whole modalities are added step by step; a contrastive two-encoder model is the rival.",
      "That rival may win at search, and the report would say so, but it cannot caption.",
      "With isolated halves, changing the video must not move a single text output.",
    ],
  },
  diagram: [
    { label: "Video features", kind: "input" },
    { label: "Text", kind: "input" },
    { label: "Hide parts or all of one side", kind: "procedure", from: [0, 1] },
    { label: "One BERT", kind: "encoder" },
    { label: "Joint list of words and frames", kind: "loss" },
    { label: "Choose the attention mask", kind: "procedure", from: [3] },
    { label: "Search, answer, caption", kind: "output" },
  ],
};

export const univl: Paper = {
  slug: "univl",
  arxiv: "2002.06353",
  title: "UniVL: A Unified Video and Language Pre-Training Model for Multimodal Understanding and Generation",
  authors: ["Huaishao Luo", "Lei Ji", "Botian Shi", "Haoyang Huang", "Nan Duan", "Tianrui Li", "Jason Li", "Taroon Bharti", "Ming Zhou"],
  year: 2020,
  code: "https://github.com/microsoft/UniVL",
  keywords: ["video-language pre-training", "instructional video", "video captioning", "video retrieval", "encoder-decoder"],
  modality: ["video", "text"],
  card: {
    problem: [
      "Video-text models are pre-trained to understand.",
      "Asked to describe a video, they meet a decoder that was never trained.",
    ],
    idea: [
      "Pre-train everything a downstream task may need: two encoders, a joint encoder and a decoder.",
      "Five objectives divide the work: match clip and speech, restore words, pick the right frames, judge pairs, and write the text again.",
      "Matching comes first on its own, with huge batches, so that the encoders are sound before the rest is added.",
      "Now and then all text is removed, so the decoder must describe from video alone.",
    ],
    claims: [
      "It led on five downstream tasks.",
      "Searching YouCook2, R@1 is 22.7 with the separate encoders and 28.9 with the joint one.",
      "Captions there reach a BLEU-4 of 17.8 with the transcript and 11.2 from video alone.",
    ],
    checks: [
      "None, all five at once, staged, and staged with removed text get the same total steps.",
      "Captions from video alone should profit most from removing the text.",
      "With one positive per clip the matching loss must equal its hand-worked value.",
    ],
  },
  diagram: [
    { label: "Video features", kind: "input" },
    { label: "Transcript", kind: "input" },
    { label: "Video encoder", kind: "encoder", from: [0] },
    { label: "Text encoder", kind: "encoder", from: [1] },
    { label: "Match clips and speech", kind: "loss", from: [2, 3] },
    { label: "Joint encoder", kind: "encoder", from: [2, 3] },
    { label: "Masked words, frames, pairs", kind: "loss" },
    { label: "Decoder", kind: "decoder", from: [5] },
    { label: "Write the text again", kind: "loss" },
    { label: "Search and captions", kind: "output", from: [5, 7] },
  ],
};

export const alpro: Paper = {
  slug: "alpro",
  arxiv: "2112.09583",
  title: "Align and Prompt: Video-and-Language Pre-training with Entity Prompts",
  authors: ["Dongxu Li", "Junnan Li", "Hongdong Li", "Juan Carlos Niebles", "Steven C.H. Hoi"],
  year: 2022,
  venue: "CVPR",
  code: "https://github.com/salesforce/ALPRO",
  keywords: ["video-language pre-training", "entity prompts", "contrastive learning", "region alignment", "video question answering"],
  modality: ["video", "text"],
  card: {
    problem: [
      "Video and text features are fused before they have been brought together.",
      "Learning which region is which object usually takes a detector, slow and with a short word list.",
    ],
    idea: [
      "Align first: a contrastive loss matches whole videos and texts before fusion.",
      "For regions, replace the detector by prompts.",
      "A separate pair of encoders, trained by contrast and then frozen, compares a random crop with sentences such as 'a video of a dog' for a thousand nouns.",
      "The similarities become soft labels.",
      "The model, seeing the full video, must predict them for that region.",
    ],
    claims: [
      "Text-video retrieval and video question answering improve substantially over earlier work.",
      "No object detector is needed.",
    ],
    checks: [
      "Fusion losses alone, with contrast, and with contrast and entity labels are compared; a random prompter is the control.",
      "Questions about colour and shape should gain from entities.",
      "Uniform labels must give the loss worked out by hand.",
    ],
  },
  diagram: [
    { label: "Video", kind: "input" },
    { label: "Text", kind: "input" },
    { label: "Video and text encoders", kind: "encoder", from: [0, 1] },
    { label: "Match before fusing", kind: "loss" },
    { label: "Fusion encoder", kind: "encoder", from: [2] },
    { label: "Crop and name by prompts", kind: "procedure", from: [0] },
    { label: "Predict entities of the crop", kind: "loss", from: [4, 5] },
    { label: "Words and matching", kind: "loss", from: [4] },
    { label: "Search or answer", kind: "output", from: [4] },
  ],
};

export const allInOne: Paper = {
  slug: "all-in-one",
  arxiv: "2203.07303",
  title: "All in One: Exploring Unified Video-Language Pre-training",
  year: 2023,
  venue: "CVPR",
  code: "https://github.com/showlab/all-in-one",
  keywords: ["video-language pre-training", "unified backbone", "token rolling", "efficiency", "video question answering"],
  modality: ["video", "text"],
  card: {
    problem: [
      "Video-language models consist of three networks: one for video, one for text, one to fuse them.",
      "A single network would do, were it not for time.",
    ],
    idea: [
      "Run one shared transformer over text and frame, frame by frame, for only three frames.",
      "Before every block, roll a slice of the patch tokens to the next frame and another slice to the previous one.",
      "Information thus crosses frames without a weight or a multiplication.",
      "Frames are averaged at the end.",
      "The same network also encodes text or video alone, for search.",
    ],
    claims: [
      "It leads on nine data sets with the fewest FLOPs.",
      "It serves retrieval, question answering, multiple choice and visual commonsense.",
    ],
    checks: [
      "No rolling, rolling, channel shifting, joint attention, and a three-network model are asked in which direction things moved.",
      "Without rolling, reversed clips are indistinguishable: accuracy must sit at 50%.",
      "Rolling as often as there are frames must restore the clip.",
    ],
  },
  diagram: [
    { label: "Text", kind: "input" },
    { label: "Three frames", kind: "input" },
    { label: "Roll tokens across frames", kind: "procedure" },
    { label: "One shared transformer", kind: "encoder", from: [0, 2] },
    { label: "Average the frames", kind: "procedure" },
    { label: "Match pairs, fill words", kind: "loss" },
    { label: "Search or answer", kind: "output", from: [4] },
  ],
};

export const valor: Paper = {
  slug: "valor",
  arxiv: "2304.08345",
  title: "VALOR: Vision-Audio-Language Omni-Perception Pretraining Model and Dataset",
  authors: ["Sihan Chen", "Xingjian He", "Longteng Guo", "Xinxin Zhu", "Weining Wang", "Jinhui Tang", "Jing Liu"],
  year: 2024,
  venue: "IEEE TPAMI",
  code: "https://github.com/TXH-mercury/VALOR",
  keywords: ["audio-visual", "multimodal pre-training", "video captioning", "video retrieval", "dataset"],
  modality: ["video", "audio", "text"],
  card: {
    problem: [
      "Videos have sound, and most models are deaf.",
      "Those that listen often fail when the sound is missing.",
    ],
    idea: [
      "Train every combination at once.",
      "Text is matched with picture, with sound, and with both together, comparing fine-grained tokens.",
      "A decoder writes the caption from picture, from sound, and from both.",
      "Because each grouping is practised in every step, one model serves whatever a user has.",
      "A new data set holds videos whose human captions describe what is heard as well as seen.",
    ],
    claims: [
      "It leads on a series of retrieval, captioning and question benchmarks, with various inputs.",
      "VALOR-1M contains one million videos with audiovisual captions by people.",
    ],
    checks: [
      "Training on picture only and on both only runs against training on all groupings, tested with each input missing.",
      "Both together should beat picture alone by a clear margin.",
      "With the sound masked the joint score must equal the picture's.",
    ],
  },
  diagram: [
    { label: "Video frames", kind: "input" },
    { label: "Sound", kind: "input" },
    { label: "Text", kind: "input" },
    { label: "Vision encoder", kind: "encoder", from: [0] },
    { label: "Audio encoder", kind: "encoder", from: [1] },
    { label: "Text encoder", kind: "encoder", from: [2] },
    { label: "Match in three groupings", kind: "loss", from: [3, 4, 5] },
    { label: "Caption decoder", kind: "decoder", from: [3, 4] },
    { label: "Caption from each grouping", kind: "loss" },
    { label: "Search, caption, answer", kind: "output", from: [3, 4, 7] },
  ],
};
