/** Papers of the family "video" that save tokens or reuse image models. */
import type { Paper } from "../../family.ts";

export const testa: Paper = {
  slug: "testa",
  arxiv: "2310.19060",
  title: "TESTA: Temporal-Spatial Token Aggregation for Long-form Video-Language Understanding",
  authors: ["Shuhuai Ren", "Sishuo Chen", "Shicheng Li", "Xu Sun", "Lu Hou"],
  year: 2023,
  venue: "EMNLP Findings",
  code: "https://github.com/RenShuhuai-Andy/TESTA",
  keywords: ["long video", "token merging", "efficient transformer", "paragraph retrieval", "video question answering"],
  modality: ["video", "text"],
  card: {
    problem: [
      "A long video yields tens of thousands of patch tokens, and most frames resemble the one before.",
    ],
    idea: [
      "Merge what looks alike, inside every block of the video encoder.",
      "First, frames: each patch position votes for the most similar other frame, and the majority decides which frames join.",
      "Then, within each frame, similar patches join.",
      "A merged token is the size-weighted mean of its members, and sizes are carried along.",
      "The saved compute can be spent on reading more frames.",
    ],
    claims: [
      "Visual tokens shrink by 75%, and computing efficiency rises 1.7 times.",
      "Longer inputs then bring 13.7 points of R@1 on QuerYD and 6.5 on Condensed Movie.",
    ],
    checks: [
      "Eight full frames, thirty-two full frames, thirty-two merged, and thirty-two with random dropping search paragraphs.",
      "FLOPs and wall time count, not tokens alone.",
      "Merging must preserve the size-weighted sum of the tokens.",
    ],
  },
  diagram: [
    { label: "Many video frames", kind: "input" },
    { label: "Attention over time", kind: "encoder" },
    { label: "Merge similar frames", kind: "procedure" },
    { label: "Attention within frames", kind: "encoder" },
    { label: "Merge similar patches", kind: "procedure" },
    { label: "Paragraph or question", kind: "input" },
    { label: "Video-language model", kind: "decoder", from: [4, 5] },
    { label: "Match or answer", kind: "output" },
  ],
};

export const smaug: Paper = {
  slug: "smaug",
  arxiv: "2211.11446",
  title: "SMAUG: Sparse Masked Autoencoder for Efficient Video-Language Pre-training",
  authors: ["Yuanze Lin", "Chen Wei", "Huiyu Wang", "Alan Yuille", "Cihang Xie"],
  year: 2023,
  venue: "ICCV",
  keywords: ["efficient pre-training", "masked autoencoder", "token sparsification", "video-language pre-training", "video retrieval"],
  modality: ["video", "text"],
  card: {
    problem: [
      "Pre-training on video and text takes more computing than most groups have.",
    ],
    idea: [
      "Show the encoder less.",
      "Both sides are masked: words, as usual, and most patches, which the encoder then never processes; a light decoder restores their pixels.",
      "Of the visible rest, context decides which regions matter, and only those are kept.",
      "The same is done for frames.",
      "Masking both sides also makes each modality lean on the other, which improves their alignment.",
    ],
    claims: [
      "Pre-training costs fall by a factor of 1.9 or more, at competitive retrieval and question answering.",
      "About 50 GPU hours on A6000 cards suffice for six benchmarks.",
    ],
    checks: [
      "Full input, masking, masking with region choice, and with frame choice as well are run for equal steps, and full input also at equal FLOPs.",
      "A random choice of the same size shows whether importance matters.",
      "The decoder's own cost is included.",
    ],
  },
  diagram: [
    { label: "Video patches", kind: "input" },
    { label: "Text", kind: "input" },
    { label: "Mask both sides", kind: "procedure", from: [0, 1] },
    { label: "Encoder of visible patches", kind: "encoder" },
    { label: "Keep key regions and frames", kind: "procedure" },
    { label: "Fusion encoder", kind: "encoder", from: [2, 4] },
    { label: "Pixel decoder", kind: "decoder", from: [3] },
    { label: "Restore pixels and words", kind: "loss", from: [5, 6] },
    { label: "Search or answer", kind: "output", from: [5] },
  ],
};

export const xClip: Paper = {
  slug: "x-clip",
  arxiv: "2208.02816",
  title: "Expanding Language-Image Pretrained Models for General Video Recognition",
  authors: ["Bolin Ni", "Houwen Peng", "Minghao Chen", "Songyang Zhang", "Gaofeng Meng", "Jianlong Fu", "Shiming Xiang", "Haibin Ling"],
  year: 2022,
  venue: "ECCV",
  code: "https://github.com/microsoft/VideoX",
  keywords: ["video recognition", "clip", "zero-shot", "few-shot", "cross-frame attention", "prompting"],
  modality: ["video", "text"],
  card: {
    problem: [
      "CLIP recognises images by name without training, but it looks at one frame.",
      "Pre-training a video counterpart from scratch would need web-scale data.",
    ],
    idea: [
      "Keep CLIP and let its frames talk.",
      "In each layer every frame sends one message token; messages exchange news and return to their frames.",
      "A small module sums up the frames.",
      "On the text side each class name is adjusted by what the video shows, through cross-attention.",
      "The text encoder itself stays frozen.",
    ],
    claims: [
      "It reaches 87.1% top-1 on Kinetics-400 with 12 times fewer FLOPs than Swin-L and ViViT-H.",
      "Without training on the classes it is 7.6 and 14.9 points above the best before, under two protocols.",
      "With very few examples the lead is 32.1 and 23.1 points.",
    ],
    checks: [
      "The mean of frames, frame summing, messages, the full model, and joint space-time attention tell apart actions that are each other's reverse.",
      "Action and shape combinations never seen test the adjusted names.",
      "With messages silenced the frames must be those of CLIP.",
    ],
  },
  diagram: [
    { label: "Video frames", kind: "input" },
    { label: "CLIP with frame messages", kind: "encoder" },
    { label: "Sum up the frames", kind: "encoder" },
    { label: "Class names", kind: "input" },
    { label: "Frozen text encoder", kind: "encoder" },
    { label: "Video-adjusted names", kind: "encoder", from: [1, 4] },
    { label: "Compare", kind: "procedure", from: [2, 5] },
    { label: "Action", kind: "output" },
  ],
};

