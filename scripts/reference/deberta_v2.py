"""DeBERTa-v2/v3 (arXiv 2006.03654, 2111.09543): scores of content and relative position, after equation 4 and section 3.1.

States of padding are stored as NaN: the original multiplies its embedding by the mask, others do not.
"""

import math

import torch

from common import VOCABULARY, Checkpoint, batch, merge, split

CONFIG = {
    "model_type": "deberta-v2", "vocab_size": VOCABULARY, "hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 24, "hidden_act": "gelu", "max_position_embeddings": 40,
    "type_vocab_size": 0, "layer_norm_eps": 1e-7, "relative_attention": True, "max_relative_positions": -1, "position_buckets": 8, "norm_rel_ebd": "layer_norm", "share_att_key": True, "pos_att_type": ["p2c", "c2p"],
    "position_biased_input": False, "pooler_hidden_size": 16, "pooler_hidden_act": "gelu", "pooler_dropout": 0, "pad_token_id": 0, "hidden_dropout_prob": 0.1, "attention_probs_dropout_prob": 0.1,
}
EPS = 1e-7


def bucket(distance, config):
    """Query minus key, one pair at a time."""
    span, longest = config["position_buckets"], config["max_position_embeddings"]
    middle = span // 2
    if abs(distance) <= middle:
        return distance
    sign = 1 if distance > 0 else -1
    return sign * (math.ceil(math.log(abs(distance) / middle) / math.log((longest - 1) / middle) * (middle - 1)) + middle)


def encode(c, config, ids, mask, prefix=""):
    length, heads = ids.shape[1], 2
    x = c.table(ids, f"{prefix}embeddings.word_embeddings", VOCABULARY, 16)
    if config["position_biased_input"]:
        x = x + c.table(torch.arange(length)[None], f"{prefix}embeddings.position_embeddings", 40, 16)
    x = c.norm(x, f"{prefix}embeddings.LayerNorm", EPS) * mask[..., None]
    span = config["position_buckets"]
    vectors = c(f"{prefix}encoder.rel_embeddings.weight", 2 * span, 16)
    if config["norm_rel_ebd"] == "layer_norm":
        vectors = c.norm(vectors, f"{prefix}encoder.LayerNorm", EPS)
    places = torch.tensor([[min(max(bucket(i - j, config) + span, 0), 2 * span - 1) for j in range(length)] for i in range(length)])
    both = mask[:, None, :, None] * mask[:, None, None, :]
    kinds = config["pos_att_type"]
    for i in range(2):
        name = f"{prefix}encoder.layer.{i}"
        maps = {"q": f"{name}.attention.self.query_proj", "k": f"{name}.attention.self.key_proj"}
        q, k, v = (split(c.linear(x, f"{name}.attention.self.{part}_proj", 16), heads) for part in ("query", "key", "value"))
        scale = math.sqrt(8 * (1 + len(kinds)))
        scores = q @ k.transpose(-1, -2) / scale
        pos = {"k": maps["k"], "q": maps["q"]} if config["share_att_key"] else {"k": f"{name}.attention.self.pos_key_proj", "q": f"{name}.attention.self.pos_query_proj"}
        if "c2p" in kinds:
            keys = split(c.linear(vectors, pos["k"], 16)[None], heads)[0]  # [H, 2 span, 8]
            scores = scores + torch.einsum("bhid,hijd->bhij", q, keys[:, places]) / scale
        if "p2c" in kinds:
            queries = split(c.linear(vectors, pos["q"], 16)[None], heads)[0]
            scores = scores + torch.einsum("bhjd,hijd->bhij", k, queries[:, places]) / scale
        weights = torch.softmax(scores.masked_fill(both == 0, torch.finfo(torch.float32).min), -1).masked_fill(both == 0, 0)
        x = c.norm(x + c.linear(merge(weights @ v), f"{name}.attention.output.dense", 16), f"{name}.attention.output.LayerNorm", EPS)
        raised = torch.nn.functional.gelu(c.linear(x, f"{name}.intermediate.dense", 24))
        x = c.norm(x + c.linear(raised, f"{name}.output.dense", 16), f"{name}.output.LayerNorm", EPS)
    return x


def real(x, mask):
    return x.masked_fill(mask[..., None] == 0, float("nan"))


def main():
    ids, mask, _ = batch(length=20, sizes=(20, 13, 4))
    inputs = {"ids": ids, "mask": mask}
    c = Checkpoint("deberta-v3-sequence-classification")
    last = encode(c, CONFIG, ids, mask, "deberta.")
    pooled = torch.nn.functional.gelu(c.linear(last[:, 0], "pooler.dense", 16))
    c.save({"architectures": ["DebertaV2ForSequenceClassification"], **CONFIG, "id2label": {"0": "a", "1": "b"}, "label2id": {"a": 0, "b": 1}}, inputs, {"last": real(last, mask), "logits": c.linear(pooled, "classifier", 2)})

    config = {**CONFIG, "share_att_key": False, "norm_rel_ebd": "none", "position_biased_input": True, "pos_att_type": ["c2p"]}
    c = Checkpoint("deberta-v2-features")
    c.save({"architectures": ["DebertaV2Model"], **config}, inputs, {"last": real(encode(c, config, ids, mask), mask)})


if __name__ == "__main__":
    main()
