/** Papers of the family "video" about sign language and human motion. */
import type { Paper } from "../../family.ts";

export const cico: Paper = {
  slug: "cico",
  arxiv: "2303.12793",
  title: "CiCo: Domain-Aware Sign Language Retrieval via Cross-Lingual Contrastive Learning",
  year: 2023,
  venue: "CVPR",
  code: "https://github.com/FangyunWei/SLRT",
  keywords: ["sign language retrieval", "cross-lingual", "contrastive learning", "pseudo-labels", "text-to-video retrieval"],
  modality: ["video", "text"],
  card: {
    problem: [
      "Searching signed video by text is treated like searching any video, although signing is a language with words of its own.",
      "Data are scarce.",
    ],
    idea: [
      "Treat it as retrieval across languages.",
      "Every window of signing is compared with every word; soft matches are summed to the score of the pair.",
      "So while whole sentences are contrasted, the mapping from sign to word emerges.",
      "The sign encoder comes from another corpus; its confident guesses on the new videos serve as labels to adapt it.",
      "Old and adapted features are blended.",
    ],
    claims: [
      "On How2Sign R@1 rises by 22.4 points from text to video and by 28.0 the other way.",
      "On PHOENIX-2014T the gains are 13.7 and 17.1.",
    ],
    checks: [
      "Mean-pooled contrast, word-level contrast, and adapted and blended features are compared on continuous signing.",
      "The best word for a sign is compared with the true span.",
      "Extra padding must leave every score unchanged.",
    ],
  },
  diagram: [
    { label: "Signing video", kind: "input" },
    { label: "Agnostic sign encoder", kind: "encoder" },
    { label: "Pseudo-label confident signs", kind: "procedure" },
    { label: "Adapted sign encoder", kind: "encoder", from: [0, 2] },
    { label: "Sentence", kind: "input" },
    { label: "Text encoder", kind: "encoder" },
    { label: "Match windows and words", kind: "procedure", from: [1, 3, 5] },
    { label: "Contrast both directions", kind: "loss" },
    { label: "Search both ways", kind: "output", from: [6] },
  ],
};

export const signclip: Paper = {
  slug: "signclip",
  arxiv: "2407.01264",
  title: "SignCLIP: Connecting Text and Sign Language by Contrastive Learning",
  authors: ["Zifan Jiang", "Gerard Sant", "Amit Moryossef", "Mathias Müller", "Rico Sennrich", "Sarah Ebling"],
  year: 2024,
  venue: "EMNLP",
  code: "https://github.com/J22Melody/fairseq",
  keywords: ["sign language", "contrastive learning", "pose estimation", "multilingual", "few-shot recognition"],
  modality: ["video", "text"],
  card: {
    problem: [
      "Data for any one sign language are few, and each task trains its own model on them.",
    ],
    idea: [
      "Do as CLIP did, with signing in place of images.",
      "A dictionary supplies half a million clips in up to 44 sign languages, each with its word.",
      "Clips become skeletons of body, face and hands, scaled by the shoulders so that signer and camera matter less.",
      "The text carries tags for the spoken and the signed language.",
      "Matching clip and text gives a space in which new signs can be recognised from few examples.",
    ],
    claims: [
      "On the dictionary itself, retrieval works notably well in both directions.",
      "Elsewhere it recognises isolated signs competitively once given a few examples or fine-tuned.",
      "The space also yields linguistic insights.",
    ],
    checks: [
      "Several sign languages, one, none, no shoulder scaling, and no tags are compared on unseen signers.",
      "A language never trained is recognised from one, five and ten examples.",
      "Moving or zooming the camera must not change the features.",
    ],
  },
  diagram: [
    { label: "Signing clip", kind: "input" },
    { label: "Skeleton, scaled by shoulders", kind: "procedure" },
    { label: "Pose encoder", kind: "encoder" },
    { label: "Word with language tags", kind: "input" },
    { label: "Text encoder", kind: "encoder" },
    { label: "Match clip and text", kind: "loss", from: [2, 4] },
    { label: "Sign lookup and recognition", kind: "output", from: [2, 4] },
  ],
};

