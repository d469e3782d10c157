"""DistilBERT (arXiv 1910.01108)."""

import torch

from common import VOCABULARY, Checkpoint, attend, batch, hidden_keys, merge, split

CONFIG = {
    "model_type": "distilbert", "vocab_size": VOCABULARY, "dim": 16, "n_layers": 2, "n_heads": 2, "hidden_dim": 24, "activation": "gelu", "max_position_embeddings": 40,
    "dropout": 0.1, "attention_dropout": 0.1, "sinusoidal_pos_embds": False, "tie_weights_": True, "pad_token_id": 0, "qa_dropout": 0.1, "seq_classif_dropout": 0.2,
}


def encode(c, ids, mask, prefix):
    width = CONFIG["dim"]
    x = c.table(ids, f"{prefix}embeddings.word_embeddings", VOCABULARY, width) + c.table(torch.arange(ids.shape[1])[None], f"{prefix}embeddings.position_embeddings", 40, width)
    x = c.norm(x, f"{prefix}embeddings.LayerNorm", 1e-12)
    for i in range(CONFIG["n_layers"]):
        name = f"{prefix}transformer.layer.{i}"
        q, k, v = (split(c.linear(x, f"{name}.attention.{part}_lin", width), CONFIG["n_heads"]) for part in "qkv")
        x = c.norm(x + c.linear(merge(attend(q, k, v, hidden_keys(mask))), f"{name}.attention.out_lin", width), f"{name}.sa_layer_norm", 1e-12)
        raised = torch.nn.functional.gelu(c.linear(x, f"{name}.ffn.lin1", CONFIG["hidden_dim"]))
        x = c.norm(x + c.linear(raised, f"{name}.ffn.lin2", width), f"{name}.output_layer_norm", 1e-12)
    return x


def main():
    ids, mask, _ = batch()
    inputs = {"ids": ids, "mask": mask}
    c = Checkpoint("distilbert-masked-lm")
    last = encode(c, ids, mask, "distilbert.")
    x = c.norm(torch.nn.functional.gelu(c.linear(last, "vocab_transform", 16)), "vocab_layer_norm", 1e-12)
    logits = x @ c("distilbert.embeddings.word_embeddings.weight", VOCABULARY, 16).T + c("vocab_projector.bias", VOCABULARY)
    c.save({"architectures": ["DistilBertForMaskedLM"], **CONFIG}, inputs, {"last": last, "logits": logits})

    c = Checkpoint("distilbert-sequence-classification")
    last = encode(c, ids, mask, "distilbert.")
    logits = c.linear(torch.relu(c.linear(last[:, 0], "pre_classifier", 16)), "classifier", 2)
    c.save({"architectures": ["DistilBertForSequenceClassification"], **CONFIG, "id2label": {"0": "NEGATIVE", "1": "POSITIVE"}, "label2id": {"NEGATIVE": 0, "POSITIVE": 1}}, inputs, {"last": last, "logits": logits})


if __name__ == "__main__":
    main()
