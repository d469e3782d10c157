/** ALBERT: embeddings of a smaller width, mapped up, under layers that are one layer or a group each. */
import { textNames } from "../module-names.ts";
import { BERT, BERT_SETTINGS, encoderTasks, HEADS, SEGMENT_TABLE, segmentTable } from "./bert.ts";
import { same } from "./counterpart.ts";
import type { Counterpart } from "./counterpart.ts";

export const ALBERT: Counterpart = {
  name: "ALBERT",
  modelType: "albert",
  embedding: ["word", "pos"],
  spare: "seg",
  mask: "fully_visible",
  tasks: [...encoderTasks, { target: ["mlm", "sp"], task: "pre-training" }],
  requires: { ...BERT.requires, factorized_embedding_parameterization: [true], parameter_sharing: [true, false] },
  settings: [
    ...BERT_SETTINGS,
    same("hidden_size", "hidden_size"), same("embedding_size", "emb_size"), same("max_position_embeddings", "max_seq_length"),
    {
      theirs: "num_hidden_groups",
      write: ({ stream }) => (stream.parameter_sharing ? 1 : stream.layers_num),
      read: (groups, { num_hidden_layers: layers }) => {
        if (groups !== 1 && groups !== layers) throw new TypeError(`expected one layer for all, or one for each of the ${String(layers)}, got ${String(groups)}`);
        return { parameter_sharing: groups === 1 };
      },
    },
  ],
  names: (layout) => [segmentTable(layout), ...textNames({ embedding: "text.embedding", encoder: "text.encoder" }), ["streams.0.encoder.projection.*", "text.embedding.projection.*"], ...HEADS],
  zeros: [SEGMENT_TABLE],
};
