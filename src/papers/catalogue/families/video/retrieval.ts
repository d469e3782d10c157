/** Papers of the family "video" that find videos by text. */
import type { Paper } from "../../family.ts";

export const xPool: Paper = {
  slug: "x-pool",
  arxiv: "2203.15086",
  title: "X-Pool: Cross-Modal Language-Video Attention for Text-Video Retrieval",
  authors: ["Satya Krishna Gorti", "Noël Vouitsis", "Junwei Ma", "Keyvan Golestan", "Maksims Volkovs", "Animesh Garg", "Guangwei Yu"],
  year: 2022,
  venue: "CVPR",
  code: "https://github.com/layer6ai-labs/xpool",
  keywords: ["text-video retrieval", "cross-modal attention", "frame pooling", "clip", "temporal grounding"],
  modality: ["video", "text"],
  card: {
    problem: [
      "A caption usually describes one part of a video.",
      "Averaging all frames into one vector mixes in everything the caption does not mention.",
    ],
    idea: [
      "Pool the frames anew for every query.",
      "The text attends to the frames by scaled dot product, and the video vector is the sum it asks for.",
      "Frames far from the text get little weight.",
      "All projections start as the identity, so training begins from what CLIP already knows.",
    ],
    claims: [
      "Recall@1 rises by up to 12%, relative, over three data sets.",
      "The project lists R@1 of 46.9 on MSR-VTT and 25.2 on LSMDC.",
    ],
    checks: [
      "The mean, self-attention before the mean, the top three frames, and text-led pooling search clips where the caption describes one segment of three.",
      "At least half of the attention should fall on that segment.",
      "With a single frame the result must not depend on the text.",
    ],
  },
  diagram: [
    { label: "Video frames", kind: "input" },
    { label: "Query text", kind: "input" },
    { label: "CLIP frame vectors", kind: "encoder", from: [0] },
    { label: "CLIP text vector", kind: "encoder", from: [1] },
    { label: "Text attends to frames", kind: "procedure", from: [2, 3] },
    { label: "Contrast over all pairs", kind: "loss", from: [3, 4] },
    { label: "Ranked videos", kind: "output", from: [3, 4] },
  ],
};

export const uatvr: Paper = {
  slug: "uatvr",
  arxiv: "2301.06309",
  title: "UATVR: Uncertainty-Adaptive Text-Video Retrieval",
  authors: ["Bo Fang", "Wenhao Wu", "Chang Liu", "Yu Zhou", "Yuxin Song", "Weiping Wang", "Xiangbo Shu", "Xiangyang Ji", "Jingdong Wang"],
  year: 2023,
  venue: "ICCV",
  code: "https://github.com/bofang98/UATVR",
  keywords: ["text-video retrieval", "uncertainty", "probabilistic embedding", "token-wise matching", "clip"],
  modality: ["video", "text"],
  card: {
    problem: [
      "Some queries are vague and some videos hold many stories.",
      "A single point in space cannot say how unsure a match is.",
    ],
    idea: [
      "Two changes to matching token by token.",
      "First, a few free tokens join video and text and gather meaning above words and frames.",
      "Second, during training each text and video becomes a distribution, and samples of the two must find each other.",
      "A vague text learns a wide distribution.",
      "In use the sampling is dropped; the score costs the same as before.",
    ],
    claims: [
      "It reaches R@1 of 50.8% on MSR-VTT, 64.5% on VATEX, 49.7% on MSVD and 45.8% on DiDeMo.",
      "Free tokens and distributions each add to the baseline.",
    ],
    checks: [
      "Captions of graded vagueness are searched with neither change, either and both, over five seeds, against the true sets of matches.",
      "Vaguer captions should get wider distributions.",
      "Removing the probabilistic branch must not change a score.",
    ],
  },
  diagram: [
    { label: "Video and text", kind: "input" },
    { label: "CLIP tokens", kind: "encoder" },
    { label: "Add free tokens", kind: "encoder" },
    { label: "Weighted token matching", kind: "procedure" },
    { label: "Mean and spread", kind: "encoder", from: [1] },
    { label: "Match samples", kind: "loss" },
    { label: "Contrast pairs", kind: "loss", from: [3] },
    { label: "Ranked videos", kind: "output", from: [3] },
  ],
};

