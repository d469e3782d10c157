"""MPNet (arXiv 2004.09297): relative positions in buckets, one table for all layers."""

import torch

import bert
from common import VOCABULARY, Checkpoint, attend, batch, hidden_keys, merge, split, t5_bucket

CONFIG = {**{k: v for k, v in bert.CONFIG.items() if k not in ("type_vocab_size", "position_embedding_type")}, "model_type": "mpnet", "pad_token_id": 1, "layer_norm_eps": 1e-5, "max_position_embeddings": 42, "relative_attention_num_buckets": 8}


def main():
    ids, mask, _ = batch(pad=1, length=24, sizes=(24, 17, 5))
    width, heads, eps = CONFIG["hidden_size"], CONFIG["num_attention_heads"], 1e-5
    c = Checkpoint("mpnet-features")
    real = (ids != 1).long()
    x = c.table(ids, "embeddings.word_embeddings", VOCABULARY, width) + c.table(torch.cumsum(real, 1) * real + 1, "embeddings.position_embeddings", 42, width)
    states = [c.norm(x, "embeddings.LayerNorm", eps)]
    place = torch.arange(ids.shape[1])
    buckets = t5_bucket(place[None, :] - place[:, None], True, 8, 128)
    bias = c.table(buckets, "encoder.relative_attention_bias", 8, heads).permute(2, 0, 1)[None] + hidden_keys(mask)
    for i in range(CONFIG["num_hidden_layers"]):
        x, name = states[-1], f"encoder.layer.{i}"
        q, k, v = (split(c.linear(x, f"{name}.attention.attn.{part}", width), heads) for part in "qkv")
        x = c.norm(x + c.linear(merge(attend(q, k, v, bias)), f"{name}.attention.attn.o", width), f"{name}.attention.LayerNorm", eps)
        raised = torch.nn.functional.gelu(c.linear(x, f"{name}.intermediate.dense", CONFIG["intermediate_size"]))
        states.append(c.norm(x + c.linear(raised, f"{name}.output.dense", width), f"{name}.output.LayerNorm", eps))
    pooled = torch.tanh(c.linear(states[-1][:, 0], "pooler.dense", width))
    c.save({"architectures": ["MPNetModel"], **CONFIG}, {"ids": ids, "mask": mask}, {"hidden": states[-2], "last": states[-1], "pooled": pooled})


if __name__ == "__main__":
    main()
