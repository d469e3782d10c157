/** Keys of a configuration that say how recordings are read: rate, longest one, and what of them is hidden in training. */
import { z } from "zod";
import type { SpecAugmentPolicy } from "../../data/index.ts";
import { AssembleError } from "./assemble-error.ts";
import type { AssembleConfig } from "./config.ts";

export interface SpeechReading {
  /** Samples per second of the slowest recording that is read. */
  readonly sampleRate: number;
  /** Longer recordings are left out: what is said in them could not be cut along. */
  readonly mostFrames: number;
  /** Null for none. */
  readonly augment: SpecAugmentPolicy | null;
}

const whole = z.int().min(0).max(100_000);
const PREPROCESSING = ["normalize_means", "normalize_vars", "ceptral_normalize"] as const;

/** Two masks of each kind, as published files have them, and of time a fifth of a recording at most (theirs last many seconds). */
const masks = z.strictObject({
  freq_mask_N: whole.default(2),
  freq_mask_F: whole.default(27),
  time_mask_N: whole.default(2),
  time_mask_T: whole.default(100),
  time_mask_p: z.number().min(0).max(1).default(0.2),
  time_wrap_W: z.literal(0, "time is not warped here; set it to 0").optional(),
});

const schema = z.object({
  sampling_rate: z.int().min(1000).max(192_000).default(16_000),
  max_audio_frames: whole.min(1).default(6000),
  /** `false` or `null` for none. */
  specaugment: z.preprocess((value) => (value === undefined ? {} : value === false ? null : value), masks.nullable()),
  audio_preprocess: z.array(z.enum(PREPROCESSING)).refine((steps) => PREPROCESSING.every((step) => steps.includes(step)), `bands are always brought to mean 0 and deviation 1: ${PREPROCESSING.join(", ")}; leave it out`).optional(),
});

/** Throws an `AssembleError` for values that cannot be meant. */
export function speechReading({ elsewhere }: Pick<AssembleConfig, "elsewhere">): SpeechReading {
  const parsed = schema.safeParse(elsewhere);
  if (!parsed.success) throw new AssembleError(parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; "));
  const { sampling_rate: sampleRate, max_audio_frames: mostFrames, specaugment: given } = parsed.data;
  const augment = given === null ? null : { bandMasks: given.freq_mask_N, mostBands: given.freq_mask_F, timeMasks: given.time_mask_N, mostFrames: given.time_mask_T, mostShare: given.time_mask_p };
  return { sampleRate, mostFrames, augment };
}
