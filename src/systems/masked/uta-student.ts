/**
 * The student of Unmasked Token Alignment (arXiv 2405.19009) and that of the method it replaces, masked feature
 * prediction: both learn the teacher's tokens in the joint space of vision and language.
 */
import { concat, ones, Parameter } from "../../engine/index.ts";
import type { RandomStream, Tensor } from "../../engine/index.ts";
import { EVALUATE, gatherTokens, init, Module, scatterTokens } from "../../nn/index.ts";
import type { Mode } from "../../nn/index.ts";
import { distill } from "../../objectives/index.ts";
import { VisionTower } from "../../lab/index.ts";

export interface StudentSizes {
  /** Side of the picture and of a patch, pixels. */
  readonly image: number;
  readonly patch: number;
  readonly width: number;
  readonly depth: number;
  readonly heads: number;
  /** Width of the teacher's joint space. */
  readonly joint: number;
}

/**
 * The released student: SwiGLU of 8/3 of the width with a norm before its last map, no bias on keys, learned positions
 * and rotary ones on patches, a biased map into the joint space.
 */
export function buildStudent(random: RandomStream, sizes: StudentSizes): VisionTower {
  return new VisionTower({
    ...sizes,
    random,
    positions: "learned",
    rotary: {},
    bias: { key: false },
    feedForward: { hidden: Math.round((8 / 3) * sizes.width), activation: "silu", gated: true, innerNorm: "layer" },
    init: init.xavierUniform,
    projectionBias: true,
  });
}

/** A student that sees a learned token at hidden patches, as masked feature prediction has it. */
export class MaskTokenStudent extends Module {
  readonly tower: VisionTower;
  readonly maskToken: Parameter;

  constructor(random: RandomStream, sizes: StudentSizes) {
    super();
    this.tower = buildStudent(random, sizes);
    this.maskToken = new Parameter([1, 1, sizes.width], init.normal(random.child("maskToken"), 0.02));
  }

  /** All tokens, the class token first, with the patches of `hidden` [B, H] replaced before positions are added: [B, 1 + N, joint]. */
  tokens(images: Tensor, mode: Mode, hidden: Tensor): Tensor {
    const { vision } = this.tower;
    const replaced = scatterTokens(ones([...hidden.shape, 1]), hidden, vision.patches); // [B, N, 1]
    const change = this.maskToken.sub(vision.patchEmbed.forward(images)).mul(replaced);
    return this.tower.tokens(images, mode, { added: change });
  }
}

/** The class token and the patches `ids` [B, K] of tokens [B, 1 + N, d]. */
export function classAndPatches(tokens: Tensor, ids: Tensor): Tensor {
  return concat([tokens.sliceAxis(1, 0, 1), gatherTokens(tokens.sliceAxis(1, 1, tokens.dim(1)), ids)], 1);
}

/** -mean cos(student, teacher) over tokens of [B, T, joint]; no gradient reaches the teacher. */
export const alignment = (student: Tensor, teacher: Tensor): Tensor => distill(student, teacher, { kind: "cosine" }).loss.sub(1);

/** Unmasked token alignment: the student sees the patches `kept` [B, K] and the teacher the whole picture; both are compared at what the student sees. */
export function unmaskedAlignment(student: VisionTower, teacher: VisionTower, images: Tensor, mode: Mode, kept: Tensor): Tensor {
  return alignment(student.tokens(images, mode, { keptIds: kept }), classAndPatches(teacher.tokens(images, EVALUATE), kept));
}

/** Feature distillation without masking. */
export function fullAlignment(student: VisionTower, teacher: VisionTower, images: Tensor, mode: Mode): Tensor {
  return alignment(student.tokens(images, mode), teacher.tokens(images, EVALUATE));
}

/** Masked feature prediction: compared at the hidden patches, and at the class token, without which zero-shot use has no meaning. */
export function maskedPrediction(student: MaskTokenStudent, teacher: VisionTower, images: Tensor, mode: Mode, hidden: Tensor): Tensor {
  return alignment(classAndPatches(student.tokens(images, mode, hidden), hidden), classAndPatches(teacher.tokens(images, EVALUATE), hidden));
}
