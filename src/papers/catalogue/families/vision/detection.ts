/** Papers of the family "vision" that detect, classify or segment with queries. */
import type { Paper } from "../../family.ts";

export const conditionalDetr: Paper = {
  slug: "conditional-detr",
  arxiv: "2108.06152",
  title: "Conditional DETR for Fast Training Convergence",
  authors: ["Depu Meng", "Xiaokang Chen", "Zejia Fan", "Gang Zeng", "Houqiang Li", "Yuhui Yuan", "Lei Sun", "Jingdong Wang"],
  year: 2021,
  venue: "ICCV",
  code: "https://github.com/Atten4Vis/ConditionalDETR",
  keywords: ["object detection", "detr", "convergence", "cross-attention", "object queries"],
  modality: ["image"],
  card: {
    problem: [
      "DETR finds objects without hand-made anchors, but takes hundreds of epochs to learn where to look.",
    ],
    idea: [
      "Its queries mix what an object looks like and where it is, and early in training the first is worthless.",
      "Split the two: each query has an explicit reference point, and a spatial part computed from the decoder state.",
      "In cross-attention, content and position are joined end to end, so their scores add up and neither has to do the other's job.",
      "Each head can then settle on a band at one edge of the box, or on its inside.",
      "Boxes are predicted as offsets from the reference.",
    ],
    claims: [
      "Training converges 6.7 times faster with R50 and R101, and 10 times faster with the stronger DC5 backbones.",
      "With R50, 50 epochs give 41.0 AP where DETR has 34.8; DETR needs 500 for 42.0.",
    ],
    checks: [
      "Both detectors get the same losses and queries, so only attention differs; the steps needed to reach DETR's final score are counted.",
      "Attention maps of the heads at box edges are drawn.",
      "Every score must split exactly into a content and a position part.",
    ],
  },
  diagram: [
    { label: "Image", kind: "input" },
    { label: "Backbone and encoder", kind: "encoder" },
    { label: "Object queries", kind: "input" },
    { label: "Reference point", kind: "procedure" },
    { label: "Content + position attention", kind: "decoder", from: [1, 2, 3] },
    { label: "Match to true boxes", kind: "procedure" },
    { label: "Class and box loss", kind: "loss" },
    { label: "Boxes", kind: "output", from: [4] },
  ],
};

export const intr: Paper = {
  slug: "intr",
  arxiv: "2311.04157",
  title: "A Simple Interpretable Transformer for Fine-Grained Image Classification and Analysis",
  authors: ["Dipanjyoti Paul", "Arpita Chowdhury", "Xinqi Xiong", "Feng-Ju Chang", "David Carlyn", "Samuel Stevens", "Kaiya Provost", "Anuj Karpatne", "Bryan Carstens", "Daniel Rubenstein", "Charles Stewart", "Tanya Berger-Wolf", "Yu Su", "Wei-Lun Chao"],
  year: 2024,
  venue: "ICLR",
  code: "https://github.com/Imageomics/INTR",
  keywords: ["interpretability", "fine-grained classification", "attention maps", "class queries", "detr"],
  modality: ["image"],
  card: {
    problem: [
      "A classifier decides in its last layer, and explanations are computed afterwards.",
      "They may not show what the decision rested on.",
    ],
    idea: [
      "Let every class look for itself.",
      "A decoder holds one query per class; each searches the image by cross-attention and comes back with what it found.",
      "A single vector, shared by all classes, judges whether a query found its class.",
      "Since no class has a private classifier, the evidence must lie in where its query looked.",
      "Different heads tend to find different attributes, such as beak or wing.",
    ],
    claims: [
      "Attention is distinct for each class and serves as a faithful explanation.",
      "Fine-grained attributes appear on eight data sets.",
    ],
    checks: [
      "Where classes differ in one known part, attention must hit that part more often than maps computed afterwards.",
      "Deleting and inserting the attended pixels tests faithfulness.",
      "Shuffling the class queries must shuffle the scores and do no more.",
    ],
  },
  diagram: [
    { label: "Image", kind: "input" },
    { label: "Features with positions", kind: "encoder" },
    { label: "One query per class", kind: "input" },
    { label: "Queries search the image", kind: "decoder", from: [1, 2] },
    { label: "One shared presence vector", kind: "procedure" },
    { label: "Class", kind: "output" },
    { label: "Attention map as reason", kind: "output", from: [3] },
  ],
};

export const crosskd: Paper = {
  slug: "crosskd",
  arxiv: "2306.11369",
  title: "CrossKD: Cross-Head Knowledge Distillation for Object Detection",
  authors: ["Jiabao Wang", "Yuming Chen", "Zhaohui Zheng", "Xiang Li", "Ming-Ming Cheng", "Qibin Hou"],
  year: 2024,
  venue: "CVPR",
  code: "https://github.com/jbwang1997/CrossKD",
  keywords: ["knowledge distillation", "object detection", "dense detector", "prediction mimicking"],
  modality: ["image"],
  card: {
    problem: [
      "A small detector can learn from a big one by copying its predictions.",
      "But the copied answer and the ground truth often disagree, and one output cannot obey both.",
    ],
    idea: [
      "Give the two teachers two outputs.",
      "The student's half-finished head features are sent through the rest of the big detector's frozen head.",
      "The predictions that come out are asked to match the big detector's own.",
      "Gradients pass through the frozen layers back into the student's early head, neck and backbone.",
      "The student's last layers hear only the ground truth.",
    ],
    claims: [
      "GFL with ResNet-50 rises from 40.2 to 43.7 AP on COCO, by mimicking predictions alone.",
      "It works when the two backbones are of different kinds.",
    ],
    checks: [
      "The student alone, feature imitation, ordinary mimicking, and the crossed head are compared with one cached teacher.",
      "The share of places where teacher and labels conflict is printed.",
      "A student with the teacher's weights must have zero distillation loss.",
    ],
  },
  diagram: [
    { label: "Image", kind: "input" },
    { label: "Student backbone and head", kind: "encoder" },
    { label: "Student's own predictor", kind: "decoder" },
    { label: "Ground truth", kind: "loss" },
    { label: "Teacher, frozen", kind: "encoder", from: [0] },
    { label: "Teacher's remaining head", kind: "decoder", from: [1] },
    { label: "Match the teacher", kind: "loss", from: [4, 5] },
    { label: "Small detector", kind: "output", from: [2] },
  ],
};

