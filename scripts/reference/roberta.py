"""RoBERTa (arXiv 1907.11692): BERT's layers, positions counted over real tokens from pad + 1."""

import torch

import bert
from common import VOCABULARY, Checkpoint, batch

CONFIG = {**bert.CONFIG, "model_type": "roberta", "pad_token_id": 1, "type_vocab_size": 1, "layer_norm_eps": 1e-5, "max_position_embeddings": 42}


def encode(c, ids, mask, prefix=""):
    width, name = CONFIG["hidden_size"], f"{prefix}embeddings"
    real = (ids != 1).long()
    positions = torch.cumsum(real, 1) * real + 1
    x = c.table(ids, f"{name}.word_embeddings", VOCABULARY, width) + c.table(torch.zeros_like(ids), f"{name}.token_type_embeddings", 1, width)
    x = x + c.table(positions, f"{name}.position_embeddings", CONFIG["max_position_embeddings"], width)
    return bert.layers(c, c.norm(x, f"{name}.LayerNorm", 1e-5), mask, prefix)


def main():
    bert.CONFIG = CONFIG
    ids, mask, _ = batch(pad=1)
    inputs, width = {"ids": ids, "mask": mask}, CONFIG["hidden_size"]

    c = Checkpoint("roberta-masked-lm")
    last = encode(c, ids, mask, "roberta.")[-1]
    x = c.norm(torch.nn.functional.gelu(c.linear(last, "lm_head.dense", width)), "lm_head.layer_norm", 1e-5)
    logits = x @ c("roberta.embeddings.word_embeddings.weight", VOCABULARY, width).T + c("lm_head.bias", VOCABULARY)
    c.save({"architectures": ["RobertaForMaskedLM"], **CONFIG}, inputs, {"last": last, "logits": logits})

    names = {"id2label": {"0": "no", "1": "yes"}, "label2id": {"no": 0, "yes": 1}}
    c = Checkpoint("xlm-roberta-sequence-classification")
    last = encode(c, ids, mask, "roberta.")[-1]
    logits = c.linear(torch.tanh(c.linear(last[:, 0], "classifier.dense", width)), "classifier.out_proj", 2)
    c.save({"architectures": ["XLMRobertaForSequenceClassification"], **CONFIG, "model_type": "xlm-roberta", **names}, inputs, {"last": last, "logits": logits})


if __name__ == "__main__":
    main()
