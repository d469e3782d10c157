/** Papers of the family "audio" that learn speech features from unlabelled recordings. */
import type { Paper } from "../../family.ts";

export const msHubert: Paper = {
  slug: "ms-hubert",
  arxiv: "2406.05661",
  title: "MS-HuBERT: Mitigating Pre-training and Inference Mismatch in Masked Language Modelling methods for learning Speech Representations",
  authors: ["Hemant Yadav", "Sunayana Sitaram", "Rajiv Ratn Shah"],
  year: 2024,
  venue: "Interspeech",
  keywords: ["speech representation", "hubert", "masking mismatch", "multiple clusterings", "speech recognition"],
  modality: ["speech"],
  card: {
    problem: [
      "HuBERT is trained on utterances full of holes and used on utterances without any.",
      "It never practises the situation it is meant for.",
    ],
    idea: [
      "Every utterance enters twice, once whole and once masked.",
      "Between chosen layers the two copies exchange their states at the masked places.",
      "Each layer therefore meets clean context around once-masked states, and masked context around clean ones.",
      "Nor is there a single set of labels: clusterings of several sizes are predicted side by side.",
      "In use there is one copy and no exchange, so inference costs what HuBERT costs.",
    ],
    claims: [
      "Averaged over several amounts of LibriSpeech labels, it beats plain HuBERT by about 5%.",
      "The embeddings hold the content information that recognition-type tasks need.",
    ],
    checks: [
      "Swapping, layered clusterings and both are compared with a HuBERT whose batch is doubled, since two copies double the cost.",
      "An exchange before the first layer must change nothing; two in a row must cancel.",
      "A leak audit measures how far a masked position can read its own content through its neighbours.",
    ],
  },
  diagram: [
    { label: "Speech", kind: "input" },
    { label: "Whole and masked copies", kind: "procedure" },
    { label: "Layers that swap states", kind: "encoder" },
    { label: "Cluster at several sizes", kind: "procedure", from: [0] },
    { label: "Predict all clusterings", kind: "loss", from: [2, 3] },
    { label: "Speech features", kind: "output", from: [2] },
  ],
};

export const cccWav2vec2: Paper = {
  slug: "ccc-wav2vec2",
  arxiv: "2210.02592",
  title: "CCC-wav2vec 2.0: Clustering aided Cross Contrastive Self-supervised learning of speech representations",
  authors: ["Vasista Sai Lodagala", "Sreyan Ghosh", "S. Umesh"],
  year: 2022,
  venue: "IEEE SLT",
  code: "https://github.com/Speech-Lab-IITM/CCC-wav2vec-2.0",
  keywords: ["speech representation", "contrastive learning", "wav2vec 2.0", "augmentation", "k-means"],
  modality: ["speech"],
  card: {
    problem: [
      "wav2vec 2.0 must tell the right sound from random other frames of the utterance.",
      "Some of those frames are the same phone, and pushing them away teaches the wrong lesson.",
    ],
    idea: [
      "Cluster the candidate frames inside every batch.",
      "A negative that falls in the cluster of the positive has its score scaled down, so it counts less.",
      "Second, make an augmented copy of the utterance with noise and reverberation.",
      "The context of the original must pick the quantised targets of the copy, and the context of the copy those of the original.",
      "Both changes vanish after pre-training; the encoder itself stays wav2vec 2.0.",
    ],
    claims: [
      "Word errors on LibriSpeech fall by up to 15.6% on clean and 12.7% on hard speech, relative, without a language model.",
      "On Switchboard the drop is up to 14.9%.",
      "The project lists error rates of 12.8 and 31.7 before, 10.8 and 27.7 after.",
    ],
    checks: [
      "Each idea alone and both together are compared with a wav2vec 2.0 that gets a doubled batch, so that compute is equal.",
      "A second baseline trains on augmented audio, so that robustness is not credited to the loss by mistake.",
      "With scale 1 and cross weights 0 the loss must be that of wav2vec 2.0.",
    ],
  },
  diagram: [
    { label: "Speech", kind: "input" },
    { label: "Add noise and reverb", kind: "procedure" },
    { label: "Shared encoder", kind: "encoder", from: [0, 1] },
    { label: "Quantised targets", kind: "memory" },
    { label: "Cluster the negatives", kind: "procedure" },
    { label: "Cross-contrast both ways", kind: "loss", from: [2, 4] },
    { label: "Robust features", kind: "output", from: [2] },
  ],
};

