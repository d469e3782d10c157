"""ELECTRA (arXiv 2003.10555): a narrow embedding mapped to the width of the layers; generator and discriminator heads."""

import torch

import bert
from common import VOCABULARY, Checkpoint, batch

CONFIG = {**bert.CONFIG, "model_type": "electra", "embedding_size": 12, "summary_type": "first"}


def encode(c, ids, mask, segments):
    narrow, name = CONFIG["embedding_size"], "electra.embeddings"
    x = c.table(ids, f"{name}.word_embeddings", VOCABULARY, narrow) + c.table(segments, f"{name}.token_type_embeddings", 2, narrow)
    x = c.norm(x + c.table(torch.arange(ids.shape[1])[None], f"{name}.position_embeddings", 40, narrow), f"{name}.LayerNorm", 1e-12)
    return bert.layers(c, c.linear(x, "electra.embeddings_project", CONFIG["hidden_size"]), mask, "electra.")[-1]


def main():
    ids, mask, segments = batch()
    inputs = {"ids": ids, "mask": mask, "segments": segments}
    gelu = torch.nn.functional.gelu

    c = Checkpoint("electra-replaced-token-detection")
    last = encode(c, ids, mask, segments)
    logits = c.linear(gelu(c.linear(last, "discriminator_predictions.dense", 16)), "discriminator_predictions.dense_prediction", 1).squeeze(-1)
    c.save({"architectures": ["ElectraForPreTraining"], **CONFIG}, inputs, {"last": last, "logits": logits})

    # The detector follows hidden_act, as the layers do; the generator's head is GELU always.
    bert.CONFIG["hidden_act"] = "relu"
    c = Checkpoint("electra-detection-relu")
    last = encode(c, ids, mask, segments)
    logits = c.linear(torch.relu(c.linear(last, "discriminator_predictions.dense", 16)), "discriminator_predictions.dense_prediction", 1).squeeze(-1)
    c.save({"architectures": ["ElectraForPreTraining"], **CONFIG, "hidden_act": "relu"}, inputs, {"last": last, "logits": logits})
    bert.CONFIG["hidden_act"] = "gelu"

    c = Checkpoint("electra-masked-lm")
    last = encode(c, ids, mask, segments)
    x = c.norm(gelu(c.linear(last, "generator_predictions.dense", 12)), "generator_predictions.LayerNorm", 1e-12)
    logits = x @ c("electra.embeddings.word_embeddings.weight", VOCABULARY, 12).T + c("generator_lm_head.bias", VOCABULARY)
    c.save({"architectures": ["ElectraForMaskedLM"], **CONFIG}, inputs, {"last": last, "logits": logits})


if __name__ == "__main__":
    main()
