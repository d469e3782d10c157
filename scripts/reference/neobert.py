"""NeoBERT (arXiv 2502.19587): rotary positions on neighbouring components, q, k and v side by side within each head."""

import torch

from common import VOCABULARY, Checkpoint, attend, batch, hidden_keys, merge, rotate

CONFIG = {"model_type": "neobert", "vocab_size": VOCABULARY, "hidden_size": 16, "intermediate_size": 30, "num_hidden_layers": 2, "num_attention_heads": 2, "max_length": 40, "norm_eps": 1e-6, "pad_token_id": 0}


def main():
    ids, mask, _ = batch()
    c = Checkpoint("neobert-masked-lm")
    x = c.table(ids, "model.encoder", VOCABULARY, 16)
    inner = 24  # two thirds of 30, rounded up to a multiple of 8
    for i in range(2):
        name = f"model.transformer_encoder.{i}"
        joint = c.linear(c.rms(x, f"{name}.attention_norm", 1e-6), f"{name}.qkv", 48, bias=False)
        q, k, v = (part.transpose(1, 2) for part in joint.view(*joint.shape[:2], 2, 24).chunk(3, -1))
        context = attend(rotate(q, 10000.0, interleaved=True), rotate(k, 10000.0, interleaved=True), v, hidden_keys(mask))
        x = x + c.linear(merge(context), f"{name}.wo", 16, bias=False)
        gate, up = c.linear(c.rms(x, f"{name}.ffn_norm", 1e-6), f"{name}.ffn.w12", 2 * inner, bias=False).chunk(2, -1)
        x = x + c.linear(torch.nn.functional.silu(gate) * up, f"{name}.ffn.w3", 16, bias=False)
    last = c.rms(x, "model.layer_norm", 1e-6)
    c.save({"architectures": ["NeoBERTLMHead"], **CONFIG}, {"ids": ids, "mask": mask}, {"last": last, "logits": c.linear(last, "decoder", VOCABULARY)})


if __name__ == "__main__":
    main()