export const videoprism: Paper = {
  slug: "videoprism",
  arxiv: "2402.13217",
  title: "VideoPrism: A Foundational Visual Encoder for Video Understanding",
  authors: ["Long Zhao", "Nitesh B. Gundavarapu", "Liangzhe Yuan", "Hao Zhou", "Shen Yan", "Jennifer J. Sun", "Luke Friedman", "Rui Qian", "Tobias Weyand", "Yue Zhao", "Rachel Hornung", "Florian Schroff", "Ming-Hsuan Yang", "David A. Ross", "Huisheng Wang", "Hartwig Adam", "Mikhail Sirotenko", "Ting Liu", "Boqing Gong"],
  year: 2024,
  venue: "ICML",
  code: "https://github.com/google-deepmind/videoprism",
  keywords: ["video encoder", "foundation model", "masked distillation", "frozen features", "contrastive pre-training"],
  modality: ["video", "text"],
  card: {
    problem: [
      "Captions teach what is in a video but say little about motion; masked reconstruction sees motion but knows no names.",
    ],
    idea: [
      "Take one after the other.",
      "Stage one matches videos with text, clean captions and noisy transcripts together.",
      "Stage two uses video alone: a student sees a fraction of the patches and must predict what the stage-one model saw in all of them, token by token and as a whole.",
      "Its tokens are shuffled before decoding, so it cannot just pass the visible ones through.",
      "The result is used frozen, under light heads.",
    ],
    claims: [
      "A single frozen encoder leads on 30 out of 33 video benchmarks, from web questions to science.",
      "Training used 36 million good video-caption pairs and 582 million clips with noisy text.",
    ],
    checks: [
      "More contrast, pixel reconstruction, token targets, shuffling, and the whole-video target are added or swapped at equal compute.",
      "Frozen probes for motion, retrieval and questions decide.",
      "A student equal to its teacher must have zero loss without shuffling, and a positive one with it.",
    ],
  },
  diagram: [
    { label: "Video", kind: "input" },
    { label: "Captions and transcripts", kind: "input" },
    { label: "Stage-one teacher", kind: "encoder", from: [0, 1] },
    { label: "Hide most patches", kind: "procedure", from: [0] },
    { label: "Student encoder", kind: "encoder" },
    { label: "Shuffle tokens", kind: "procedure" },
    { label: "Shallow decoder", kind: "decoder" },
    { label: "Teacher's tokens and summary", kind: "loss", from: [2, 6] },
    { label: "Frozen video features", kind: "output", from: [4] },
  ],
};

export const blip3Video: Paper = {
  slug: "blip-3-video",
  arxiv: "2410.16267",
  title: "xGen-MM-Vid (BLIP-3-Video): You Only Need 32 Tokens to Represent a Video Even in VLMs",
  authors: ["Michael S. Ryoo", "Honglu Zhou", "Shrikant Kendre", "Can Qin", "Le Xue", "Manli Shu", "Silvio Savarese", "Ran Xu", "Caiming Xiong", "Juan Carlos Niebles"],
  year: 2024,
  keywords: ["video language model", "token compression", "temporal encoder", "token turing machine", "video question answering"],
  modality: ["video", "text"],
  card: {
    problem: [
      "Each frame becomes hundreds of tokens, so a short clip fills a language model's context.",
      "Some systems spend 4,608 tokens on one video.",
    ],
    idea: [
      "Put a temporal encoder between the image encoder and the language model.",
      "A resampler first reduces each frame to a fixed number of tokens.",
      "The temporal encoder then boils all frames down to 32.",
      "Several designs compete, from learnt pooling over space and time to a Token Turing Machine, which reads frame by frame and updates a small memory.",
      "Only these few tokens reach the language model.",
    ],
    claims: [
      "It represents a video by 32 tokens where a rival uses 4,608.",
      "The 4B model answers questions about video about as well as models of 34B.",
    ],
    checks: [
      "All tokens, the mean, learnt pooling, and two memories answer questions at equal token budgets.",
      "Questions on order and direction are scored apart, since pooling forgets order.",
      "A pooler without frame numbers must not notice shuffled frames; the memory must.",
    ],
  },
  diagram: [
    { label: "Video frames", kind: "input" },
    { label: "Image encoder", kind: "encoder" },
    { label: "Resampler per frame", kind: "encoder" },
    { label: "Temporal encoder", kind: "encoder" },
    { label: "Question", kind: "input" },
    { label: "Language model", kind: "decoder", from: [3, 4] },
    { label: "Answer", kind: "output" },
  ],
};
