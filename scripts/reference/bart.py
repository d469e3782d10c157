"""BART (arXiv 1910.13461), post-norm, and mBART (arXiv 2001.08210), pre-norm with a last norm and scaled embeddings."""

import torch

from common import VOCABULARY, Checkpoint, attend, batch, hidden_keys, merge, split

CONFIG = {
    "vocab_size": VOCABULARY, "d_model": 16, "encoder_layers": 2, "decoder_layers": 2, "encoder_attention_heads": 2, "decoder_attention_heads": 4, "encoder_ffn_dim": 24, "decoder_ffn_dim": 20, "activation_function": "gelu",
    "max_position_embeddings": 40, "dropout": 0.1, "attention_dropout": 0.0, "activation_dropout": 0.0, "is_encoder_decoder": True, "pad_token_id": 1, "num_hidden_layers": 2,
}


def attention(c, x, memory, name, heads, bias):
    q, k, v = (split(c.linear(source, f"{name}.{part}_proj", 16), heads) for source, part in ((x, "q"), (memory, "k"), (memory, "v")))
    return c.linear(merge(attend(q, k, v, bias)), f"{name}.out_proj", 16)


def stack(c, ids, name, heads, ffn, bias, pre, memory=None, memory_bias=None):
    scale = 4.0 if pre else 1.0
    x = c.table(ids, "model.shared", VOCABULARY, 16) * scale + c.table(torch.arange(ids.shape[1])[None] + 2, f"{name}.embed_positions", 42, 16)
    x = c.norm(x, f"{name}.layernorm_embedding", 1e-5)

    def branch(x, norm, fn):
        return x + fn(c.norm(x, norm, 1e-5)) if pre else c.norm(x + fn(x), norm, 1e-5)

    for i in range(2):
        layer = f"{name}.layers.{i}"
        x = branch(x, f"{layer}.self_attn_layer_norm", lambda y: attention(c, y, y, f"{layer}.self_attn", heads, bias))
        if memory is not None:
            x = branch(x, f"{layer}.encoder_attn_layer_norm", lambda y: attention(c, y, memory, f"{layer}.encoder_attn", heads, memory_bias))
        x = branch(x, f"{layer}.final_layer_norm", lambda y: c.linear(torch.nn.functional.gelu(c.linear(y, f"{layer}.fc1", ffn)), f"{layer}.fc2", 16))
    return c.norm(x, f"{name}.layer_norm", 1e-5) if pre else x


def main():
    ids, mask, _ = batch(pad=1)
    target = torch.cat([torch.full((3, 1), 2), batch(length=6, sizes=(6, 6, 6))[0]], 1)
    causal = torch.full((7, 7), torch.finfo(torch.float32).min).triu(1)
    for model_type, classes, pre in (("bart", "Bart", False), ("mbart", "MBart", True)):
        c = Checkpoint(f"{model_type}-seq2seq")
        memory = stack(c, ids, "model.encoder", 2, 24, hidden_keys(mask), pre)
        last = stack(c, target, "model.decoder", 4, 20, causal, pre, memory, hidden_keys(mask))
        logits = last @ c.tensors["model.shared.weight"].T + c("final_logits_bias", 1, VOCABULARY)
        config = {"architectures": [f"{classes}ForConditionalGeneration"], "model_type": model_type, **CONFIG, "scale_embedding": pre}
        c.save(config, {"ids": ids, "mask": mask, "target": target}, {"last": last, "logits": logits})


if __name__ == "__main__":
    main()
