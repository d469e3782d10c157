"""BERT (arXiv 1810.04805): post-norm encoder with learned positions and token types."""

import torch

from common import ACTIVATIONS, VOCABULARY, Checkpoint, attend, batch, hidden_keys, merge, split

CONFIG = {
    "model_type": "bert", "vocab_size": VOCABULARY, "hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 24,
    "hidden_act": "gelu", "max_position_embeddings": 40, "type_vocab_size": 2, "layer_norm_eps": 1e-12, "pad_token_id": 0,
    "hidden_dropout_prob": 0.1, "attention_probs_dropout_prob": 0.1, "position_embedding_type": "absolute",
}


def layers(c, x, mask, prefix, bias=None):
    """All layers; returns the states after each."""
    act, eps, heads = ACTIVATIONS[CONFIG["hidden_act"]], CONFIG["layer_norm_eps"], CONFIG["num_attention_heads"]
    states = [x]
    for i in range(CONFIG["num_hidden_layers"]):
        name, x = f"{prefix}encoder.layer.{i}", states[-1]
        q, k, v = (split(c.linear(x, f"{name}.attention.self.{part}", x.shape[-1]), heads) for part in ("query", "key", "value"))
        context = merge(attend(q, k, v, hidden_keys(mask) if bias is None else bias))
        x = c.norm(x + c.linear(context, f"{name}.attention.output.dense", x.shape[-1]), f"{name}.attention.output.LayerNorm", eps)
        raised = act(c.linear(x, f"{name}.intermediate.dense", CONFIG["intermediate_size"]))
        states.append(c.norm(x + c.linear(raised, f"{name}.output.dense", x.shape[-1]), f"{name}.output.LayerNorm", eps))
    return states


def encode(c, ids, mask, segments, prefix=""):
    width, name = CONFIG["hidden_size"], f"{prefix}embeddings"
    x = c.table(ids, f"{name}.word_embeddings", VOCABULARY, width)
    x = x + c.table(torch.arange(ids.shape[1])[None], f"{name}.position_embeddings", CONFIG["max_position_embeddings"], width)
    x = x + c.table(segments, f"{name}.token_type_embeddings", CONFIG["type_vocab_size"], width)
    return layers(c, c.norm(x, f"{name}.LayerNorm", CONFIG["layer_norm_eps"]), mask, prefix)


def main():
    ids, mask, segments = batch()
    inputs = {"ids": ids, "mask": mask, "segments": segments}
    width = CONFIG["hidden_size"]

    c = Checkpoint("bert-features")
    *_, hidden, last = encode(c, ids, mask, segments)
    pooled = torch.tanh(c.linear(last[:, 0], "pooler.dense", width))
    c.save({"architectures": ["BertModel"], **CONFIG}, inputs, {"hidden": hidden, "last": last, "pooled": pooled})

    c = Checkpoint("bert-masked-lm")
    last = encode(c, ids, mask, segments, "bert.")[-1]
    x = c.norm(torch.nn.functional.gelu(c.linear(last, "cls.predictions.transform.dense", width)), "cls.predictions.transform.LayerNorm", 1e-12)
    logits = x @ c("bert.embeddings.word_embeddings.weight", VOCABULARY, width).T + c("cls.predictions.bias", VOCABULARY)
    c.save({"architectures": ["BertForMaskedLM"], **CONFIG}, inputs, {"last": last, "logits": logits})

    names = {"id2label": {"0": "bad", "1": "fair", "2": "good"}, "label2id": {"bad": 0, "fair": 1, "good": 2}}
    c = Checkpoint("bert-sequence-classification")
    last = encode(c, ids, mask, segments, "bert.")[-1]
    logits = c.linear(torch.tanh(c.linear(last[:, 0], "bert.pooler.dense", width)), "classifier", 3)
    c.save({"architectures": ["BertForSequenceClassification"], **CONFIG, **names}, inputs, {"last": last, "logits": logits})

    names = {"id2label": {"0": "O", "1": "B-X", "2": "I-X"}, "label2id": {"O": 0, "B-X": 1, "I-X": 2}}
    c = Checkpoint("bert-token-classification")
    last = encode(c, ids, mask, segments, "bert.")[-1]
    c.save({"architectures": ["BertForTokenClassification"], **CONFIG, **names}, inputs, {"last": last, "logits": c.linear(last, "classifier", 3)})


if __name__ == "__main__":
    main()