export const contextSlt: Paper = {
  slug: "context-slt",
  arxiv: "2308.09622",
  title: "Is context all you need? Scaling Neural Sign Language Translation to Large Domains of Discourse",
  authors: ["Ozge Mercanoglu Sincan", "Necati Cihan Camgoz", "Richard Bowden"],
  year: 2023,
  venue: "ICCV Workshops",
  keywords: ["sign language translation", "context", "multi-source attention", "sign spotting", "discourse"],
  modality: ["video", "text"],
  card: {
    problem: [
      "One sign can stand for many words, and sloppy signing hides more.",
      "Interpreters rely on what was said before; translation models see one sentence.",
    ],
    idea: [
      "Give the decoder three sources.",
      "A video encoder reads the signing.",
      "A spotting encoder reads the few signs recognised with confidence.",
      "A context encoder reads the sentences that came before.",
      "Each decoder layer attends to all three, so weak visual cues can be settled by the others.",
    ],
    claims: [
      "On BOBSL, a set of about 1.2 million sequences, BLEU-4 comes close to twice that of the baselines.",
      "Improvements also appear on SRF, from the WMT-SLT 2022 challenge.",
    ],
    checks: [
      "Video alone, with context, with spottings, and all are tested with true, predicted and wrong context.",
      "Spottings come from a real spotter with its errors and, separately, from the reference, because a later study found the gains rest on the latter.",
      "Homonyms and damaged signs are scored on their own.",
    ],
  },
  diagram: [
    { label: "Signing video", kind: "input" },
    { label: "Previous sentences", kind: "input" },
    { label: "Video encoder", kind: "encoder", from: [0] },
    { label: "Spotted signs encoder", kind: "encoder", from: [0] },
    { label: "Context encoder", kind: "encoder", from: [1] },
    { label: "Three-source decoder", kind: "decoder", from: [2, 3, 4] },
    { label: "Translation", kind: "output" },
  ],
};

export const synchTransformer: Paper = {
  slug: "synch-transformer",
  arxiv: "2409.09177",
  title: "Transformer with Controlled Attention for Synchronous Motion Captioning",
  authors: ["Karim Radouane", "Sylvie Ranwez", "Julien Lagarde", "Andon Tchechmedjiev"],
  year: 2024,
  code: "https://github.com/rd20karim/Synch-Transformer",
  keywords: ["motion captioning", "human motion", "attention masking", "temporal grounding", "segmentation"],
  modality: ["video", "text"],
  card: {
    problem: [
      "A caption of a movement names several actions, but not when each happens.",
      "Ordinary attention smears over the whole sequence, so it cannot tell.",
    ],
    idea: [
      "Restrain attention until it is a clock.",
      "The encoder sees only a few frames on either side, so information stays where it happened.",
      "For each word, a first softmax finds the centre of attention, and a second one is confined to a window around it.",
      "Losses ask that the centres move forward from word to word.",
      "A word can be shown when playback reaches its centre.",
    ],
    claims: [
      "On KIT-ML and HumanML3D both text and synchrony are better than with earlier models.",
      "Segments of actions come out without any labels for them.",
    ],
    checks: [
      "A plain single layer, windows, windows with losses, and a plain deep model caption sequences whose true action times are known.",
      "Overlap in time between word and action is measured besides BLEU.",
      "Without any window and with loss weights of zero the plain model must return.",
    ],
  },
  diagram: [
    { label: "Motion sequence", kind: "input" },
    { label: "Locally masked encoder", kind: "encoder" },
    { label: "First softmax finds centre", kind: "decoder" },
    { label: "Second, inside a window", kind: "decoder", from: [1, 2] },
    { label: "Centres move forward", kind: "loss", from: [2] },
    { label: "Timed words", kind: "output", from: [3] },
    { label: "Action segments", kind: "output", from: [2] },
  ],
};