export const teachtext: Paper = {
  slug: "teachtext",
  arxiv: "2104.08271",
  title: "TEACHTEXT: CrossModal Generalized Distillation for Text-Video Retrieval",
  year: 2021,
  venue: "ICCV",
  code: "https://github.com/albanie/collaborative-experts",
  keywords: ["text-video retrieval", "knowledge distillation", "text encoders", "data denoising", "ensemble"],
  modality: ["video", "text"],
  card: {
    problem: [
      "Video retrieval gained much from better video features.",
      "Good text encoders exist in number, yet each system uses just one.",
    ],
    idea: [
      "Let several retrieval models, alike but for their text encoder, teach a single one.",
      "For each batch the teachers' tables of text-video similarities are averaged.",
      "The student learns the ranking task and, at the same time, to reproduce the averaged table.",
      "Teachers may also have extra inputs, such as audio, that the student does without.",
      "Captions on which the teachers agree that the video does not fit can be thrown out.",
    ],
    claims: [
      "The state of the art advances on several benchmarks by a significant margin, at no cost in use.",
      "Fewer modalities suffice at test time without loss.",
      "The method also cleans noisy retrieval data.",
    ],
    checks: [
      "The student alone, with one teacher, with three, and the ensemble of teachers as ceiling are compared over five seeds.",
      "A fifth of the captions is spoilt, and the teachers must find most of it.",
      "Loss values for small matrices are checked by hand.",
    ],
  },
  diagram: [
    { label: "Video experts", kind: "input" },
    { label: "Text", kind: "input" },
    { label: "Teachers, various encoders", kind: "encoder", from: [0, 1] },
    { label: "Average their similarities", kind: "procedure" },
    { label: "Student, one encoder", kind: "encoder", from: [0, 1] },
    { label: "Rank and imitate", kind: "loss", from: [3, 4] },
    { label: "Fast retrieval", kind: "output", from: [4] },
    { label: "List of noisy pairs", kind: "output", from: [3] },
  ],
};

export const mdmmt2: Paper = {
  slug: "mdmmt-2",
  arxiv: "2203.07086",
  title: "MDMMT-2: Multidomain Multimodal Transformer for Video Retrieval, One More Step Towards Generalization",
  authors: ["Alexander Kunitsyn", "Maksim Kalashnikov", "Maksim Dzabraev", "Andrei Ivaniuta"],
  year: 2022,
  keywords: ["text-to-video retrieval", "multi-domain", "mixture of experts", "staged training", "noisy data"],
  modality: ["video", "audio", "text"],
  card: {
    problem: [
      "Retrieval models are tuned for one benchmark and fail on the next.",
      "Large video collections exist, but their text is noisy and spoils what pre-trained parts already know.",
    ],
    idea: [
      "Train a single model for all benchmarks, from narrated videos, captioned images and captioned videos.",
      "Three stages order the data, so that noise can be used without undoing what the parts already know.",
      "Pre-trained experts see, watch motion and listen; a transformer fuses them.",
      "Each feature carries the start and the end of the stretch it covers, because experts look through windows of different length.",
    ],
    claims: [
      "One model leads on five benchmarks: YouCook2, TGIF, MSVD, LSMDC and MSR-VTT.",
      "Noisy data can be used without degrading prior knowledge.",
    ],
    checks: [
      "Clean data only, one stage on everything, and three stages get the same total steps, tested on three domains and a fourth never seen.",
      "Start and end codes are compared with a single code for the middle.",
      "Masking one expert must leave the others' outputs unchanged.",
    ],
  },
  diagram: [
    { label: "Video with sound", kind: "input" },
    { label: "Image, motion, audio experts", kind: "encoder" },
    { label: "Code start and end times", kind: "procedure" },
    { label: "Fusion transformer", kind: "encoder" },
    { label: "Query", kind: "input" },
    { label: "Text encoder", kind: "encoder" },
    { label: "Margin ranking, three stages", kind: "loss", from: [3, 5] },
    { label: "Ranked videos", kind: "output", from: [3, 5] },
  ],
};

export const contra: Paper = {
  slug: "contra",
  arxiv: "2210.04341",
  title: "ConTra: (Con)text (Tra)nsformer for Cross-Modal Video Retrieval",
  authors: ["Adriano Fragomeni", "Michael Wray", "Dima Damen"],
  year: 2022,
  venue: "ACCV",
  code: "https://github.com/adrianofragomeni/ConTra",
  keywords: ["moment retrieval", "temporal context", "clip-sentence retrieval", "contrastive learning", "untrimmed video"],
  modality: ["video", "text"],
  card: {
    problem: [
      "A two-second clip of hands and a bowl could be any step of any recipe.",
      "Its neighbours in the video would tell.",
    ],
    idea: [
      "Encode a clip together with the clips before and after it, and keep the vector at the centre.",
      "The same can be done for the sentences.",
      "Training contrasts clips with sentences in the shared space.",
      "One danger remains: neighbours share their context and may end up alike.",
      "So a neighbouring clip, seen with its own context, serves as a hard negative.",
    ],
    claims: [
      "Results improve consistently on YouCook2, EPIC-KITCHENS and a clip-sentence form of ActivityNet Captions.",
      "Knowing the surroundings pays when a clip is short or ambiguous.",
    ],
    checks: [
      "Zero to three neighbours on each side are tried, with and without the neighbour loss; context from another video is the control.",
      "Ambiguous clips are scored apart.",
      "Changing clips outside the window must change nothing.",
    ],
  },
  diagram: [
    { label: "Clips of one long video", kind: "input" },
    { label: "Window around the clip", kind: "procedure" },
    { label: "Context transformer", kind: "encoder" },
    { label: "Sentences", kind: "input" },
    { label: "Text transformer", kind: "encoder" },
    { label: "Match clip and sentence", kind: "loss", from: [2, 4] },
    { label: "Reject the neighbour", kind: "loss", from: [2, 4] },
    { label: "Found moment", kind: "output", from: [2, 4] },
  ],
};
