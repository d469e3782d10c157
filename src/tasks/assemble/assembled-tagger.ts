/** Tags of words by an assembled model whose target is ner. */
import { EVALUATE } from "../../nn/index.ts";
import type { Device } from "../../engine/index.ts";
import { Tags } from "../../train/assemble/parts/objective/ner.ts";
import { RequestError } from "../request-error.ts";
import { indexOfLargest } from "../text/score-texts.ts";
import { HeadRunner, openHead } from "./assembled-head.ts";
import type { AssembledHead } from "./assembled-head.ts";
import { encodeWords } from "./read-corpus.ts";

/** Opened by `openTagger`. `release` frees its programs. */
export class AssembledTagger {
  readonly tags: readonly string[];
  private readonly head: AssembledHead;
  private readonly runner: HeadRunner<"scores">;

  constructor(head: AssembledHead) {
    const objective = head.model.objectives["ner"];
    if (!(objective instanceof Tags)) throw new RequestError(`the model tells no tags; its target is ${head.objective}`);
    this.tags = head.labels.ner ?? Array.from({ length: head.model.config.labels_num ?? 0 }, (_, i) => `LABEL_${i}`);
    this.head = head;
    this.runner = new HeadRunner(head, (inputs) => ({ scores: objective.logits(inputs, EVALUATE) }));
  }

  /** A tag for each word; words beyond the longest row have the tag of most of them, "O", or the first there is. */
  async tag(sentences: readonly (readonly string[])[]): Promise<string[][]> {
    if (sentences.length === 0) return [];
    const encoded = sentences.map((words) => encodeWords(words, this.head.tokenizer));
    // Every first token has a tag, so that the row tells where words begin.
    const tags = encoded.map(({ ids, firsts }) => Int32Array.from(ids, (_, place) => (firsts.includes(place) ? 0 : -1)));
    const rows = await this.runner.rows({ documents: encoded.map(({ ids }) => [ids]), tags });
    const width = this.tags.length;
    const beyond = this.tags.includes("O") ? "O" : (this.tags[0] as string);
    return rows.map(({ outputs: { scores }, fields }, i) => {
      const places = Array.from(fields["tagWeights"] ?? []).flatMap((weight, place) => (weight > 0 ? [place] : []));
      return (sentences[i] as readonly string[]).map((_, word) => {
        const place = places[word];
        return place === undefined ? beyond : (this.tags[indexOfLargest(Array.from(scores).slice(place * width, (place + 1) * width))] as string);
      });
    });
  }

  async release(): Promise<void> {
    await this.runner.release();
  }
}

/**
 * The tagger in a folder that `finetune` left under the target ner.
 *
 * ```ts
 * const [tags] = await (await openTagger("my-tagger")).tag([["Ada", "went", "to", "London"]]);
 * ```
 */
export const openTagger = async (directory: string, options: { readonly device?: Device } = {}): Promise<AssembledTagger> => new AssembledTagger(await openHead(directory, ["ner"], options));