export const cpcTransfer: Paper = {
  slug: "cpc-transfer",
  arxiv: "2002.02848",
  title: "Unsupervised pretraining transfers well across languages",
  year: 2020,
  venue: "ICASSP",
  code: "https://github.com/facebookresearch/CPC_audio",
  keywords: ["contrastive predictive coding", "cross-lingual", "phone recognition", "unsupervised", "low-resource"],
  modality: ["speech"],
  card: {
    problem: [
      "Recognisers for small languages borrow features from big ones, and these are learnt from transcribed speech.",
      "Transcripts are what most languages lack.",
    ],
    idea: [
      "Contrastive predictive coding needs only audio: from the past, pick the true next frames among random ones.",
      "The original training is unstable, so the paper mends it.",
      "Normalisation runs over channels at each instant instead of over the batch, which leaked information between frames.",
      "Each look-ahead gets a small Transformer instead of a linear map; these predictors are discarded afterwards.",
      "Learn on English, freeze, add a linear layer for the phones of another language.",
    ],
    claims: [
      "Features from unlabelled English match or beat supervised English pre-training on other languages.",
      "The gain comes from a small change to the coding recipe, and no transcript is used before the last step.",
    ],
    checks: [
      "Original and repaired coding, supervised pre-training and random features are tested on real French, Spanish, Italian and Russian prompts.",
      "Frozen features are also asked to tell minimal pairs apart.",
      "Changing other frames must not alter the normalised frame; batch normalisation fails this test.",
    ],
  },
  diagram: [
    { label: "Unlabelled English speech", kind: "input" },
    { label: "Convolutions + channel norm", kind: "encoder" },
    { label: "Recurrent context", kind: "encoder" },
    { label: "Look-ahead Transformers", kind: "decoder" },
    { label: "Pick the true future", kind: "loss", from: [1, 3] },
    { label: "Phones of a new language", kind: "output", from: [2] },
  ],
};

export const tera: Paper = {
  slug: "tera",
  arxiv: "2007.06028",
  title: "TERA: Self-Supervised Learning of Transformer Encoder Representation for Speech",
  authors: ["Andy T. Liu", "Shang-Wen Li", "Hung-yi Lee"],
  year: 2021,
  venue: "IEEE/ACM TASLP",
  code: "https://github.com/s3prl/s3prl",
  keywords: ["speech representation", "masked reconstruction", "self-supervised", "phoneme classification", "speaker recognition"],
  modality: ["speech"],
  card: {
    problem: [
      "Speech models of the time learnt from one kind of damage, such as hidden frames.",
      "One kind of damage trains one kind of skill.",
    ],
    idea: [
      "Damage the spectrogram along three axes and restore it.",
      "Hide blocks of frames, and the model learns how sounds follow one another.",
      "Hide a band of frequencies for the whole utterance, and it learns what voices have in common.",
      "Add noise to the magnitudes, and it learns to ignore noise.",
      "The same dice are thrown anew for each utterance; the loss counts only the places that were altered.",
    ],
    claims: [
      "The features beat plain spectrograms and earlier models on phonemes, keywords, speakers and recognition.",
      "Small models give the better frozen features, large ones the better fine-tuning.",
    ],
    checks: [
      "Three models, damaged along one, two and three axes, are set beside the raw spectrogram and a random encoder.",
      "Frequency damage should help speakers, noise should help noisy phones: each is measured on its own task.",
      "Targets outside the altered places must not move the loss.",
    ],
  },
  diagram: [
    { label: "Spectrogram", kind: "input" },
    { label: "Hide time and bands, add noise", kind: "procedure" },
    { label: "Transformer encoder", kind: "encoder" },
    { label: "Prediction head", kind: "decoder" },
    { label: "Restore altered cells", kind: "loss", from: [0, 3] },
    { label: "Frame features", kind: "output", from: [2] },
  ],
};
