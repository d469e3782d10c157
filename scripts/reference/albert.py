"""ALBERT (arXiv 1909.11942): two groups of one layer each, run twice."""

import torch

from common import VOCABULARY, Checkpoint, attend, batch, hidden_keys, merge, split

CONFIG = {
    "model_type": "albert", "vocab_size": VOCABULARY, "embedding_size": 12, "hidden_size": 16, "num_hidden_layers": 4, "num_hidden_groups": 2, "inner_group_num": 1, "num_attention_heads": 2,
    "intermediate_size": 24, "hidden_act": "gelu_new", "max_position_embeddings": 40, "type_vocab_size": 2, "layer_norm_eps": 1e-12, "pad_token_id": 0,
    "hidden_dropout_prob": 0, "attention_probs_dropout_prob": 0, "classifier_dropout_prob": 0.1,
}


def main():
    ids, mask, segments = batch()
    c = Checkpoint("albert-features")
    x = c.table(ids, "embeddings.word_embeddings", VOCABULARY, 12) + c.table(segments, "embeddings.token_type_embeddings", 2, 12)
    x = c.norm(x + c.table(torch.arange(ids.shape[1])[None], "embeddings.position_embeddings", 40, 12), "embeddings.LayerNorm", 1e-12)
    states = [c.linear(x, "encoder.embedding_hidden_mapping_in", 16)]
    for i in range(4):
        x, name = states[-1], f"encoder.albert_layer_groups.{i // 2}.albert_layers.0"
        q, k, v = (split(c.linear(x, f"{name}.attention.{part}", 16), 2) for part in ("query", "key", "value"))
        x = c.norm(x + c.linear(merge(attend(q, k, v, hidden_keys(mask))), f"{name}.attention.dense", 16), f"{name}.attention.LayerNorm", 1e-12)
        raised = torch.nn.functional.gelu(c.linear(x, f"{name}.ffn", 24), approximate="tanh")
        states.append(c.norm(x + c.linear(raised, f"{name}.ffn_output", 16), f"{name}.full_layer_layer_norm", 1e-12))
    pooled = torch.tanh(c.linear(states[-1][:, 0], "pooler", 16))
    c.save({"architectures": ["AlbertModel"], **CONFIG}, {"ids": ids, "mask": mask, "segments": segments}, {"hidden": states[-2], "last": states[-1], "pooled": pooled})


if __name__ == "__main__":
    main()
