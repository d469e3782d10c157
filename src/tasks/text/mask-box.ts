/** A masked language model as CrossTune asks it (arXiv 2403.12468): a text by the states at a mask behind it, a description of a label by the largest of its tokens' states. */
import type { HostArray, Tensor } from "../../engine/index.ts";
import type { TextBox } from "../../lab/index.ts";
import { mapRows, textRows } from "../../lab/text/index.ts";
import type { RowSet, TokenRows } from "../../lab/text/index.ts";
import { EVALUATE, pool, weightedPool } from "../../nn/index.ts";
import { atMask, templateRows } from "../../systems/classification/crosstune-box.ts";
import type { PretrainedText } from "../huggingface/pretrained-text.ts";
import { RequestError } from "../request-error.ts";

/** Stands behind a text; its mask is where the model is asked. */
export const USUAL_TEMPLATE = "This is about [MASK].";
/** Last layers whose states at the mask are averaged. */
const LAYERS = 4;

/** Whether a model is one that fills in masks, and not one whose vectors of texts were trained. */
export const fillsMasks = ({ pretrained, tokenizer, isSentenceModel }: PretrainedText): boolean => !isSentenceModel && pretrained.architecture.tasks["masked-lm"] !== undefined && tokenizer.tokenizer.special.mask !== undefined;

/** `template` has one `[MASK]`, whatever the model calls it. Throws for a model without a mask, and for a template that does not fit. */
export function maskBox(model: PretrainedText, template: string): TextBox {
  const { tokenizer, longest, padId } = model.tokenizer;
  const { mask } = tokenizer.special;
  if (mask === undefined) throw new RequestError(`template: the model has no token for a mask; --set template="" asks for its vectors`);
  const spelled = template.replace("[MASK]", tokenizer.tokenOf(mask));
  const rowsOf = (texts: readonly string[]): RowSet => {
    try {
      return { ...templateRows(tokenizer, texts, spelled, longest), pad: padId };
    } catch (error) {
      throw error instanceof RangeError ? new RequestError(`template: ${error.message}`, { cause: error }) : error;
    }
  };
  rowsOf([]);
  const ask = async (set: RowSet, states: (rows: TokenRows) => Tensor): Promise<HostArray> => {
    for (const { ids } of set.rows) model.tokenizer.requireRows(ids);
    return await mapRows(states, set, { device: model.device });
  };
  return {
    width: model.pretrained.prepared.width,
    texts: (texts) => ask(rowsOf(texts), (rows) => {
      const states = model.forward(rows, EVALUATE).hidden.slice(1).slice(-LAYERS).map((layer) => weightedPool(layer, atMask(rows.ids, mask)));
      return states.reduce((sum, state) => sum.add(state)).div(states.length);
    }),
    labels: (descriptions) => ask({ ...textRows(tokenizer, descriptions, longest), pad: padId }, (rows) => pool(model.forward(rows, EVALUATE).lastHiddenState, "max", rows.valid)),
  };
}
