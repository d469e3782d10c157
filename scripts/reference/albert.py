"""ALBERT (arXiv 1909.11942): two groups of one layer each, run twice; also with embeddings as wide as the layers, and an untied head."""

import torch

from common import VOCABULARY, Checkpoint, attend, batch, hidden_keys, merge, split

CONFIG = {
    "model_type": "albert", "vocab_size": VOCABULARY, "embedding_size": 12, "hidden_size": 16, "num_hidden_layers": 4, "num_hidden_groups": 2, "inner_group_num": 1, "num_attention_heads": 2,
    "intermediate_size": 24, "hidden_act": "gelu_new", "max_position_embeddings": 40, "type_vocab_size": 2, "layer_norm_eps": 1e-12, "pad_token_id": 0,
    "hidden_dropout_prob": 0, "attention_probs_dropout_prob": 0, "classifier_dropout_prob": 0.1,
}


def gelu(x):
    return torch.nn.functional.gelu(x, approximate="tanh")


def encode(c, ids, mask, segments, narrow=12, prefix=""):
    """States after the map of the embeddings and after each layer. The map is there whatever the widths are."""
    name = f"{prefix}embeddings"
    x = c.table(ids, f"{name}.word_embeddings", VOCABULARY, narrow) + c.table(segments, f"{name}.token_type_embeddings", 2, narrow)
    x = c.norm(x + c.table(torch.arange(ids.shape[1])[None], f"{name}.position_embeddings", 40, narrow), f"{name}.LayerNorm", 1e-12)
    states = [c.linear(x, f"{prefix}encoder.embedding_hidden_mapping_in", 16)]
    for i in range(4):
        x, name = states[-1], f"{prefix}encoder.albert_layer_groups.{i // 2}.albert_layers.0"
        q, k, v = (split(c.linear(x, f"{name}.attention.{part}", 16), 2) for part in ("query", "key", "value"))
        x = c.norm(x + c.linear(merge(attend(q, k, v, hidden_keys(mask))), f"{name}.attention.dense", 16), f"{name}.attention.LayerNorm", 1e-12)
        raised = gelu(c.linear(x, f"{name}.ffn", 24))
        states.append(c.norm(x + c.linear(raised, f"{name}.ffn_output", 16), f"{name}.full_layer_layer_norm", 1e-12))
    return states


def main():
    ids, mask, segments = batch()
    inputs = {"ids": ids, "mask": mask, "segments": segments}

    for name, narrow in (("albert-features", 12), ("albert-equal-widths", 16)):
        c = Checkpoint(name)
        *_, hidden, last = encode(c, ids, mask, segments, narrow)
        pooled = torch.tanh(c.linear(last[:, 0], "pooler", 16))
        c.save({"architectures": ["AlbertModel"], **CONFIG, "embedding_size": narrow}, inputs, {"hidden": hidden, "last": last, "pooled": pooled})

    c = Checkpoint("albert-masked-lm-untied")
    last = encode(c, ids, mask, segments, prefix="albert.")[-1]
    x = c.norm(gelu(c.linear(last, "predictions.dense", 12)), "predictions.LayerNorm", 1e-12)
    logits = x @ c("predictions.decoder.weight", VOCABULARY, 12).T + c("predictions.bias", VOCABULARY)
    c.tensors["predictions.decoder.bias"] = c("predictions.bias", VOCABULARY).clone()  # an untied head's bias has both names
    c.save({"architectures": ["AlbertForMaskedLM"], **CONFIG, "tie_word_embeddings": False}, inputs, {"last": last, "logits": logits})


if __name__ == "__main__":
    main()
