"""LLaMA (arXiv 2302.13971) and its kin: Qwen2 (biases of q, k, v), Qwen3 (norms of queries and keys), EuroBERT (not causal)."""

import torch

from common import VOCABULARY, Checkpoint, attend, batch, hidden_keys, merge, rotate, split

CONFIG = {
    "vocab_size": VOCABULARY, "hidden_size": 16, "intermediate_size": 24, "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2, "hidden_act": "silu", "max_position_embeddings": 40,
    "rms_norm_eps": 1e-5, "attention_dropout": 0.0, "rope_scaling": None, "pad_token_id": 0,
}


def run(name, config, kind, base, causal=True, projection_bias=False, head_norm=False, tied=False, prefix="model."):
    config = {**CONFIG, "rope_theta": base, "tie_word_embeddings": tied, **config}
    ids, mask, _ = batch()
    c = Checkpoint(name)
    heads, groups = config["num_attention_heads"], config["num_key_value_heads"]
    width = config.get("head_dim") or 16 // heads
    bias = hidden_keys(mask) / 2
    if causal:
        length = ids.shape[1]
        bias = bias + torch.full((length, length), torch.finfo(torch.float32).min / 2).triu(1)
    x = c.table(ids, f"{prefix}embed_tokens", VOCABULARY, 16)
    for i in range(2):
        layer = f"{prefix}layers.{i}"
        normed = c.rms(x, f"{layer}.input_layernorm", 1e-5)
        q, k, v = (split(c.linear(normed, f"{layer}.self_attn.{part}_proj", n * width, bias=projection_bias), n) for part, n in (("q", heads), ("k", groups), ("v", groups)))
        if head_norm:
            q, k = c.rms(q, f"{layer}.self_attn.q_norm", 1e-5), c.rms(k, f"{layer}.self_attn.k_norm", 1e-5)
        context = merge(attend(rotate(q, base), rotate(k, base), v, bias))
        x = x + c.linear(context, f"{layer}.self_attn.o_proj", 16, bias=False)
        normed = c.rms(x, f"{layer}.post_attention_layernorm", 1e-5)
        gated = torch.nn.functional.silu(c.linear(normed, f"{layer}.mlp.gate_proj", 24, bias=False)) * c.linear(normed, f"{layer}.mlp.up_proj", 24, bias=False)
        x = x + c.linear(gated, f"{layer}.mlp.down_proj", 16, bias=False)
    last = c.rms(x, f"{prefix}norm", 1e-5)
    outputs = {"last": last}
    if kind is not None:
        table = c(f"{prefix}embed_tokens.weight", VOCABULARY, 16) if tied else c("lm_head.weight", VOCABULARY, 16)
        outputs["logits"] = last @ table.T
    c.save(config, {"ids": ids, "mask": mask}, outputs)


def main():
    run("llama-causal-lm", {"model_type": "llama", "architectures": ["LlamaForCausalLM"], "attention_bias": False, "mlp_bias": False}, "lm", 10000.0)
    run("qwen2-causal-lm", {"model_type": "qwen2", "architectures": ["Qwen2ForCausalLM"], "use_sliding_window": False, "sliding_window": 32, "max_window_layers": 2}, "lm", 1000000.0, projection_bias=True, tied=True)
    run("qwen3-features", {"model_type": "qwen3", "architectures": ["Qwen3Model"], "head_dim": 6, "attention_bias": False, "use_sliding_window": False}, None, 1000000.0, head_norm=True, prefix="")
    run("eurobert-masked-lm", {"model_type": "eurobert", "architectures": ["EuroBertForMaskedLM"], "attention_bias": False, "mlp_bias": False}, "lm", 250000.0, causal=False)


if __name__ == "__main__":
    main()
