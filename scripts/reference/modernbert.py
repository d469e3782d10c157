"""ModernBERT (arXiv 2412.13663): layers 0 and 3 see all, the others a window; joint maps for q, k, v and for the gate."""

import torch

from common import VOCABULARY, Checkpoint, attend, batch, hidden_keys, merge, rotate, split

CONFIG = {
    "model_type": "modernbert", "vocab_size": VOCABULARY, "hidden_size": 16, "intermediate_size": 12, "num_hidden_layers": 4, "num_attention_heads": 2, "hidden_activation": "gelu", "max_position_embeddings": 40,
    "norm_eps": 1e-5, "norm_bias": False, "attention_bias": False, "mlp_bias": False, "global_attn_every_n_layers": 3, "local_attention": 6, "global_rope_theta": 160000.0, "local_rope_theta": 10000.0,
    "decoder_bias": True, "classifier_bias": False, "classifier_pooling": "mean", "pad_token_id": 0,
}
gelu = torch.nn.functional.gelu


def encode(c, ids, mask):
    x = c.norm(c.table(ids, "model.embeddings.tok_embeddings", VOCABULARY, 16), "model.embeddings.norm", 1e-5, bias=False)
    place = torch.arange(ids.shape[1])
    far = (place[None] - place[:, None]).abs() > CONFIG["local_attention"] // 2
    outside = torch.zeros(far.shape).masked_fill(far, torch.finfo(torch.float32).min / 2)
    for i in range(4):
        name = f"model.layers.{i}"
        everywhere = i % 3 == 0
        normed = x if i == 0 else c.norm(x, f"{name}.attn_norm", 1e-5, bias=False)
        q, k, v = (split(part, 2) for part in c.linear(normed, f"{name}.attn.Wqkv", 48, bias=False).chunk(3, -1))
        base = CONFIG["global_rope_theta" if everywhere else "local_rope_theta"]
        bias = hidden_keys(mask) / 2 + (0 if everywhere else outside)
        x = x + c.linear(merge(attend(rotate(q, base), rotate(k, base), v, bias)), f"{name}.attn.Wo", 16, bias=False)
        acted, gate = c.linear(c.norm(x, f"{name}.mlp_norm", 1e-5, bias=False), f"{name}.mlp.Wi", 24, bias=False).chunk(2, -1)
        x = x + c.linear(gelu(acted) * gate, f"{name}.mlp.Wo", 16, bias=False)
    return c.norm(x, "model.final_norm", 1e-5, bias=False)


def head(c, x):
    return c.norm(gelu(c.linear(x, "head.dense", 16, bias=False)), "head.norm", 1e-5, bias=False)


def main():
    ids, mask, _ = batch(length=14, sizes=(14, 14, 12))
    inputs = {"ids": ids, "mask": mask}
    c = Checkpoint("modernbert-masked-lm")
    last = encode(c, ids, mask)
    logits = head(c, last) @ c("model.embeddings.tok_embeddings.weight", VOCABULARY, 16).T + c("decoder.bias", VOCABULARY)
    c.save({"architectures": ["ModernBertForMaskedLM"], **CONFIG}, inputs, {"last": last, "logits": logits})

    c = Checkpoint("modernbert-sequence-classification")
    last = encode(c, ids, mask)
    pooled = (last * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
    logits = c.linear(head(c, pooled), "classifier", 2)
    c.save({"architectures": ["ModernBertForSequenceClassification"], **CONFIG, "id2label": {"0": "a", "1": "b"}, "label2id": {"a": 0, "b": 1}}, inputs, {"last": last, "logits": logits})


if __name__ == "__main__":
    main()