export const xDecoder: Paper = {
  slug: "x-decoder",
  arxiv: "2212.11270",
  title: "Generalized Decoding for Pixel, Image, and Language",
  authors: ["Xueyan Zou", "Zi-Yi Dou", "Jianwei Yang", "Zhe Gan", "Linjie Li", "Chunyuan Li", "Xiyang Dai", "Harkirat Behl", "Jianfeng Wang", "Lu Yuan", "Nanyun Peng", "Lijuan Wang", "Yong Jae Lee", "Jianfeng Gao"],
  year: 2023,
  venue: "CVPR",
  code: "https://github.com/microsoft/X-Decoder",
  keywords: ["open-vocabulary segmentation", "referring segmentation", "image captioning", "generalist model", "queries"],
  modality: ["image", "text"],
  card: {
    problem: [
      "Cutting out objects, finding the thing a phrase names, captioning and retrieval each have their own head, though all of them join pixels and words.",
    ],
    idea: [
      "Let one decoder serve all of them through its queries.",
      "Some queries carry no meaning and become masks and an image vector; others are words, to be located or continued.",
      "Everything is scored in one text space: a class is a name, a caption is a row of names.",
      "Who may look at whom is laid down exactly, so that captions use the image queries and never leak back.",
      "A modest amount of masks and millions of captioned images are mixed in training.",
    ],
    claims: [
      "It leads in open-vocabulary and referring segmentation on eight data sets.",
      "After tuning it is better than or on a par with specialists.",
      "Tasks can be composed, such as captioning what a phrase refers to.",
    ],
    checks: [
      "Specialists for each task and the joint model get the same total steps.",
      "Colour-shape pairs never seen together test the open vocabulary.",
      "Masks must be identical with and without caption words present.",
    ],
  },
  diagram: [
    { label: "Image", kind: "input" },
    { label: "Names, phrases, captions", kind: "input" },
    { label: "Image pyramid", kind: "encoder", from: [0] },
    { label: "Text encoder", kind: "encoder", from: [1] },
    { label: "One query decoder", kind: "decoder", from: [2, 3] },
    { label: "Masks with names", kind: "output", from: [3, 4] },
    { label: "Caption", kind: "output", from: [4] },
    { label: "Retrieval vector", kind: "output", from: [4] },
  ],
};

export const catSam: Paper = {
  slug: "cat-sam",
  arxiv: "2402.03631",
  title: "CAT-SAM: Conditional Tuning for Few-Shot Adaptation of Segment Anything Model",
  authors: ["Aoran Xiao", "Weihao Xuan", "Heli Qi", "Yun Xing", "Ruijie Ren", "Xiaoqin Zhang", "Ling Shao", "Shijian Lu"],
  year: 2024,
  venue: "ECCV",
  code: "https://github.com/weihao1115/cat-sam",
  keywords: ["segment anything", "few-shot segmentation", "parameter-efficient tuning", "prompt tuning", "adapters"],
  modality: ["image"],
  card: {
    problem: [
      "Segment Anything falters on aerial, medical and other unusual images.",
      "Tuning its huge encoder on a few masks overfits; tuning only the decoder is not enough.",
    ],
    idea: [
      "Freeze the model and tune encoder and decoder through one shared token.",
      "In the decoder it produces the mask.",
      "A bridge maps the same token into every layer of the encoder, as extra prompt tokens or through light adapters.",
      "So the heavy encoder is steered by what the light decoder learns, and both improve together from a handful of weights.",
      "One variant also feeds in the image's fine edges.",
    ],
    claims: [
      "Over 11 unusual tasks both variants segment better throughout, even from a single example.",
      "Only a small share of weights is trained.",
    ],
    checks: [
      "Untouched, decoder only, two separate tokens, and both variants are tuned on one and on sixteen masks of altered images.",
      "The separate tokens show what the bridge itself is worth.",
      "Every frozen tensor must be bit-identical afterwards.",
    ],
  },
  diagram: [
    { label: "Unusual image", kind: "input" },
    { label: "Shared learnable token", kind: "input" },
    { label: "Bridge to every layer", kind: "procedure" },
    { label: "Frozen SAM encoder", kind: "encoder", from: [0, 2] },
    { label: "Frozen mask decoder", kind: "decoder", from: [1, 3] },
    { label: "Few labelled masks", kind: "loss" },
    { label: "Mask", kind: "output", from: [4] },
  ],
};
