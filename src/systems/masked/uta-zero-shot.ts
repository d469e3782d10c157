/** Zero-shot recognition of held-out emoji by students of one CLIP: its text tower names, the student's pictures are sought. */
import { RandomStream } from "../../engine/index.ts";
import type { Device, HostArray, Tensor } from "../../engine/index.ts";
import { EVALUATE } from "../../nn/index.ts";
import { metrics } from "../../train/index.ts";
import { emojiText, textsOfCodes } from "../../data/index.ts";
import type { EmojiText } from "../../data/index.ts";
import { classVectors, clipEmoji, clipEmojiOf, featuresOf, loadEmojiLab, similarities, subgroupDescriptions, textVectors, zeroShotAccuracy } from "../../lab/index.ts";
import type { ArmResult, EmojiLab, PrepareContext, Table, TrainedClip, VisionTower } from "../../lab/index.ts";

/** What all arms share: the teacher, and the test in terms of its text tower, which no arm touches. */
export interface ZeroShotLab {
  readonly lab: EmojiLab;
  readonly texts: readonly EmojiText[];
  readonly clip: TrainedClip;
  /** One vector for each subgroup, [classes, joint]. */
  readonly classes: HostArray;
  /** Test pictures with distinct names, and the vectors of these names. */
  readonly gallery: Int32Array;
  readonly names: HostArray;
  /** The teacher's vectors of the test pictures. */
  readonly taught: HostArray;
}

const GALLERY = 200;

/** Loads the pictures and writes the test with the text tower. */
export async function prepareZeroShot(context: PrepareContext<object>): Promise<ZeroShotLab> {
  const { device, signal } = context;
  const lab = await loadEmojiLab(context);
  const texts = textsOfCodes(await emojiText.load({ signal }), lab.set.codes);
  const clip = clipEmojiOf(context.foundation(clipEmoji));
  const nameOf = (index: number): string => (texts[index] as EmojiText).name;
  const first = new Map([...lab.test].reverse().map((index) => [nameOf(index), index]));
  const gallery = Int32Array.from(RandomStream.of(0, "gallery").shuffle([...first.values()]).slice(0, GALLERY));
  return {
    lab,
    texts,
    clip,
    classes: await classVectors(clip, subgroupDescriptions(lab.set, texts, lab.train), device),
    gallery,
    names: await textVectors(clip, [...gallery].map(nameOf), device),
    taught: await featuresOf((images) => clip.model.encodeQuery(images, EVALUATE), lab.set, lab.test, device),
  };
}

/**
 * Of a vision tower on the test pictures: `zeroShot`, the share whose subgroup is named; `names`, the share whose own name
 * comes first in the gallery; `agreement`, the mean cosine with the teacher's vectors.
 */
export async function measureZeroShot(tower: VisionTower, shared: ZeroShotLab, device: Device): Promise<Pick<ArmResult, "metrics" | "tables">> {
  const { lab, classes, gallery, names, taught } = shared;
  const encode = (images: Tensor): Tensor => tower.forward(images, EVALUATE).l2Normalize();
  const pictures = await featuresOf(encode, lab.set, lab.test, device);
  const sought = similarities(await featuresOf(encode, lab.set, gallery, device), names);
  const width = pictures.shape[1] as number;
  const cosines = Array.from(lab.test, (_, i) => Array.from({ length: width }, (_, d) => Number(pictures.data[i * width + d]) * Number(taught.data[i * width + d])).reduce((a, b) => a + b, 0));
  return {
    metrics: {
      zeroShot: zeroShotAccuracy(pictures, classes, lab.test.map((index) => lab.set.subgroups[index] as number)),
      names: metrics.retrieval(metrics.diagonalTask(sought, gallery.length)).recallAt[1] as number,
      agreement: cosines.reduce((a, b) => a + b, 0) / cosines.length,
    },
    tables: [examples(pictures, shared)],
  };
}

/** What some test pictures are taken for. */
function examples(pictures: HostArray, { lab: { set, test }, texts, classes }: ZeroShotLab): Table {
  const all = similarities(pictures, classes);
  const count = set.subgroupNames.length;
  const step = Math.floor(test.length / 8);
  const rows = Array.from({ length: 8 }, (_, i) => i * step).map((i) => {
    const row = all.subarray(i * count, (i + 1) * count);
    const index = test[i] as number;
    return [(texts[index] as EmojiText).name, set.subgroupNames[set.subgroups[index] as number] as string, set.subgroupNames[row.indexOf(Math.max(...row))] as string];
  });
  return { caption: "Test pictures across the chart: subgroup by zero-shot", columns: ["picture of", "subgroup", "taken for"], rows };
}
